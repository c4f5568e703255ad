"""How active a disk looks: four measures of one picture of the Sun in 211 angstrom.

They are of the picture alone: nothing of earlier or later pictures, of the date, or of flares enters.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from models.sun.browse import BROWSE_DECADES
from models.sun.image import PreparedSun
from models.sun.prepare import RADIUS, SIZE

ACTIVITY = ("core_area_log10", "hot_area_log10", "structure_log10", "emission_log10")
RINGS = 51
RING_WIDTH = 0.025  # solar radii
# Of the stretched picture: 0.2 is a quiet disk, 0.5 the diffuse loops of an active region, 0.8 and above its core.
CORE, HOT, BRIGHT = 0.78, 0.86, 0.70
SOFTNESS = 0.02
# Loops that stand on the limb count; the corona farther out is that of yesterday's and tomorrow's disk as well.
REACH = 1.15
FINE_PX, COARSE_PX, SMOOTH_PX = 0.7, 1.4, 1.5
LEAST_AREA, LEAST_STRUCTURE = 1e-4, 1e-5

_ROWS, _COLUMNS = np.indices((SIZE, SIZE)) - (SIZE - 1) / 2
DISTANCE = np.hypot(_COLUMNS, _ROWS) / RADIUS
_RING = np.minimum((DISTANCE / RING_WIDTH).astype(int), RINGS - 1)
_PIXELS = [np.flatnonzero(ring == _RING) for ring in range(RINGS)]


def limb_profile(suns: Sequence[PreparedSun]) -> np.ndarray:
    """(51,) float32 ndarray: how much brighter the corona is in each ring than over the disk, for want of activity.

    The corona is thin: towards the limb one looks along it. What all pictures share is therefore taken off before cores are sought.

    Parameters
    ----------
    suns : prepared pictures of one channel; the median over them and around the ring is taken
    """
    level = np.median([_ring_levels(sun) for sun in suns], axis=0)
    disk = np.median(level[: int(0.75 / RING_WIDTH)])
    return np.asarray(np.maximum(level - disk, 0), dtype=np.float32)


@lru_cache(maxsize=512)
def _ring_levels(sun: PreparedSun) -> np.ndarray:
    """Median of each ring; held, because a cross-validation asks again and again."""
    return np.array([np.median(sun.picture.ravel()[pixels]) for pixels in _PIXELS])


def activity(sun: PreparedSun, profile: np.ndarray) -> np.ndarray:
    """The four measures of `ACTIVITY`.

    Parameters
    ----------
    sun : PreparedSun
    profile : (51,) ndarray from `limb_profile`

    Returns
    -------
    (4,) float64 ndarray: logarithm of the share of the disk and its rim in cores (without the limb's brightening) and in hot places
    (with it), of the fine structure in bright places, and of the mean emission
    """
    picture = sun.picture
    seen = sun.present & (DISTANCE < REACH)
    flat = picture - profile[_RING]
    fine = np.abs(_blurred(picture, FINE_PX) - _blurred(picture, COARSE_PX))
    bright = _blurred(picture, SMOOTH_PX) - profile[_RING] > BRIGHT
    return np.array(
        [
            np.log10(_share_above(flat[seen], CORE) + LEAST_AREA),
            np.log10(_share_above(picture[seen], HOT) + LEAST_AREA),
            np.log10((fine * bright)[seen].mean() + LEAST_STRUCTURE),
            np.log10(np.mean(10 ** (BROWSE_DECADES * picture[seen]))),
        ]
    )


def _blurred(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE))


def _share_above(values: np.ndarray, level: float) -> float:
    """Share of values above a level; those near it count in part, so that noise does not decide."""
    return float(np.mean(1 / (1 + np.exp(-np.clip((values - level) / SOFTNESS, -50, 50)))))
