"""Samples to time bins, and many channels to fewer."""

import numpy as np


def bin_of_samples(time_s: np.ndarray, bin_s: float, bins: int) -> np.ndarray:
    """(T,) int ndarray: the bin of each sample; a sample on an edge belongs to the later bin."""
    # 1e-6 of a bin: 0.1 s steps that were rounded must not fall to the earlier bin.
    return np.minimum(np.floor(time_s / bin_s + 1e-6).astype(np.intp), bins - 1)


def pool_time(level_db: np.ndarray, masked: np.ndarray, index: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and maximum of the unmasked samples of each time bin.

    Parameters
    ----------
    level_db : (F, T) float32 ndarray, dB
    masked : (F, T) bool ndarray
    index : (T,) int ndarray, the bin of each sample, ascending
    bins : number of bins

    Returns
    -------
    mean : (F, bins) float32 ndarray, dB, NaN where no sample is left
    maximum : (F, bins) float32 ndarray, likewise
    """
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    filled = index[starts]
    count = np.diff(starts, append=index.size).astype(np.int32)
    out = np.flatnonzero(masked)
    row, time = np.divmod(out, index.size)
    cell = row * starts.size + np.repeat(np.arange(starts.size), count)[time]
    left = (count - np.bincount(cell, minlength=level_db.shape[0] * starts.size).reshape(-1, starts.size)).astype(np.float32)
    level = level_db.copy()
    level.ravel()[out] = 0
    total = _reduced(np.add, level, starts, count)
    level.ravel()[out] = -np.inf
    peak = _reduced(np.maximum, level, starts, count)
    mean = np.full((level_db.shape[0], bins), np.nan, dtype=np.float32)
    maximum = mean.copy()
    mean[:, filled] = np.where(left > 0, total / np.maximum(left, 1), np.nan)
    maximum[:, filled] = np.where(left > 0, peak, np.nan)
    return mean, maximum


def pool_channels(values: np.ndarray, width: int) -> np.ndarray:
    """Means of groups of ``width`` rows, the last one maybe smaller, NaN left out; (ceil(F / width), ...) of the same dtype."""
    if width == 1:
        return values
    groups = -(-values.shape[0] // width)
    padded = np.full((groups * width, *values.shape[1:]), np.nan, dtype=values.dtype)
    padded[: values.shape[0]] = values
    stacked = padded.reshape(groups, width, *values.shape[1:])
    count = np.isfinite(stacked).sum(axis=1)
    return np.where(count > 0, np.nansum(stacked, axis=1) / np.maximum(count, 1), np.nan).astype(values.dtype)


def _reduced(operation: np.ufunc, values: np.ndarray, starts: np.ndarray, count: np.ndarray) -> np.ndarray:
    """``operation`` over each run of samples; runs of one length are taken in strides, five times as fast as reduceat."""
    if np.any(count != count[0]):
        return np.asarray(operation.reduceat(values, starts, axis=1))
    parts = values.reshape(values.shape[0], -1, count[0])
    result = parts[:, :, 0].copy()
    for place in range(1, count[0]):
        operation(result, parts[:, :, place], out=result)
    return result
