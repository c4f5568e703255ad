"""Sums over a spectrogram that make the measures of every spot cheap."""

from typing import NamedTuple

import numpy as np

from models.compiled import njit
from models.radio.spectrogram import PreparedSpectrogram

# Nothing beyond counts: one carrier must not outweigh what many channels say.
LEAST, MOST = np.float32(-4.0), np.float32(12.0)


class Scene(NamedTuple):
    """A spectrogram in sigma, with running sums; a tuple of arrays, as numba takes it.

    Attributes
    ----------
    z : (F, B) float32 ndarray, sigma, good channels only, clipped
    mean_db : (CHANNELS, BINS) float32 ndarray, dB, of the whole spectrogram
    channel : (F,) int64 ndarray, which of its rows are the good ones
    frequency_mhz : (F,) float64 ndarray
    bin_s : seconds of one bin
    down : (F + 1, B) float32 ndarray, sums of ``z`` over the channels below each row
    down_even : ((F + 1) // 2 + 1, B) float32 ndarray, likewise over even channels: row n for the first n of them
    along : (F, B + 1) float32 ndarray, sums of ``z`` over the bins before each
    """

    z: np.ndarray
    mean_db: np.ndarray
    channel: np.ndarray
    frequency_mhz: np.ndarray
    bin_s: float
    down: np.ndarray
    down_even: np.ndarray
    along: np.ndarray


def scene_of(prepared: PreparedSpectrogram) -> Scene:
    """The scene of the good channels of a spectrogram."""
    channel, bins = np.flatnonzero(prepared.good), prepared.n_bins
    rows = channel.size
    z = np.empty((rows, bins), np.float32)
    down, down_even = np.empty((rows + 1, bins), np.float32), np.empty(((rows + 1) // 2 + 1, bins), np.float32)
    along = np.empty((rows, bins + 1), np.float32)
    _sum_up(prepared.mean_db, prepared.sigma_db, channel, z, down, down_even, along)
    return Scene(z, prepared.mean_db, channel, prepared.frequency_mhz[channel], float(prepared.bin_s), down, down_even, along)


@njit(cache=True, nogil=True)
def _sum_up(mean_db, sigma_db, channel, z, down, down_even, along):  # type: ignore[no-untyped-def]
    rows, bins = z.shape
    down[0], down_even[0], along[:, 0] = 0, 0, 0
    for first in range(0, rows, 4):
        last = min(first + 4, rows)
        for row in range(first, last):
            sigma = sigma_db[channel[row]]
            for t in range(bins):
                value = min(max(mean_db[channel[row], t] / sigma, LEAST), MOST)
                z[row, t] = value
                down[row + 1, t] = down[row, t] + value
            if row % 2 == 0:
                for t in range(bins):
                    down_even[row // 2 + 1, t] = down_even[row // 2, t] + z[row, t]
        if last < first + 4:
            for row in range(first, last):
                for t in range(bins):
                    along[row, t + 1] = along[row, t] + z[row, t]
        else:  # four sums side by side: each waits for its own last step alone
            one, two, three, four = along[first], along[first + 1], along[first + 2], along[first + 3]
            a, b, c, d = z[first], z[first + 1], z[first + 2], z[first + 3]
            e, f, g, h = one[0], two[0], three[0], four[0]
            for t in range(bins):
                e, f, g, h = e + a[t], f + b[t], g + c[t], h + d[t]
                one[t + 1], two[t + 1], three[t + 1], four[t + 1] = e, f, g, h
