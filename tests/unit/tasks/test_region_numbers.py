"""NOAA's numbers of found regions: in a night by their boxes, on a single file by the folder of catalogues."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from db.settings import load_settings
from models.errors import ConfigurationError
from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import aia_synoptic
from models.simulate.sun.records import srs_text
from models.sun.found_regions import find_regions, oriented
from models.sun.image import PreparedSun
from models.sun.noaa import match_numbers
from models.sun.region import SunRegion, region_attributes
from models.sun.regions import to_pixel
from tasks.catalogues.srs import read_srs
from tasks.noaa_regions import NOAA, numbered, numbers_of
from tasks.readers.sun.prepared import read_prepared_sun
from tasks.region_summary import REGION_SUMMARY, summary_in_folder

NIGHT = date(2024, 5, 14)
DAYS = tuple(NIGHT + timedelta(days=7 * week) for week in range(4))
SUMMARY = srs_text(simulate_activity(NIGHT))


def image(day: date) -> PreparedSun:
    moment = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    data = aia_synoptic(simulate_activity(day), moment, "211", sensitivity=1.0, near_real_time=False)
    return read_prepared_sun(data, f"AIA{moment:%Y%m%d_%H%M}_0211.fits")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("NIGHTSHIFT_CATALOGUES", str(tmp_path))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


def test_boxes_give_the_numbers_that_shapes_give() -> None:
    """Of four simulated days: a night knows the boxes only, and says the same of all but few regions."""
    same = total = 0
    for day in DAYS:
        sun = image(day)
        assert sun.t_start is not None
        found = find_regions(sun)
        reported = read_srs(srs_text(simulate_activity(day)), "SRS")
        by_shape = [list(numbers) for numbers in match_numbers(found, reported, sun.t_start, oriented(sun))]
        by_box = numbers_of([(region_attributes(region, sun), region.box) for region in found], sun.t_start, reported)
        given = [number for numbers in by_box for number in numbers]
        assert len(given) == len(set(given)), "a number is given once"
        same += sum(mine == theirs for mine, theirs in zip(by_box, by_shape, strict=True))
        total += len(found)
    assert total >= 10
    assert same >= 0.95 * total, (same, total)


def test_a_found_region_has_the_number_of_the_simulated_one_within_its_box(folder: Path) -> None:
    (folder / "20240515SRS.txt").write_text(SUMMARY)
    sun = image(NIGHT)
    (verdict,) = SunRegion("cpu").score([sun])
    told = numbered(verdict, sun.t_start)
    assert told.metrics[REGION_SUMMARY] == "20240515SRS.txt"
    given = {number: detection for detection in told.detections for number in detection.attributes[NOAA]}
    assert given
    for region in (one for one in simulate_activity(NIGHT).regions if one.number in given):
        x, y, _ = to_pixel(oriented(sun), region.latitude_deg, region.longitude_at(sun.t_start or datetime.now(UTC)))
        x0, y0, x1, y1 = given[region.number].box or (0, 0, 0, 0)
        assert x0 - 12 <= x <= x1 + 12 and y0 - 12 <= y <= y1 + 12, "a radius has 102 pixels"


def test_a_verdict_says_where_there_is_no_summary_and_a_page_is_none(folder: Path) -> None:
    sun = image(NIGHT)
    (verdict,) = SunRegion("cpu").score([sun])
    told = numbered(verdict, sun.t_start)
    assert told.metrics[REGION_SUMMARY] is None
    assert told.detections == verdict.detections, "nothing is said of numbers"
    assert numbered(verdict, None) is verdict
    (folder / "20240515SRS.txt").write_text("<html>404</html>")
    with pytest.raises(ConfigurationError, match=r"NIGHTSHIFT_CATALOGUES: 20240515SRS\.txt: does not say when it was issued"):
        summary_in_folder(NIGHT)
