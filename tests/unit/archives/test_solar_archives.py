"""The Sun's archives: which names they take, and from where."""

from datetime import UTC, date, datetime

import pytest

from tasks.archives.catalogue import archive_of, archives, product_of
from tasks.readers.sun.name import parse_sun_name

NIGHT = date(2024, 5, 14)


@pytest.mark.parametrize(
    ("name", "archive", "station", "channel", "start"),
    [
        ("gong_magxx_fd_20240514_182103.jpg", "bbso", "GONG", "magnetogram", datetime(2024, 5, 14, 18, 21, 3, tzinfo=UTC)),
        ("gong_magxx_fd_20240514_182103.fts.gz", "bbso", "GONG", "magnetogram", datetime(2024, 5, 14, 18, 21, 3, tzinfo=UTC)),
        ("bbso_halph_fr_20240514_170211.fts.gz", "bbso", "BBSO-H-alpha", "halpha", datetime(2024, 5, 14, 17, 2, 11, tzinfo=UTC)),
        ("20240514_120009_512_0211.jpg", "sdo-browse", "SDO-AIA", "211", datetime(2024, 5, 14, 12, 0, 9, tzinfo=UTC)),
        ("20240514_120009_512_HMIB.jpg", "sdo-browse", "SDO-HMI", "magnetogram", datetime(2024, 5, 14, 12, 0, 9, tzinfo=UTC)),
        ("20240514_120000_M_1k.jpg", "hmi-pictures", "SDO-HMI", "magnetogram", datetime(2024, 5, 14, 12, tzinfo=UTC)),
        ("AIA20240514_0200_0094.fits", None, "SDO-AIA", "94", datetime(2024, 5, 14, 2, tzinfo=UTC)),
        (
            "2024_05_14__12_00_05_123__SDO_AIA_AIA_171.jp2",
            "helioviewer",
            "SDO-AIA",
            "171",
            datetime(2024, 5, 14, 12, 0, 5, tzinfo=UTC),
        ),
        ("20240514_120009_2048_211193171.jpg", None, "SDO-HMI", "211193171", datetime(2024, 5, 14, 12, 0, 9, tzinfo=UTC)),
        ("bbso_halph_rr_20240514_170211.jpg", None, "BBSO-H-alpha", "halpha", datetime(2024, 5, 14, 17, 2, 11, tzinfo=UTC)),
        ("holiday.jpg", None, "", "", None),
    ],
)
def test_a_name_tells_archive_observatory_channel_and_time(
    name: str, archive: str | None, station: str, channel: str, start: datetime | None
) -> None:
    found = archive_of(name)
    assert (found.name if found else None) == archive
    told = parse_sun_name(name)
    assert (told.station, told.focus_code, told.start) == (station, channel, start)


def test_a_synoptic_day_is_a_folder_an_hour_and_the_definitive_ones_come_first() -> None:
    product = archives()["aia-synoptic"].product("image")
    directories = product.directories(NIGHT)
    assert directories[:2] == ["2024/05/14/H0000/", "2024/05/14/H0200/"]
    assert directories[12] == "nrt/2024/05/14/H0000/"
    assert len(directories) == 24
    assert product.holds("AIA20240514_0200_0094.fits")
    assert not product.holds("AIA20240514_0202_0094.fits")
    assert product_of("AIA20240514_0202_0094.fits", "sun").read is product.read


def test_other_archives_list_one_directory_a_day() -> None:
    assert archives()["bbso"].product("halpha").directories(NIGHT) == ["pub/archive/2024/05/14/"]
    assert archives()["ecallisto"].product("spectrogram").directories(NIGHT) == ["data/2002-20yy_Callisto/2024/05/14/"]
