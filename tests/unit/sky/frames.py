"""Frames for tests: of the simulated camera, and as FITS bytes."""

import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
from astropy.io import fits

from models.simulate.camera import Scene, draw_scene
from models.simulate.camera.tau2_fits import tau2_bytes
from models.sky.frame import PreparedFrame, SkyFrame, prepare
from models.sky.rebin import SHAPE

MOMENT = datetime(2023, 1, 24, 20, 18, 53, 809658, tzinfo=UTC)


def clear_counts(seed: int = 0) -> np.ndarray:
    """Counts of a native frame of a clear sky."""
    return draw_scene(np.random.default_rng(seed), ()).frame(np.random.default_rng(seed)).adu


def tau2_file(counts: np.ndarray) -> bytes:
    """A file as the camera writes it."""
    return tau2_bytes(counts, MOMENT, air_c=4.77, shutter_c=4.32, since_correction_s=21.8)


def fits_bytes(picture: np.ndarray, **cards: Any) -> bytes:
    """Any FITS picture; underscores in keywords stand for hyphens."""
    unit = fits.PrimaryHDU(picture)
    for key, value in cards.items():
        unit.header[key.replace("_", "-")] = value
    stream = io.BytesIO()
    unit.writeto(stream)
    return stream.getvalue()


def binned(scene: Scene, seed: int = 0) -> PreparedFrame:
    """A prepared frame of a scene drawn at the rebinned shape."""
    assert scene.camera.lens.shape == SHAPE
    return prepare(SkyFrame(scene.frame(np.random.default_rng(seed)).adu.astype(np.float32), None))
