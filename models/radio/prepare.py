"""One shape and one unit for every radio classifier: a cleaned, pooled spectrogram in dB above the quiet level."""

import math

import numpy as np

from models.radio.background import quiet_level
from models.radio.interference import without_lines
from models.radio.pool import bin_of_samples, pool_channels
from models.radio.spectrogram import DB_PER_DIGIT, PreparedSpectrogram, Spectrogram
from models.radio.spikes import pool_without_spikes
from models.radio.steps import find_steps, level_steps

# Stored with every model version and every shard: a change of what follows is a new version.
PREPROCESSING_VERSION = "radio-2"
CHANNELS = 200  # of 179 of 201 real files; more are pooled, fewer padded
BINS = 900  # seconds of the usual file
# Phoenix stores 45 log10(sfu + 10), some write it 45*ln10: 10/45 dB a unit.
DB_PER_LOG_SFU = 10 / 45


def prepare(spectrogram: Spectrogram, *, level_gain: bool = True) -> PreparedSpectrogram:
    """Clean and pool one spectrogram; time first, then channels.

    Parameters
    ----------
    spectrogram : Spectrogram
    level_gain : whether gain steps are levelled; classifiers take nothing else, benchmarks compare

    Returns
    -------
    `PreparedSpectrogram` of `CHANNELS` x `BINS`
    """
    duration = (spectrogram.t_end - spectrogram.t_start).total_seconds()
    bin_s = max(1.0, duration / BINS)
    n_bins = min(BINS, max(1, math.ceil(duration / bin_s - 1e-6)))
    index = bin_of_samples(spectrogram.time_s, bin_s, n_bins)
    sky = np.flatnonzero(spectrogram.good)
    mean = pool_without_spikes(spectrogram.intensity, unit_db(spectrogram), sky, index, n_bins, duration / index.size)
    width = -(-mean.shape[0] // CHANNELS)
    mean, frequency = (pool_channels(values, width) for values in (mean, spectrogram.frequency_mhz))
    good = np.isfinite(mean).any(axis=1)

    sigma = _subtract_quiet(mean)
    sky_mean = without_lines(mean[good], sigma[good])
    steps = find_steps(sky_mean) if level_gain else []
    mean[good] = level_steps(sky_mean, steps) if steps else sky_mean
    if steps:
        sigma = _subtract_quiet(mean)
    covered = np.isfinite(mean)
    channels = mean.shape[0]
    return PreparedSpectrogram(
        mean_db=_padded(mean, covered),
        sigma_db=np.concatenate([np.where(good, sigma, np.float32(np.nan)), np.full(CHANNELS - channels, np.nan, np.float32)]),
        covered=_padded(covered, covered),
        frequency_mhz=np.concatenate([frequency, np.full(CHANNELS - channels, np.nan)]),
        good=np.concatenate([good, np.zeros(CHANNELS - channels, bool)]),
        bin_s=bin_s,
        n_bins=n_bins,
        t_start=spectrogram.t_start,
        t_end=spectrogram.t_end,
        station=spectrogram.station,
        focus_code=spectrogram.focus_code,
        product=spectrogram.product,
        site=spectrogram.site,
    )


def _subtract_quiet(mean: np.ndarray) -> np.ndarray:
    """Take the quiet level of each channel off, in its place; return the channels' noise."""
    quiet, sigma = quiet_level(mean)
    mean -= quiet[:, None]
    return sigma


def unit_db(spectrogram: Spectrogram) -> float:
    """Return the dB of one unit of the intensity."""
    return DB_PER_LOG_SFU if "sfu" in str(spectrogram.header.get("BUNIT", "")).lower() else DB_PER_DIGIT


def _padded(plane: np.ndarray, where: np.ndarray) -> np.ndarray:
    """``plane`` in the top left corner of `CHANNELS` x `BINS` zeros, as far as ``where`` is true."""
    padded = np.zeros((CHANNELS, BINS), dtype=plane.dtype)
    np.copyto(padded[: plane.shape[0], : plane.shape[1]], plane, where=where)
    return padded
