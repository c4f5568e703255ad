"""The quiet level of each channel, and the noise around it."""

import numpy as np

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
    empty = kept == 0
    base = np.where(empty, 0, ordered[:, 0])  # differences to the lowest value keep the sums of squares exact
    ordered = np.where(np.isfinite(ordered), ordered - base[:, None], np.inf)
    finite = np.where(np.isfinite(ordered), ordered, 0).astype(np.float64)
    sums = np.pad(np.cumsum(finite, axis=1), ((0, 0), (1, 0)))
    squares = np.pad(np.cumsum(finite * finite, axis=1), ((0, 0), (1, 0)))
    for _ in range(ROUNDS):
        level, _ = _means(sums, squares, kept, MIDDLE)
        mean, square = _means(sums, squares, kept, LOWER)
        variance = np.maximum(square - 2 * level * mean + level**2, 0) / LOWER_SQUARE
        sigma = np.maximum(np.sqrt(variance), MIN_SIGMA_DB)
        kept = np.maximum(np.count_nonzero(ordered <= (level + CUT_SIGMA * sigma)[:, None], axis=1), ~empty)
    return np.where(empty, 0, base + level).astype(np.float32), np.where(empty, MIN_SIGMA_DB, sigma).astype(np.float32)


def _means(sums: np.ndarray, squares: np.ndarray, kept: np.ndarray, between: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and mean square between two quantiles of the lowest ``kept`` values of each row."""
    rows = np.arange(kept.size)
    first = (between[0] * kept).astype(int)
    last = np.maximum(np.ceil(between[1] * kept).astype(int), first + 1)
    last = np.minimum(last, sums.shape[1] - 1)
    count = np.maximum(last - first, 1)
    return (sums[rows, last] - sums[rows, first]) / count, (squares[rows, last] - squares[rows, first]) / count
