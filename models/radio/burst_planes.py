"""What the network of `radio-burst` sees: a prepared spectrogram on a grid whose rows are even in the logarithm of frequency."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.compiled import njit
from models.radio.spectrogram import PreparedSpectrogram

# 64 rows are three channels each: what is narrower is interference, and the network takes a third of the time of 200 rows.
ROWS, COLUMNS = 64, 912  # seconds of the usual file, up to the next multiple of 16
# One cell of the network's map: rows x seconds of its input.
CELL_ROWS, CELL_SECONDS = 4, 4
MAP_ROWS, MAP_COLUMNS = ROWS // CELL_ROWS, COLUMNS // CELL_SECONDS
# A group of type III is many of them: groups are told by how long they last.
TYPES = ("I", "II", "III", "IV", "V")
# What the map says of a cell: whether any burst is there, and whether each type is if one is; a cell may hold several.
LAYERS = ("burst", *TYPES)
# Truth of a layer of a cell, beside 0 and 1.
DOUBTFUL = -1
PLANES = ("contrast", "decibel", "relief", "covered", "frequency")
# Relief is what stands out of the row's mean over two minutes, in units of a quarter of a decibel: a lane in a continuum of 10 dB.
RELIEF_S, RELIEF_PER_DB = 121, 4.0
# A receiver of a narrower band than this fills only a part of the rows, so that no octave is stretched without end.
MIN_OCTAVES = 0.5
# Carriers must not outweigh what many channels say together.
CLIP_SIGMA = (-4.0, 12.0)
CLIP_DB = (-3.0, 40.0)
# 120 MHz, the middle of the bands of the archive in octaves; 2.5 octaves make one unit.
MIDDLE_MHZ, UNIT_OCTAVES = 120.0, 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Where the rows of the grid lie.

    Attributes
    ----------
    frequency_mhz : (ROWS,) float64 ndarray, middle of each row
    weight : (ROWS, F) float32 ndarray, share of each good channel in each row; rows without a channel near hold zeros
    """

    frequency_mhz: np.ndarray
    weight: np.ndarray


def grid_rows(frequency_mhz: np.ndarray) -> Rows:
    """Lay the grid over the channels of a receiver.

    Parameters
    ----------
    frequency_mhz : (F,) float64 ndarray, MHz, ascending, good channels only

    Returns
    -------
    Rows
    """
    octave = np.log2(frequency_mhz)
    span = max(octave[-1] - octave[0], MIN_OCTAVES)
    step = span / ROWS
    middle = octave[0] + step * (np.arange(ROWS) + 0.5)
    # A channel reaches as far as a row, or to its neighbours where they are farther: then rows between share the two.
    gaps = np.diff(octave, prepend=octave[0] - step, append=octave[-1] + step)
    reach = np.clip(np.maximum(gaps[:-1], gaps[1:]), step, 3 * step)
    weight = np.maximum(1 - np.abs(middle[:, None] - octave) / reach, 0)
    total = weight.sum(axis=1, keepdims=True)
    return Rows(2.0**middle, np.divide(weight, total, out=np.zeros_like(weight), where=total > 0).astype(np.float32))


def planes_of(prepared: PreparedSpectrogram) -> np.ndarray:
    """The planes of one spectrogram.

    Parameters
    ----------
    prepared : PreparedSpectrogram with at least one good channel

    Returns
    -------
    (5, ROWS, COLUMNS) float32 ndarray in the order of `PLANES`: inverse hyperbolic sine of the contrast in sigma, of the excess in
    dB and of its relief, share of the row that was measured, and the frequency in units of 2.5 octaves from 120 MHz
    """
    good = np.flatnonzero(prepared.good)
    rows = _rows_of(prepared.frequency_mhz[good].tobytes())
    planes = np.zeros((len(PLANES), ROWS, COLUMNS), dtype=np.float32)
    power = np.ones((3, ROWS, COLUMNS), dtype=np.float32)
    _pool(
        prepared.mean_db, prepared.covered, prepared.sigma_db, good, rows.weight, prepared.n_bins,
        np.array([*CLIP_SIGMA, *CLIP_DB], dtype=np.float32), planes, power,
    )  # fmt: skip
    _signed(np.log(power, out=power), planes)
    planes[4] = (np.log2(rows.frequency_mhz / MIDDLE_MHZ) / UNIT_OCTAVES)[:, None]
    return planes


@lru_cache(maxsize=64)
def _rows_of(frequency: bytes) -> Rows:
    """`grid_rows` of float64 frequencies: the files of one receiver share them."""
    return grid_rows(np.frombuffer(frequency))


@njit(cache=True, nogil=True)
def _pool(mean_db, covered, sigma_db, good, weight, bins, limits, planes, power):  # type: ignore[no-untyped-def]
    """Weighted means of contrast and decibels over the measured channels of each row, relief, and the share that was measured.

    The weights are a narrow band: a matrix product would multiply by zero 95 times of 100. ``power`` becomes the exponential of the
    inverse hyperbolic sine of the means' sizes: numpy's logarithm takes a sixth of the time of its `np.arcsinh`.
    """
    contrast, decibel, known = np.empty(bins, np.float32), np.empty(bins, np.float32), np.empty(bins, np.float32)
    for place in range(good.size):
        channel = good[place]
        scale = np.float32(1) / sigma_db[channel]
        for t in range(bins):
            known[t] = np.float32(covered[channel, t])
            level = mean_db[channel, t]
            contrast[t] = known[t] * min(max(level * scale, limits[0]), limits[1])
            decibel[t] = known[t] * min(max(level, limits[2]), limits[3])
        for row in range(weight.shape[0]):
            share = weight[row, place]
            if share == 0:
                continue
            for t in range(bins):
                planes[0, row, t] += share * contrast[t]
                planes[1, row, t] += share * decibel[t]
                planes[3, row, t] += share * known[t]
    for row in range(weight.shape[0]):
        for t in range(bins):
            most = max(planes[3, row, t], np.float32(0.05))
            planes[0, row, t] /= most
            planes[1, row, t] /= most
        _relief(planes[1, row, :bins], planes[2, row])
        for kind in range(3):
            for t in range(bins):
                size = abs(planes[kind, row, t])
                power[kind, row, t] = size + np.sqrt(size * size + np.float32(1))


@njit(cache=True, nogil=True)
def _relief(decibel, relief):  # type: ignore[no-untyped-def]
    """What stands out of the running mean, which is of fewer bins at both ends."""
    half = RELIEF_S // 2
    first, last, total = 0, 0, 0.0
    for t in range(decibel.size):
        while last < min(t + half + 1, decibel.size):
            total += decibel[last]
            last += 1
        while first < t - half:
            total -= decibel[first]
            first += 1
        relief[t] = RELIEF_PER_DB * (decibel[t] - total / (last - first))


@njit(cache=True, nogil=True)
def _signed(size, planes):  # type: ignore[no-untyped-def]
    """Sizes with the signs of the first planes, in their place."""
    for kind in range(size.shape[0]):
        for row in range(size.shape[1]):
            for t in range(size.shape[2]):
                planes[kind, row, t] = -size[kind, row, t] if planes[kind, row, t] < 0 else size[kind, row, t]


def grid_row_of(frequency_mhz: np.ndarray) -> np.ndarray:
    """(F,) int ndarray: row of the grid in which each good channel lies; ``frequency_mhz`` as in `grid_rows`."""
    return _grid_row_of(frequency_mhz.tobytes())


@lru_cache(maxsize=64)
def _grid_row_of(frequency: bytes) -> np.ndarray:
    octave = np.log2(np.frombuffer(frequency))
    span = max(octave[-1] - octave[0], MIN_OCTAVES)
    return np.asarray(np.clip(((octave - octave[0]) / span * ROWS).astype(np.intp), 0, ROWS - 1))
