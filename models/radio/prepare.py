"""One shape and one unit for every radio classifier: a cleaned, pooled spectrogram in dB above the quiet level."""

import math

import numpy as np

from models.radio.background import quiet_level
from models.radio.interference import lines, spikes
from models.radio.pool import bin_of_samples, pool_channels, pool_time
from models.radio.spectrogram import DB_PER_DIGIT, PreparedSpectrogram, Spectrogram

# Stored with every model version and every shard: a change of what follows is a new version.
PREPROCESSING_VERSION = "radio-1"
CHANNELS = 200  # of 179 of 201 real files; more are pooled, fewer padded
BINS = 900  # seconds of the usual file
# Phoenix stores 45 log10(sfu + 10), some write it 45*ln10: 10/45 dB a unit.
DB_PER_LOG_SFU = 10 / 45
BLOCK_ROWS = 20  # 20 x 3600 samples stay in a core's cache: three times as fast as all rows at once


def prepare(spectrogram: Spectrogram) -> PreparedSpectrogram:
    """Clean and pool one spectrogram; time first, then channels.

    Returns
    -------
    `PreparedSpectrogram` of `CHANNELS` x `BINS`
    """
    duration = (spectrogram.t_end - spectrogram.t_start).total_seconds()
    bin_s = max(1.0, duration / BINS)
    n_bins = min(BINS, max(1, math.ceil(duration / bin_s - 1e-6)))
    mean, maximum = _pooled(spectrogram, duration, bin_s, n_bins)
    width = -(-mean.shape[0] // CHANNELS)
    sky = spectrogram.good[:, None]
    mean, maximum = (pool_channels(np.where(sky, plane, np.float32(np.nan)), width) for plane in (mean, maximum))
    frequency = pool_channels(spectrogram.frequency_mhz, width)
    good = np.isfinite(mean).any(axis=1)

    quiet, sigma = quiet_level(mean)
    mean -= quiet[:, None]
    maximum -= quiet[:, None]
    _mask_lines(mean, sigma, good)
    covered = np.isfinite(mean)
    channels = mean.shape[0]
    return PreparedSpectrogram(
        mean_db=_padded(np.where(covered, mean, np.float32(0))),
        max_db=_padded(np.where(covered, maximum, np.float32(0))),
        sigma_db=np.concatenate([np.where(good, sigma, np.float32(np.nan)), np.full(CHANNELS - channels, np.nan, np.float32)]),
        covered=_padded(covered),
        frequency_mhz=np.concatenate([frequency, np.full(CHANNELS - channels, np.nan)]),
        good=np.concatenate([good, np.zeros(CHANNELS - channels, bool)]),
        bin_s=bin_s,
        n_bins=n_bins,
        t_start=spectrogram.t_start,
        t_end=spectrogram.t_end,
        station=spectrogram.station,
        focus_code=spectrogram.focus_code,
        product=spectrogram.product,
    )


def _pooled(spectrogram: Spectrogram, duration: float, bin_s: float, n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and maximum of each time bin in dB, spikes left out; (F, n_bins) float32 each."""
    unit = np.float32(DB_PER_LOG_SFU if "sfu" in str(spectrogram.header.get("BUNIT", "")).lower() else DB_PER_DIGIT)
    index = bin_of_samples(spectrogram.time_s, bin_s, n_bins)
    planes = []
    for first in range(0, spectrogram.good.size, BLOCK_ROWS):
        level = spectrogram.intensity[first : first + BLOCK_ROWS] * unit
        planes.append(pool_time(level, spikes(level, duration / index.size), index, n_bins))
    mean, maximum = (np.concatenate(plane) for plane in zip(*planes, strict=True))
    return mean, maximum


def _mask_lines(mean: np.ndarray, sigma: np.ndarray, good: np.ndarray) -> None:
    """Set narrow interference to NaN, judged among the sky channels alone."""
    rows = np.flatnonzero(good)
    z = mean[rows] / sigma[rows, None]
    narrow = lines(np.where(np.isfinite(z), z, np.float32(0)))
    mean[rows] = np.where(narrow, np.float32(np.nan), mean[rows])


def _padded(plane: np.ndarray) -> np.ndarray:
    """``plane`` in the top left corner of `CHANNELS` x `BINS` zeros."""
    padded = np.zeros((CHANNELS, BINS), dtype=plane.dtype)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    return padded
