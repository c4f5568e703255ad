"""Frames that a camera writes while somebody watches."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from models.simulate.camera import draw_scene
from models.simulate.camera.tau2_fits import tau2_bytes
from models.sky.rebin import SHAPE


@cache
def _scene(cloudy: bool) -> np.ndarray:
    kinds = ("cumulus",) if cloudy else ()
    return draw_scene(np.random.default_rng(3), kinds, 0.9 if cloudy else None, SHAPE).frame(np.random.default_rng(1)).adu


def frame(moment: datetime, *, cloudy: bool) -> bytes:
    """A rebinned frame as the camera's software would write it, with noise of its own."""
    noise = np.random.default_rng(moment.microsecond).normal(0, 1, SHAPE)
    counts = np.rint(_scene(cloudy) + noise).astype(np.int16)
    return tau2_bytes(counts, moment, air_c=4.77, shutter_c=4.32, since_correction_s=21.8)


def name_of(moment: datetime) -> str:
    """A name that tells the time."""
    return f"tau2_{moment:%Y%m%d_%H%M%S.%f}.fits"


def drop(folder: Path, *, cloudy: bool, ago_s: float = 0.0) -> str:
    """Write a frame of now at once; return its name."""
    moment = datetime.now(UTC) - timedelta(seconds=ago_s)
    (folder / name_of(moment)).write_bytes(frame(moment, cloudy=cloudy))
    return name_of(moment)
