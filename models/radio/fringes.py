"""Fringes: waves across the channels that creep through a file, found as single lines of its spectrum and taken away.

Channels are scanned one after another, so that mains hum of 60, 100 or 120 Hz stands as a wave of 13.3, 8 or 6.7 channels and
creeps with the error of the mains, once in 10 to 60 s; standing waves on cables look alike.
"""

import math
from dataclasses import replace

import numpy as np
from scipy import fft

from models.compiled import njit
from models.radio.background import quiet_level
from models.radio.spectrogram import PreparedSpectrogram

# Fringes creep slowly: three seconds are one sample, which makes the transform three times cheaper.
POOL = 3
# Periods across the channels. Wider waves are bursts' own, narrower ones noise between neighbours.
SHORTEST, LONGEST = 4.0, 20.0
# Seconds in which they creep by one period; slower is drift of the receiver, faster would be pooled away.
FASTEST_S, SLOWEST_S = 8.0, 80.0
# Power of a line over the median of its surroundings along time. Noise reaches 15 (ln of 6,000 cells over ln 2).
LINE = 40.0
# A wave runs up or down the band; what pulses in single channels has the same power in both directions.
MIRROR = 10.0
# What leaks from a line to its neighbours is taken with it, if it stands out by this.
SKIRT = 8.0
NEIGHBOURS = 2
AROUND = 24
CLIP_SIGMA = 4.0


def without_fringes(prepared: PreparedSpectrogram) -> PreparedSpectrogram:
    """Subtract fringes from a prepared spectrogram. No classifier gains by it (cleaning.md), so that `prepare` leaves them in.

    Parameters
    ----------
    prepared : PreparedSpectrogram

    Returns
    -------
    `PreparedSpectrogram`, the same one where there are no fringes
    """
    scanned = np.isfinite(prepared.frequency_mhz)
    covered = prepared.covered[scanned, : prepared.n_bins]
    mean = np.where(covered, prepared.mean_db[scanned, : prepared.n_bins], np.float32(np.nan))
    waves = fringes(mean, prepared.sigma_db[scanned], prepared.bin_s)
    if waves is None:
        return prepared
    quiet, sigma = quiet_level(np.where(prepared.good[scanned, None], mean - waves, np.float32(np.nan)))
    known = covered & prepared.good[scanned, None]
    mean_db = prepared.mean_db.copy()
    mean_db[scanned, : prepared.n_bins] = np.where(known, mean - waves - quiet[:, None], np.float32(0))
    sigma_db = prepared.sigma_db.copy()
    sigma_db[prepared.good] = sigma[prepared.good[scanned]]
    return replace(prepared, mean_db=mean_db, sigma_db=sigma_db)


def fringes(mean_db: np.ndarray, sigma_db: np.ndarray, bin_s: float) -> np.ndarray | None:
    """Wave pattern of a spectrogram.

    Parameters
    ----------
    mean_db : (F, B) float32 ndarray, dB above the quiet level, NaN where masked; rows in the order of the scan, none left out
    sigma_db : (F,) float32 ndarray, dB, noise of each channel; NaN in rows that are no sky data
    bin_s : seconds of one bin

    Returns
    -------
    (F, B) float32 ndarray, dB, to be subtracted; None where there are no fringes
    """
    channels, bins = mean_db.shape
    pooled = bins // POOL
    if channels < 2 * LONGEST or pooled < 4 * AROUND:
        return None
    level = np.zeros((pooled, channels), dtype=np.float32)
    known = _pool(mean_db, (CLIP_SIGMA * sigma_db).astype(np.float32), level) / mean_db.size
    waves = np.arange(math.ceil(channels / LONGEST), int(channels / SHORTEST) + 1)
    spectrum = fft.fft(fft.rfft(level, axis=1)[:, waves].T, axis=1)
    lines = _lines(np.abs(spectrum) ** 2, bin_s)
    if not lines.any():
        return None
    row, turns = np.nonzero(lines)
    amplitude = 2 * spectrum[row, turns] / (known * channels * pooled)
    across = 2j * np.pi * np.outer(np.arange(channels), waves[row]) / channels
    # A pooled sample stands at the middle one of its bins.
    along = 2j * np.pi * np.outer(fft.fftfreq(pooled)[turns], (np.arange(bins) - (POOL - 1) / 2) / POOL)
    return np.asarray((np.exp(across) * amplitude @ np.exp(along)).real, dtype=np.float32)


@njit(cache=True, nogil=True)
def _pool(mean_db, limit_db, level):  # type: ignore[no-untyped-def]
    """Mean of every `POOL` bins into ``level`` (pooled bins, F), clipped; return the number of bins that are known."""
    known = 0
    for row in range(mean_db.shape[0]):
        if limit_db[row] != limit_db[row]:
            continue
        for t in range(level.shape[0] * POOL):
            value = mean_db[row, t]
            if value == value:
                known += 1
                level[t // POOL, row] += min(max(value, -limit_db[row]), limit_db[row]) / POOL
    return known


def _lines(power: np.ndarray, bin_s: float) -> np.ndarray:
    """Cells of single lines and their skirts; (waves, turns) bool ndarray."""
    turns = power.shape[1]
    parts = max(1, turns // (2 * AROUND))
    width = turns // parts
    floor = np.median(power[:, : parts * width].reshape(-1, parts, width), axis=2)
    ratio = power / np.maximum(floor[:, np.minimum(np.arange(turns) // width, parts - 1)], 1e-12)
    mirror = power[:, -np.arange(turns)]
    period_s = np.abs(1 / np.where(np.arange(turns), fft.fftfreq(turns, POOL * bin_s), np.inf))
    is_line = (ratio > LINE) & (power > MIRROR * mirror) & (period_s > FASTEST_S) & (period_s < SLOWEST_S)
    chosen = np.zeros(power.shape, dtype=bool)
    for wave, turn in np.argwhere(is_line):
        rows = slice(max(0, wave - NEIGHBOURS), wave + NEIGHBOURS + 1)
        columns = np.arange(turn - NEIGHBOURS, turn + NEIGHBOURS + 1) % turns
        chosen[rows, columns] |= ratio[rows, columns] > SKIRT
    return chosen
