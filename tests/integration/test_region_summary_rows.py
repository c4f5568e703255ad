"""NOAA's summary of a night is fetched, kept, and its numbers stand on the detections; a day without one is said to be so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rows import remote, store
from sqlalchemy import Connection, delete, select

from db.ledger import Ledger
from db.nights import NightRecord, night_artifacts, write_night
from db.schema import Detection, Night, SourceFile
from db.session import transaction
from db.settings import load_settings
from db.verdicts import record, register_models
from models.description import Description
from models.errors import SourceUnavailable
from models.simulate.sun.activity import SimulatedRegion, simulate_activity
from models.simulate.sun.records import srs_text
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk
from models.sun.prepare import RADIUS, SIZE
from models.sun.regions import to_pixel
from models.verdict import Detection as Found
from models.verdict import Verdict
from tasks.catalogues.srs import read_srs
from tasks.noaa_regions import number_regions
from tasks.region_summary import REGION_SUMMARY, find_summary, keep_summary
from tasks.source import Source

NIGHT = date(2017, 9, 10)  # no other test's
START = datetime(2017, 9, 10, tzinfo=UTC)
NOON, MORNING = START + timedelta(hours=12), START + timedelta(hours=30)
ARCHIVE = "sdo-browse"
SOURCE = Source(ARCHIVE, "https://sdo.gsfc.nasa.gov/", ("picture",), NIGHT)


def detection(latitude: float, longitude: float) -> Found:
    view, middle = seen_from_earth(NOON), (SIZE - 1) / 2
    x, y, _ = to_pixel(Disk(middle, middle, RADIUS, b0_deg=view.b0_deg), latitude, longitude)
    place = {"latitude_deg": latitude, "longitude_deg": longitude, "peak": 2.0}
    return Found("region", 0.6, NOON, None, NOON, box=(x - 5, y - 5, x + 5, y + 5), attributes=place)


@pytest.fixture
def region() -> SimulatedRegion:
    """The largest simulated region that is well on the disk."""
    seen = (one for one in simulate_activity(NIGHT).regions if abs(one.longitude_at(NOON)) < 50)
    return max(seen, key=lambda one: one.size(NOON) * one.area_msh)


@pytest.fixture
def source(stores: Path) -> Iterator[Source]:
    """A night that was run."""
    ends = (START, START + timedelta(days=1), "complete", "", 1, 1, 0, 0, 0, 1, 1, 0, 0)
    with transaction() as connection:
        write_night(connection, NightRecord(ARCHIVE, NIGHT, *ends))
    yield SOURCE
    with transaction() as connection:
        connection.execute(delete(Night).where(Night.archive == ARCHIVE, Night.night == NIGHT))


@pytest.fixture
def connection(fleeting: Connection, region: SimulatedRegion) -> Connection:
    """One disk, on which a model found that region, and another where there is none."""
    ledger = Ledger(fleeting, ARCHIVE, NIGHT)
    store(ledger, ledger.register([remote("NOAA_12")]))
    mine = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    fleeting.execute(SourceFile.__table__.update().where(*mine).values(start_time=NOON, end_time=NOON))
    seer = Description("seer-of-regions", "1", "sun", "ef" * 32, "sun-1", 0.5, False, {})
    ids = register_models(fleeting, "sun", [seer], "abc")
    found = (detection(region.latitude_deg, region.longitude_at(NOON)), detection(-70.0, 0.0))
    said = Verdict(seer.name, "1", "judged", "", "active", 0.6, 0.5, {}, detections=found)
    record(fleeting, [(fleeting.scalars(select(SourceFile.id).where(*mine)).one(), said)], ids)
    return fleeting


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two places, of which the second has the summary, in the folder of its year."""
    place = tmp_path / "2017/SRS/20170911SRS.txt"
    place.parent.mkdir(parents=True)
    place.write_text(srs_text(simulate_activity(NIGHT)))
    top = tmp_path.as_uri()
    settings = f'["{top}/elsewhere/{{day}}.txt", "{top}/{{next_day:%Y}}/SRS/{{next_day:%Y%m%d}}SRS.txt"]'
    monkeypatch.setenv("NIGHTSHIFT_REGION_SUMMARIES", settings)
    load_settings.cache_clear()
    yield place
    load_settings.cache_clear()


def numbers(connection: Connection) -> list[list[int] | None]:
    mine = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    told = select(Detection.attributes).join(SourceFile, SourceFile.id == Detection.source_file_id).where(*mine)
    return [attributes.get("noaa") for attributes in connection.scalars(told.order_by(Detection.index))]


def test_the_regions_of_a_night_have_noaas_numbers_and_a_rerun_changes_nothing(
    connection: Connection, region: SimulatedRegion
) -> None:
    assert numbers(connection) == [None, None], "nobody has told"
    reported = read_srs(srs_text(simulate_activity(NIGHT)), "SRS")
    for _ in range(2):
        assert number_regions(connection, SOURCE, reported) == 1
        first, second = numbers(connection)
        assert first is not None and region.number in first and second == []


def test_a_summary_is_found_where_it_stands_and_kept(source: Source, warehouse: Path) -> None:
    summary = find_summary(source, MORNING)
    assert summary.name == "20170911SRS.txt" and summary.regions
    keep_summary(source, summary)
    with transaction() as connection:
        assert night_artifacts(connection, ARCHIVE, NIGHT).keys() == {REGION_SUMMARY}
    warehouse.unlink()
    assert find_summary(source, MORNING).regions == summary.regions, "the one that was kept"


def test_a_day_without_a_summary_is_said_to_have_none(source: Source, warehouse: Path) -> None:
    warehouse.unlink()
    with pytest.raises(SourceUnavailable, match=r"elsewhere/2017-09-10\.txt cannot be had.*20170911SRS\.txt cannot be had"):
        find_summary(source, MORNING)
