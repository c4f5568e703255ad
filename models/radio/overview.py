"""A stretch small enough to be looked at: means of time bins in dB above one quiet level for all of it."""

import math

import numpy as np

from models.radio.background import quiet_level
from models.radio.prepare import DB_PER_LOG_SFU
from models.radio.spectrogram import DB_PER_DIGIT
from models.radio.stretch import Stretch

SHORTEST_BIN_S = 1.0
MOST_BINS = 1440  # a day in minutes, and about as many as a screen has columns
BLOCK_ROWS = 20


def overview(stretch: Stretch) -> tuple[np.ndarray, np.ndarray]:
    """Means of time bins.

    The quiet level is that of the whole stretch, so that a burst that fills a file keeps its height and nothing steps where files
    meet.

    Parameters
    ----------
    stretch : Stretch

    Returns
    -------
    edges_s : (B + 1,) float64 ndarray, seconds after the stretch's start
    level_db : (F, B) float32 ndarray, dB above the quiet level of each channel, NaN where nothing was measured and in rows that
        are no sky data
    """
    duration = (stretch.t_end - stretch.t_start).total_seconds()
    bin_s = max(SHORTEST_BIN_S, duration / MOST_BINS)
    bins = max(1, math.ceil(duration / bin_s - 1e-6))
    unit = np.float32(DB_PER_LOG_SFU if "sfu" in str(stretch.header.get("BUNIT", "")).lower() else DB_PER_DIGIT)
    index = np.minimum((stretch.time_s / bin_s).astype(int), bins - 1)
    level_db = np.full((stretch.good.size, bins), np.nan, dtype=np.float32)
    for number, covered in enumerate(stretch.covered):
        taken = np.flatnonzero(covered)
        begins = np.flatnonzero(np.diff(index[taken], prepend=-1))
        filled, count = index[taken[begins]], np.diff(begins, append=taken.size)
        rows = np.flatnonzero((stretch.part == number) & stretch.good)
        for first in range(0, rows.size, BLOCK_ROWS):
            some = rows[first : first + BLOCK_ROWS]
            sums = np.add.reduceat(stretch.intensity[np.ix_(some, taken)], begins, axis=1, dtype=np.float32)
            level_db[np.ix_(some, filled)] = sums * unit / count.astype(np.float32)
    return bin_s * np.arange(bins + 1), level_db - quiet_level(level_db)[0][:, None]
