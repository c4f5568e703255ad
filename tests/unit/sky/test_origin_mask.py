"""The origin's rule is reproduced pixel for pixel, and called what it is."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from models.sky.frame import SkyFrame, prepare
from models.sky.origin_mask import origin_mask, origin_quality, otsu_threshold
from models.sky.origin_recipe import SkyOrigin
from tasks.readers.sky_frame import read_sky_frame


def test_otsu_cuts_between_two_heaps() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.2, 0.02, 4000), rng.normal(0.8, 0.05, 1000)])
    assert 0.26 < otsu_threshold(values) < 0.65


def test_the_published_masks_are_the_rule_bit_for_bit(real_data: Path) -> None:
    paths = sorted((real_data / "sky/stardice_val_fits").glob("*.fits"))
    assert len(paths) == 20
    for path in paths:
        with fits.open(path) as units:
            published = units[1].data[..., 0] > 0.5
        assert np.array_equal(origin_mask(read_sky_frame(path.read_bytes(), path.name).adu), published), path.name


@pytest.mark.parametrize(("name", "share"), [("clear", 0.572), ("cloud", 0.475)])
def test_the_rule_finds_more_cloud_on_the_clear_sky(real_data: Path, name: str, share: float) -> None:
    path = real_data / f"sky/stardice_raw/{name}_sky_sample.fits"
    frame = prepare(read_sky_frame(path.read_bytes(), path.name))
    quality, blobs = origin_quality(origin_mask(frame.adu))
    assert (round(quality, 3), blobs) == (share, {"clear": 100, "cloud": 2}[name])
    (verdict,) = SkyOrigin("cpu").judge([prepare(SkyFrame(frame.adu, None))])
    assert verdict.metrics == {"origin_quality": round(quality, 4), "origin_blobs": blobs}
