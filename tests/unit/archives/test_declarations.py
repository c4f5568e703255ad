"""The declared archives: which name belongs to which product, station and part."""

from datetime import UTC, date, datetime

import pytest

from tasks.archives.catalogue import archive, archive_of, archives
from tasks.archives.ecallisto import ECALLISTO


@pytest.mark.parametrize(
    ("name", "station", "focus_code", "part"),
    [
        ("BIR_20240514_120000_01.fit.gz", "BIR", "01", "spectrogram/BIR/12"),
        ("CALLISTO_MEX_20240514_235959_59.fit.gz", "CALLISTO_MEX", "59", "spectrogram/CALLISTO_MEX/23"),
        ("PERTH_20240514_003000.fit.gz", "PERTH", "", "spectrogram/PERTH/00"),
        ("PHOENIX-2_20240514_050000p.fit.gz", "PHOENIX-2", "", "spectrogram/PHOENIX-2/05"),
        ("latest.fit.gz", "", "", "spectrogram/-/--"),
    ],
)
def test_a_listed_name_gives_station_focus_code_and_part(name: str, station: str, focus_code: str, part: str) -> None:
    file = ECALLISTO.product("spectrogram").remote_file(name, "http://x/" + name, "1K", None)
    assert (file.station, file.focus_code, file.part) == (station, focus_code, part)


def test_a_quick_look_has_the_parts_of_its_spectrogram() -> None:
    file = ECALLISTO.product("quicklook").remote_file("BIR_20240514_120000_01.fit.gz.png", "http://x", "", None)
    assert (file.station, file.focus_code, file.start) == ("BIR", "01", datetime(2024, 5, 14, 12, tzinfo=UTC))
    assert file.part == "quicklook/BIR/12"


def test_a_simulated_archive_is_read_as_the_one_it_simulates() -> None:
    assert archive("ecallisto-simulated") is archive("ecallisto") is ECALLISTO
    assert archives()["ecallisto"] is ECALLISTO


def test_an_archive_is_found_by_the_end_of_a_file_name() -> None:
    assert archive_of("x.fit.gz") is archive_of("x.fit.png") is ECALLISTO
    assert archive_of("x.jpg") is None


def test_a_radio_night_is_its_utc_day() -> None:
    start, end = ECALLISTO.bounds(date(2024, 2, 29))
    assert (start, end) == (datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
