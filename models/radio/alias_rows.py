"""Rows at the end of an e-CALLISTO picture that show a far channel instead of their own.

The receiver sweeps its channels in turn and jumps from one end of the band to the other after the last. In many stations the tuner
has not settled when the last rows of the file are measured: the nearer a row is to the end, the farther away is what it sees (OOTY
2010-06-13: 46.6 MHz shows 84, 46.2 shows 104, 45.8 shows 130, 45.0 shows 161), so that a burst appears once more below itself.
"""

import math

import numpy as np

from models.compiled import njit

TAIL_ROWS = 12  # unsettled rows reach up to the twelfth from the end
# A row is an alias where it correlates this well, sample by sample, with a channel more than this many places away, and with none
# nearer so well. Of the 115 such rows that the table of 201 real files names beside dummies: 111 found, and no other row.
LEAST_CORRELATION = 0.8
FAR_PLACES = 20
# What all channels share (lightning, a strong burst over the whole band) makes no alias: the match leaves at most this share of
# what the middle one of the channels leaves unexplained. 0.75 costs none of the rows of the table, 0.5 would cost 12 of one file.
DISTINCT = 0.75
MIN_SAMPLES = 240  # in fewer, some of 188 noisy channels correlate by chance
# Every n-th sample tells which rows to look at: with this many and these margins no row of the 201 files is judged otherwise.
FEW_SAMPLES = 225
SCREEN = 0.6
MARGIN = 0.15


def alias_rows(picture: np.ndarray, sky: np.ndarray) -> np.ndarray:
    """Rows that show another channel.

    Parameters
    ----------
    picture : (F, T) uint8 or float32 ndarray, digits, rows in the order of the file
    sky : (F,) bool ndarray, rows that nothing else speaks against

    Returns
    -------
    (F,) bool ndarray, True only among the last `TAIL_ROWS` rows, and only where a signal stands out: in quiet times nothing tells
    an unsettled row from a settled one
    """
    alias = np.zeros(sky.size, dtype=bool)
    rows = np.flatnonzero(sky)
    border = int(np.searchsorted(rows, sky.size - TAIL_ROWS))
    if picture.shape[1] >= MIN_SAMPLES and FAR_PLACES < border < rows.size:
        alias[rows[border:]] = _shows_another(picture, rows, border, picture.shape[1] // FEW_SAMPLES)
    return alias


@njit(cache=True, nogil=True, fastmath=True)
def _shows_another(picture: np.ndarray, rows: np.ndarray, border: int, stride: int) -> np.ndarray:
    """For each of ``rows[border:]``, whether the channel it is most like among the others is a far one."""
    few = _centred(picture, rows, stride)
    found = np.zeros(rows.size - border, dtype=np.bool_)
    guess = np.empty(border, dtype=np.float32)
    for index in range(border, rows.size):
        best = best_far = np.float32(-1)
        for other in range(border):
            product = np.float32(0)
            for sample in range(few.shape[1]):
                product += few[index, sample] * few[other, sample]
            guess[other] = product
            best = max(best, product)
            if rows[index] - rows[other] > FAR_PLACES:
                best_far = max(best_far, product)
        if best_far < SCREEN or best_far < best - MARGIN:
            continue
        match = -1.0
        for other in range(border):
            if guess[other] > best - MARGIN:
                exact = _correlation(picture[rows[index]], picture[rows[other]])
                if exact > match:
                    match = exact
                    found[index - border] = rows[index] - rows[other] > FAR_PLACES
        found[index - border] &= match >= LEAST_CORRELATION and 1 - match <= DISTINCT * (1 - np.median(guess))
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _centred(picture: np.ndarray, rows: np.ndarray, stride: int) -> np.ndarray:
    """Every ``stride``-th sample of the rows, of mean 0 and length 1; zeros where a row does not change."""
    few = np.empty((rows.size, picture.shape[1] // stride), dtype=np.float32)
    for index in range(rows.size):
        row = few[index]
        for sample in range(row.size):
            row[sample] = picture[rows[index], sample * stride]
        mean = np.float32(row.sum() / row.size)
        square = np.float32(0)
        for sample in range(row.size):
            row[sample] -= mean
            square += row[sample] * row[sample]
        scale = np.float32(1 / math.sqrt(square)) if square > 0 else np.float32(0)
        for sample in range(row.size):
            row[sample] *= scale
    return few


@njit(cache=True, nogil=True, fastmath=True)
def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's correlation coefficient; -1 where a row does not change."""
    a = b = aa = bb = ab = 0.0
    for sample in range(one.size):
        x, y = float(one[sample]), float(other[sample])
        a += x
        b += y
        aa += x * x
        bb += y * y
        ab += x * y
    spread = (aa - a * a / one.size) * (bb - b * b / one.size)
    return (ab - a * b / one.size) / math.sqrt(spread) if spread > 0 else -1.0
