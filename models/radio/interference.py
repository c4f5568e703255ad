"""Interference that is narrower than any burst."""

import cv2
import numpy as np

from models.compiled import njit

# Carriers are one or two channels wide; the narrowest bursts (type I, 3 % of the frequency) three.
LINE_CHANNELS = 3
LINE_SIGMA = np.float32(6.0)
LINE_PLATEAU = np.float32(1.0)
ZERO, NOT_THERE = np.float32(0), np.float32(np.nan)


def without_lines(level_db: np.ndarray, sigma_db: np.ndarray) -> np.ndarray:
    """Leave out the bins where one or two channels stand out from all channels around them.

    Parameters
    ----------
    level_db : (F, B) float32 ndarray, dB above the quiet level, NaN where nothing is left; adjacent sky channels in adjacent rows
    sigma_db : (F,) float32 ndarray, dB, noise of each channel

    Returns
    -------
    (F, B) float32 ndarray, NaN in those bins too
    """
    if level_db.shape[0] < 2 * LINE_CHANNELS:
        return level_db
    z, left = np.empty_like(level_db), np.empty_like(level_db)
    _in_sigma(level_db, sigma_db, z)
    kernel = np.ones((LINE_CHANNELS, 1), dtype=np.uint8)
    broad = cv2.dilate(cv2.erode(z, kernel, anchor=(0, 0)), kernel, anchor=(0, LINE_CHANNELS - 1))
    _leave_out(level_db, z, broad, left)
    return left


@njit(cache=True, nogil=True)
def _in_sigma(level_db, sigma_db, z):  # type: ignore[no-untyped-def]
    for row in range(z.shape[0]):
        for t in range(z.shape[1]):
            value = level_db[row, t] / sigma_db[row]
            z[row, t] = value if value == value else ZERO


@njit(cache=True, nogil=True)
def _leave_out(level_db, z, broad, left):  # type: ignore[no-untyped-def]
    for row in range(z.shape[0]):
        for t in range(z.shape[1]):
            limit = LINE_SIGMA + LINE_PLATEAU * max(broad[row, t], ZERO)
            left[row, t] = NOT_THERE if z[row, t] - broad[row, t] > limit else level_db[row, t]
