"""A piece of background: the same number of sky channels and samples from every file, real or simulated."""

import numpy as np

# 180 of the 200 rows are sky in all full-size files; 240 samples are a minute.
ROWS, SAMPLES = 180, 240
# Of normal noise without the largest 5 % of its sizes, the root mean square is 0.871 standard deviations.
KEPT, KEPT_RMS = 0.95, 0.871
# The least noise of a channel, digits: that of rounding. Constant stretches would else be divided by nothing.
ROUNDING_DIGIT = 12**-0.5


def free_starts(blocked: np.ndarray) -> np.ndarray:
    """First samples of the patches that fit between what is blocked, side by side from the left of each free stretch.

    Parameters
    ----------
    blocked : (T,) bool ndarray, True for samples that no patch may hold

    Returns
    -------
    (N,) int ndarray, ascending
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([True], blocked, [True])).astype(np.int8)))
    stretches = zip(edges[::2], edges[1::2], strict=True)
    return np.array([start for first, last in stretches for start in range(first, last - SAMPLES + 1, SAMPLES)], dtype=int)


def cut_patch(digits: np.ndarray, good: np.ndarray, first_row: int, start: int) -> np.ndarray:
    """One patch of a file, in whole digits.

    Parameters
    ----------
    digits : (F, T) ndarray, digits; scaled files hold whole digits that a rounded factor has moved by up to 0.1
    good : (F,) bool ndarray, rows that hold sky data
    first_row : of the sky rows
    start : first sample

    Returns
    -------
    (ROWS, SAMPLES) float32 ndarray, digits
    """
    rows = np.flatnonzero(good)[first_row : first_row + ROWS]
    return np.asarray(np.rint(digits[rows, start : start + SAMPLES]), dtype=np.float32)


def above_level(patch: np.ndarray) -> np.ndarray:
    """A patch without the median of each channel, (F, T) float32, digits."""
    return np.asarray(patch - np.median(patch, axis=1, keepdims=True))


def white_sigma(patch: np.ndarray) -> np.ndarray:
    """Noise of each channel that is new from sample to sample.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    (F,) float64 ndarray, digits, at least that of rounding
    """
    steps = np.sort(np.abs(np.diff(patch, axis=1)), axis=1)[:, : int(KEPT * (patch.shape[1] - 1))]
    return np.asarray(np.maximum(np.sqrt((steps.astype(float) ** 2).mean(axis=1) / 2) / KEPT_RMS, ROUNDING_DIGIT))
