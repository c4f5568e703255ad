"""The quiet level of each channel, and the noise around it."""

import numpy as np

from models.compiled import njit

# A channel may be in burst for up to some 40 % of a file (type IV: 560 s of 900 s in the median), so that its plain median is too
# high: what lies more than 2.5 sigma above is cut off, three times over.
CUT_SIGMA = 2.5
ROUNDS = 3
# Whole digits leave steps of a quarter digit (0.1 dB) in the mean of four samples, as large as the noise itself. Quantiles fall on
# the steps; means between quantiles do not.
MIDDLE = (0.3, 0.7)
LOWER = (0.02, 0.5)
# Mean square of a standard Gaussian between these two quantiles of it (-2.054 and 0): (0.48 - 2.054 phi(2.054)) / 0.48.
LOWER_SQUARE = 0.793
# dB. A radiometer of 300 kHz and 1 ms has 0.25 dB a sample and 0.125 dB in the mean of four; below half of that speaks
# quantisation (0.386 dB a digit), not the receiver.
MIN_SIGMA_DB = 0.06


def quiet_level(level_db: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quiet level and noise of each channel, from the lower side of its values, where bursts do not reach.

    Parameters
    ----------
    level_db : (F, B) float32 ndarray, dB, NaN where nothing was measured

    Returns
    -------
    level : (F,) float32 ndarray, dB, 0 for channels without a value
    sigma : (F,) float32 ndarray, dB, at least `MIN_SIGMA_DB`
    """
    ordered = np.sort(level_db, axis=1)  # NaN last
    kept = np.count_nonzero(np.isfinite(ordered), axis=1)
    level = np.zeros(kept.size, dtype=np.float32)
    sigma = np.full(kept.size, MIN_SIGMA_DB, dtype=np.float32)
    _settle(ordered, kept, level, sigma)
    return level, sigma


@njit(cache=True, nogil=True)
def _settle(ordered, kept, level, sigma):  # type: ignore[no-untyped-def]
    """Cut off what lies far above, `ROUNDS` times, channel by channel; ``ordered`` ascends, its first ``kept`` values count."""
    sums, squares = np.zeros(ordered.shape[1] + 1), np.zeros(ordered.shape[1] + 1)
    for row in range(kept.size):
        last, base = kept[row], ordered[row, 0]
        if last == 0:
            continue
        for place in range(last):
            above = np.float64(ordered[row, place] - base)  # differences to the lowest keep the sums of squares exact
            sums[place + 1] = sums[place] + above
            squares[place + 1] = squares[place] + above * above
        for _ in range(ROUNDS):
            middle, _ = _means(sums, squares, last, MIDDLE, kept[row])
            mean, square = _means(sums, squares, last, LOWER, kept[row])
            variance = max(square - 2 * middle * mean + middle * middle, 0.0) / LOWER_SQUARE
            spread = max(np.sqrt(variance), MIN_SIGMA_DB)
            limit = base + np.float32(middle + CUT_SIGMA * spread)
            last = max(np.searchsorted(ordered[row, : kept[row]], limit, side="right"), 1)
        level[row] = base + middle
        sigma[row] = spread


@njit(cache=True, nogil=True)
def _means(sums, squares, last, between, most):  # type: ignore[no-untyped-def]
    """Mean and mean square between two quantiles of the lowest ``last`` values."""
    first = int(between[0] * last)
    end = min(max(int(np.ceil(between[1] * last)), first + 1), most)
    count = max(end - first, 1)
    return (sums[end] - sums[first]) / count, (squares[end] - squares[first]) / count
