"""Disks with their regions, and NOAA's numbers of them."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from db.settings import load_settings
from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import gong_picture
from models.simulate.sun.records import srs_text
from tasks.noaa_regions import number_of, reported_regions
from tasks.pictures_sun import place_of_region
from tasks.readers.sun.prepared import read_prepared_sun
from tasks.render_sun import RegionBox, draw_disks

NIGHT = date(2024, 5, 14)
MOMENT = datetime(2024, 5, 14, 18, 21, 3, tzinfo=UTC)


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "20240515SRS.txt").write_text(srs_text(simulate_activity(NIGHT)), encoding="utf-8")
    monkeypatch.setenv("NIGHTSHIFT_CATALOGUES", str(tmp_path))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


def test_a_found_region_has_the_number_that_noaa_gave_it(summary: Path) -> None:
    reported = reported_regions(NIGHT)
    assert reported and not reported_regions(date(2024, 5, 20))
    region = max(
        (one for one in simulate_activity(NIGHT).regions if abs(one.longitude_at(MOMENT)) < 60), key=lambda one: one.area_msh
    )
    found = {"latitude_deg": region.latitude_deg + 1, "longitude_deg": region.longitude_at(MOMENT) - 2}
    assert number_of(found, MOMENT, reported) == region.number
    assert number_of({"latitude_deg": 80.0, "longitude_deg": 0.0}, MOMENT, reported) is None


def test_disks_are_drawn_the_same_every_time() -> None:
    image = read_prepared_sun(gong_picture(simulate_activity(NIGHT), MOMENT), "gong_magxx_fd_20240514_182103.jpg")
    disks = [("magnetogram   18:21", image, [RegionBox((100.0, 90.0, 130.0, 110.0), "13664")])] * 5
    drawn = draw_disks(disks, "bbso   2024-05-14")
    assert drawn == draw_disks(disks, "bbso   2024-05-14")
    pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))
    assert pixels.shape[1] == 1100
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 10


def test_places_are_written_as_noaa_does() -> None:
    assert place_of_region({"latitude_deg": -8.4, "longitude_deg": 27.6}) == "S08W28"
    assert place_of_region({"latitude_deg": 12.0, "longitude_deg": -3.2}) == "N12E03"
