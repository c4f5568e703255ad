"""Disks with their regions."""

import io
from datetime import UTC, date, datetime

import numpy as np
from PIL import Image

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import gong_picture
from tasks.pictures_sun import place_of_region
from tasks.readers.sun.prepared import read_prepared_sun
from tasks.render_sun import RegionBox, draw_disks

NIGHT = date(2024, 5, 14)
MOMENT = datetime(2024, 5, 14, 18, 21, 3, tzinfo=UTC)


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
