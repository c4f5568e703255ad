"""Samples to time bins, and many channels to fewer."""

import numpy as np


def bin_of_samples(time_s: np.ndarray, bin_s: float, bins: int) -> np.ndarray:
    """(T,) int ndarray: the bin of each sample; a sample on an edge belongs to the later bin."""
    # 1e-6 of a bin: 0.1 s steps that were rounded must not fall to the earlier bin.
    return np.minimum(np.floor(time_s / bin_s + 1e-6).astype(np.intp), bins - 1)


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
