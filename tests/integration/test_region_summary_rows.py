"""NOAA's summary of a night is fetched, kept, and its numbers stand on the detections; a day without one is said to be so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rows import remote, store
from sqlalchemy import delete, select

from db.ledger import Ledger
from db.nights import NightRecord, night_artifacts, write_night
from db.schema import Detection, ModelVersion, Night, SourceFile
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
from tasks.noaa_regions import number_regions
from tasks.region_summary import REGION_SUMMARY, find_summary, keep_summary
from tasks.source import Source

NIGHT = date(2017, 9, 6)  # no other test's
START = datetime(2017, 9, 6, tzinfo=UTC)
NOON, MORNING = START + timedelta(hours=12), START + timedelta(hours=30)
ARCHIVE = "sdo-browse"


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
def source(stores: Path, region: SimulatedRegion) -> Iterator[Source]:
    """A night of one disk, on which a model found that region, and another where there is none."""
    with transaction() as connection:
        ledger = Ledger(connection, ARCHIVE, NIGHT)
        store(ledger, ledger.register([remote("NOAA_12")]))
        mine = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
        connection.execute(SourceFile.__table__.update().where(*mine).values(start_time=NOON, end_time=NOON))
        seer = Description("seer-of-regions", "1", "sun", "ef" * 32, "sun-1", 0.5, False, {})
        ids = register_models(connection, "sun", [seer], "abc")
        found = (detection(region.latitude_deg, region.longitude_at(NOON)), detection(-70.0, 0.0))
        said = Verdict(seer.name, "1", "judged", "", "active", 0.6, 0.5, {}, detections=found)
        record(connection, [(connection.scalars(select(SourceFile.id).where(*mine)).one(), said)], ids)
        ends = (START, START + timedelta(days=1), "complete", "", 1, 1, 0, 0, 0, 1, 1, 0, 0)
        write_night(connection, NightRecord(ARCHIVE, NIGHT, *ends))
    yield Source(ARCHIVE, "https://sdo.gsfc.nasa.gov/", ("picture",), NIGHT)
    with transaction() as connection:
        connection.execute(delete(SourceFile).where(*mine))
        connection.execute(delete(Night).where(Night.archive == ARCHIVE, Night.night == NIGHT))
        connection.execute(delete(ModelVersion).where(ModelVersion.name == "seer-of-regions"))


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two places, of which the second has the summary, in the folder of its year."""
    place = tmp_path / "2017/SRS/20170907SRS.txt"
    place.parent.mkdir(parents=True)
    place.write_text(srs_text(simulate_activity(NIGHT)))
    top = tmp_path.as_uri()
    settings = f'["{top}/elsewhere/{{day}}.txt", "{top}/{{next_day:%Y}}/SRS/{{next_day:%Y%m%d}}SRS.txt"]'
    monkeypatch.setenv("NIGHTSHIFT_REGION_SUMMARIES", settings)
    load_settings.cache_clear()
    yield place
    load_settings.cache_clear()


def numbers() -> list[list[int] | None]:
    mine = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    order = select(Detection.attributes).join(SourceFile, SourceFile.id == Detection.source_file_id).where(*mine)
    with transaction() as connection:
        return [told.get("noaa") for told in connection.scalars(order.order_by(Detection.index))]


def test_the_regions_of_a_night_have_noaas_numbers_and_a_rerun_changes_nothing(
    source: Source, region: SimulatedRegion, warehouse: Path
) -> None:
    assert numbers() == [None, None], "nobody has told"
    for _ in range(2):
        summary = find_summary(source, MORNING)
        keep_summary(source, summary)
        with transaction() as connection:
            assert number_regions(connection, source, summary.regions) == 1
        first, second = numbers()
        assert first is not None and region.number in first and second == []
        with transaction() as connection:
            kept = night_artifacts(connection, ARCHIVE, NIGHT)
        assert kept.keys() == {REGION_SUMMARY}
        warehouse.unlink(missing_ok=True)  # the second time it is the one that was kept


def test_a_day_without_a_summary_is_said_to_have_none(source: Source, warehouse: Path) -> None:
    warehouse.unlink()
    with pytest.raises(SourceUnavailable, match=r"elsewhere/2017-09-06\.txt cannot be had.*20170907SRS\.txt cannot be had"):
        find_summary(source, MORNING)
