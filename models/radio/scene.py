"""Sums over a spectrogram that make the measures of every spot cheap."""

from typing import NamedTuple

import numpy as np
from numba import njit

# Nothing beyond counts: one carrier must not outweigh what many channels say.
LEAST, MOST = np.float32(-4.0), np.float32(12.0)


class Scene(NamedTuple):
    """A spectrogram in sigma, with running sums; a tuple of arrays, as numba takes it.

    Attributes
    ----------
    z : (F, B) float32 ndarray, sigma, good channels only, clipped
    mean_db : (F, B) float32 ndarray, dB
    frequency_mhz : (F,) float64 ndarray
    bin_s : seconds of one bin
    down, down_even : (F + 1, B) float32 ndarrays, sums of ``z`` over all and over even channels below each row
    along : (F, B + 1) float32 ndarray, sums of ``z`` over the bins before each
    """

    z: np.ndarray
    mean_db: np.ndarray
    frequency_mhz: np.ndarray
    bin_s: float
    down: np.ndarray
    down_even: np.ndarray
    along: np.ndarray


def scene_of(z: np.ndarray, mean_db: np.ndarray, frequency_mhz: np.ndarray, bin_s: float) -> Scene:
    """Clip and sum; the parameters are those of `Scene`."""
    rows, bins = z.shape
    clipped = np.empty_like(z)
    down, down_even = np.zeros((rows + 1, bins), np.float32), np.zeros((rows + 1, bins), np.float32)
    along = np.zeros((rows, bins + 1), np.float32)
    _sum_up(z, clipped, down, down_even, along)
    return Scene(clipped, mean_db, frequency_mhz, float(bin_s), down, down_even, along)


@njit(cache=True, nogil=True)
def _sum_up(z, clipped, down, down_even, along):  # type: ignore[no-untyped-def]
    for row in range(z.shape[0]):
        even = np.float32(1 - row % 2)
        for t in range(z.shape[1]):
            clipped[row, t] = min(max(z[row, t], LEAST), MOST)
            down[row + 1, t] = down[row, t] + clipped[row, t]
            down_even[row + 1, t] = down_even[row, t] + even * clipped[row, t]
        for t in range(z.shape[1]):
            along[row, t + 1] = along[row, t] + clipped[row, t]
