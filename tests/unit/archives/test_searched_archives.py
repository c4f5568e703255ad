"""Archives that are asked for a night: Helioviewer answers with the nearest image, the JSOC with records and files apart."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jsoc import Jsoc, cards, magnetogram
from remote import Reply, Request, serving

from db.ledger import Work
from db.settings import load_settings
from models.errors import ConfigurationError, CorruptInput
from models.simulate.sun.hmi import hmi_picture
from models.sun.prepare import SIZE
from tasks.archives.catalogue import archives
from tasks.archives.fetcher import fetcher
from tasks.archives.helioviewer import HELIOVIEWER, SOURCES
from tasks.archives.hmi_magnetograms import declare
from tasks.archives.listing import NightListing
from tasks.readers.sun.image import read_sun_image
from tasks.readers.sun.keywords import with_fragment, with_keywords

NIGHT = date(2016, 11, 20)
MAY = date(2024, 5, 14)
FIRST = "2024.05.14_02:00:00_TAI"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Settings of a client that tries once and has an address that the JSOC knows."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    monkeypatch.setenv("NIGHTSHIFT_REQUEST_RETRIES", "0")
    monkeypatch.setenv("NIGHTSHIFT_JSOC_EMAIL", "night@example.org")
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


class Helioviewer:
    """Answers with the nearest of the moments that it holds of each source, as the real one does."""

    def __init__(self, held: list[datetime]) -> None:
        self.held = dict.fromkeys(SOURCES.values(), held)
        self.refused: set[int] = set()

    async def __call__(self, request: Request) -> Reply:
        source = int(request.query["sourceId"])
        if source in self.refused:
            return Reply(400, json.dumps({"error": "Invalid source"}).encode())
        asked = datetime.fromisoformat(request.query["date"])
        nearest = min(self.held[source], key=lambda moment: abs(moment - asked))
        if request.path.endswith("getJP2Image/"):
            return Reply(body=nearest.isoformat().encode())
        return Reply(body=json.dumps({"id": 1, "date": f"{nearest:%Y-%m-%d %H:%M:%S}", "name": "AIA"}).encode())


def minutes(first: datetime, last: datetime) -> list[datetime]:
    return [first + timedelta(minutes=count) for count in range(int((last - first).total_seconds() / 60))]


def ask_helioviewer(held: Helioviewer, night: date = NIGHT) -> NightListing:
    with serving(held) as server:
        return fetcher().list_night(HELIOVIEWER, server.url, ("image",), night)


def test_the_nearest_image_counts_only_where_it_is_near(impatient: None) -> None:
    """A gap from 6 h to 22 h: four of the six hours have no observation, and no image of another hour stands in for them."""
    midnight = datetime(2016, 11, 20, tzinfo=UTC)
    held = Helioviewer([*minutes(midnight, midnight + timedelta(hours=6)), *minutes(midnight + timedelta(hours=22), midnight)])
    listing = ask_helioviewer(held)
    assert (listing.state, len(listing.files)) == ("whole", 2 * len(SOURCES))
    assert {file.start for file in listing.files} == {midnight + timedelta(hours=hour, minutes=5) for hour in (0, 4)}
    assert {(file.station, file.focus_code) for file in listing.files} == {
        ("SDO-AIA", "171"), ("SDO-AIA", "193"), ("SDO-AIA", "211"), ("SDO-AIA", "304"), ("SDO-HMI", "magnetogram"),
    }  # fmt: skip


def test_days_without_images_are_empty_though_it_answers_with_some(impatient: None) -> None:
    listing = ask_helioviewer(Helioviewer([datetime(2016, 11, 2, 4, tzinfo=UTC)]))
    assert (listing.state, listing.files, listing.troubles) == ("empty", (), ())


def test_a_question_without_an_answer_breaks_the_night_and_keeps_the_others(impatient: None) -> None:
    midnight = datetime(2016, 11, 20, tzinfo=UTC)
    held = Helioviewer(minutes(midnight, midnight + timedelta(days=1)))
    held.refused = {19}
    listing = ask_helioviewer(held)
    assert (listing.state, len(listing.files)) == ("broken", 24)
    assert all("sourceId=19: the archive answers 400" in trouble for trouble in listing.troubles)


def test_a_jp2_of_another_moment_than_its_name_tells_is_quarantined(real_data: Path) -> None:
    name = "2013_06_24__17_31_30_84__SDO_AIA_AIA_193.jp2"
    data = (real_data / "sun/fits" / name).read_bytes()
    product = HELIOVIEWER.product("image")
    for right in (name, "2013_06_24__17_31_31__SDO_AIA_AIA_193.jp2"):
        assert product.read(data, right).t_start == datetime(2013, 6, 24, 17, 31, 30 + (right != name), tzinfo=UTC)
    with pytest.raises(CorruptInput, match=r"^2013_06_26__.*: shows the Sun of 2013-06-24 17:31:30, another moment"):
        product.read(data, "2013_06_26__17_31_30__SDO_AIA_AIA_193.jp2")


@pytest.fixture
def jsoc(impatient: None) -> Jsoc:
    """Of the six records of a day the definitive series has one, the near-real-time series two."""
    later = FIRST.replace("_02", "_06")
    definitive = {FIRST: cards(FIRST, "2024-05-18T04:00:00")}
    quick = {moment: cards(moment, "2024-05-14T09:00:00") for moment in (FIRST, later)}
    picture = hmi_picture(magnetogram())
    return Jsoc(records={"hmi.M_720s": definitive, "hmi.M_720s_nrt": quick}, files={FIRST: picture, later: picture})


def test_records_are_listed_definitive_ones_first_and_their_files_get_their_keywords(jsoc: Jsoc) -> None:
    archive, client = declare(load_settings()), fetcher()
    assert archive.root == "http://jsoc.stanford.edu/"
    with serving(jsoc) as server:
        listing = client.list_night(archive, server.url, ("magnetogram",), MAY)
        (first, second) = client.fetch(archive, [Work(file, file.part) for file in listing.files])
    assert (listing.state, [file.name for file in listing.files]) == (
        "whole",
        [f"hmi.M_720s.20240514_0{hour}0000_TAI.magnetogram.fits" for hour in (2, 6)],
    )
    assert [file.modified for file in listing.files] == [
        datetime(2024, 5, day, hour, tzinfo=UTC) for day, hour in ((18, 4), (14, 9))
    ]
    # TAI is 37 s ahead.
    assert listing.files[0].start == datetime(2024, 5, 14, 1, 59, 23, tzinfo=UTC)
    exports = [asked for asked in jsoc.asked if asked.get("op") == "exp_request"]
    assert exports[0]["ds"] == "hmi.M_720s[2024.05.14_02:00:00_TAI/22h@4h]{magnetogram}"
    assert {(asked["method"], asked["protocol"], asked["notify"]) for asked in exports} == {
        ("url_quick", "as-is", "night@example.org")
    }
    sun = read_sun_image(first.body, first.work.file.name)
    assert (sun.channel, sun.unit, sun.unfit, sun.origin.observatory) == ("magnetogram", "G", "", "SDO")
    assert sun.t_start == datetime(2024, 5, 14, 1, 53, 23, 100_000, tzinfo=UTC)
    assert sun.disk is not None and sun.disk.roll_deg == pytest.approx(179.93)
    assert "no list of cosmic rays" in sun.origin.quality, "bit 10 of a number in hexadecimal digits"
    prepared = archive.product("magnetogram").read(second.body, second.work.file.name)
    strong = prepared.picture > np.median(prepared.picture[prepared.present])
    rows, columns = np.nonzero(strong & prepared.present)
    assert rows.max() < SIZE / 2 + 3 and columns.max() < SIZE / 2 + 3, "the axes are turned: what was first comes last"


def test_no_byte_of_the_picture_changes_when_a_header_is_completed(real_data: Path) -> None:
    """A real magnetogram, its header taken from it and told beside it, is read as it was."""
    name = "mdi.fd_m_96m_lev182.20101015_000000_TAI.data.fits"
    whole = (real_data / "sun/fits" / name).read_bytes()
    with fits.open(real_data / "sun/fits" / name) as units:
        told = {
            key: value for key, value in units[1].header.items() if key in cards(FIRST, "2024-05-18T04:00:00") or key == "DATE-OBS"
        }
        bare = hmi_picture(np.zeros((8, 8)))
    assert with_keywords(whole, "http://x/data.fits") == whole
    completed = with_keywords(whole, with_fragment("http://x/data.fits", told | {"T_OBS": "2011.10.15_00:03:30.000_TAI"}))
    before, after = read_sun_image(whole, name), read_sun_image(completed, name)
    assert np.array_equal(before.data, after.data) and np.array_equal(before.missing, after.missing)
    assert (before.disk, before.t_start, before.unit) == (after.disk, after.t_start, after.unit)
    assert len(with_keywords(bare, with_fragment("http://x/", told))) > len(bare)


@pytest.mark.parametrize("body", [b"<html>403 Forbidden</html>", b"SIMPLE  =                    T", b""])
def test_what_is_no_fits_file_is_left_to_the_reader(body: bytes) -> None:
    assert with_keywords(body, with_fragment("http://x/a.fits", {"T_REC": FIRST})) == body


def test_without_a_registered_address_it_is_said_what_to_do(jsoc: Jsoc, monkeypatch: pytest.MonkeyPatch) -> None:
    jsoc.registered = "somebody@example.org"
    with serving(jsoc) as server:
        with pytest.raises(ConfigurationError, match=r"night@example\.org is not registered with the JSOC"):
            fetcher().list_night(declare(load_settings()), server.url, ("magnetogram",), MAY)
        monkeypatch.delenv("NIGHTSHIFT_JSOC_EMAIL")
        load_settings.cache_clear()
        archive = declare(load_settings())
        assert archive.root == "", "it is not live"
        with pytest.raises(ConfigurationError, match=r"NIGHTSHIFT_JSOC_EMAIL: no address is registered"):
            fetcher().list_night(archive, server.url, ("magnetogram",), MAY)


def test_a_database_that_is_away_or_still_staging_breaks_the_night(jsoc: Jsoc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.archives.hmi_magnetograms.STAGING_S", 0.0)
    jsoc.staged = False
    with serving(jsoc) as server:
        listing = fetcher().list_night(declare(load_settings()), server.url, ("magnetogram",), MAY)
        assert listing.state == "broken" and "still staging them (request JSOC_20240514_007)" in listing.troubles[0]

    async def away(_: Request) -> Reply:
        return Reply(503)

    with serving(away) as server:
        listing = fetcher().list_night(declare(load_settings()), server.url, ("magnetogram",), MAY)
    assert listing.state == "broken" and "503" in listing.troubles[0]


def test_a_day_without_records_is_empty(jsoc: Jsoc) -> None:
    jsoc.records = {"hmi.M_720s": {}, "hmi.M_720s_nrt": {}}
    with serving(jsoc) as server:
        assert fetcher().list_night(declare(load_settings()), server.url, ("magnetogram",), MAY).state == "empty"


def test_both_are_declared() -> None:
    assert {"helioviewer", "hmi-magnetograms"} <= archives().keys()
