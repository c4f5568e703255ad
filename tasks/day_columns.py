"""A day of one receiver in as many columns as a picture has. Imports no Prefect."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.compiled import njit
from models.radio.spectrogram import PreparedSpectrogram

# A column shows the brightest 15 s in it: their mean would hide a type III, which lasts 10 s.
BRIGHTEST_S = 15.0


def brightest_by_column(
    observations: Sequence[PreparedSpectrogram], start: datetime, column_s: float, columns: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Brightest 15 s of each column.

    Parameters
    ----------
    observations : in any order
    start : where the first column begins
    column_s : seconds of a column
    columns : their number

    Returns
    -------
    list of (frequency_mhz, level_db), one for each frequency axis that the observations have: (F,) float64 ndarray, MHz, and
    (F, columns) float32 ndarray, dB above quiet, NaN where nothing was measured
    """
    days: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    for one in observations:
        frequency = one.frequency_mhz
        nothing = np.full((frequency.size, columns), np.nan, np.float32)
        _, day = days.setdefault(frequency.tobytes(), (frequency, nothing))
        width = max(1, round(BRIGHTEST_S / one.bin_s))
        middle_s = (one.t_start - start).total_seconds() + (np.arange(0, one.n_bins, width) + width / 2) * one.bin_s
        _brighten(one.mean_db, one.covered, np.flatnonzero(one.good), one.n_bins, width, np.floor(middle_s / column_s), day)
    return list(days.values())


@njit(cache=True, nogil=True)
def _brighten(mean_db, covered, rows, bins, width, column_of, day):  # type: ignore[no-untyped-def]
    """Raise each column to the mean of ``width`` bins that is in it, where that is brighter."""
    for row in rows:
        for part in range(column_of.size):
            column = int(column_of[part])
            total, count = np.float32(0), 0
            for t in range(part * width, min(part * width + width, bins)):
                total += mean_db[row, t] if covered[row, t] else np.float32(0)
                count += covered[row, t]
            if count and 0 <= column < day.shape[1]:
                mean = total / np.float32(count)
                if not day[row, column] >= mean:  # NaN is not, either
                    day[row, column] = mean
