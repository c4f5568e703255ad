"""A burst of known type and strength, and its place in a file that was observed.

How it is made, and what became of such bursts in real files, stands in injection.md.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from models.radio.background import quiet_level
from models.radio.prepare import unit_db
from models.radio.spectrogram import PreparedSpectrogram, Spectrogram
from models.simulate.bursts import BURST_TYPES, BurstType, draw_burst
from models.simulate.receiver import system_flux_sfu
from models.simulate.spectrogram import BurstTruth, measure_pixels

Span = tuple[datetime, datetime]

# Peak excess in dB, even in its logarithm: half of the bursts are fainter than 4.5 dB, where real ones are (loudest pixel of a
# single type III 2.3 / 5.4 / 13 dB, q10 / q50 / q90 of 95), and where it is decided whether they are found.
STRENGTH_DB = (1.0, 20.0)
# A burst whose brightest part lies beyond the band or the file would be drawn up from its faint edge.
LEAST_SHARE = 0.3
TRIES = 4  # of each type, until it falls into band and time
# Long bursts may run off the end of the file, as real ones do, but begin in its first fifth at the latest.
LONGEST_SHARE = 0.8
SHORTEST_STORM_S = 200.0
SAMPLES_OF_BIN = 4  # as most receivers take them in a second
# Between a burst that was found in the file and one that is put into it.
APART = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What a burst is laid over: the N sky channels of a file where nothing happens.

    Attributes
    ----------
    rows : (N,) int ndarray, their places among all channels
    frequency_mhz : (N,) float64 ndarray, MHz, ascending
    level_db, sigma_db : (N,) float32 ndarrays, dB, quiet level on the scale of the file, and noise of one sample or bin
    time_s : (T,) float64 ndarray, seconds after ``t_start``, of each sample, or of the beginning of each bin
    samples : how many samples one value is the mean of
    t_start : aware UTC datetime by the file's own clock
    """

    rows: np.ndarray
    frequency_mhz: np.ndarray
    level_db: np.ndarray
    sigma_db: np.ndarray
    time_s: np.ndarray
    samples: int
    t_start: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Injection:
    """A burst that has its place in a file.

    Attributes
    ----------
    truth : where it passes one sigma of the channel, or half of its own peak where that is less
    first : the first sample or bin of ``ratio``
    ratio : (N, W) float32 ndarray, its power relative to the quiet level of each sky channel
    """

    truth: BurstTruth
    first: int
    ratio: np.ndarray


def background_of(observation: Spectrogram | PreparedSpectrogram) -> Background:
    """Find the quiet level and the noise of every sky channel.

    Parameters
    ----------
    observation : as read, or as prepared

    Returns
    -------
    Background
    """
    rows = np.flatnonzero(observation.good)
    frequency = observation.frequency_mhz[rows]
    if isinstance(observation, Spectrogram):
        level, sigma = quiet_level(observation.intensity[rows] * np.float32(unit_db(observation)))
        return Background(rows, frequency, level, sigma, observation.time_s, 1, observation.t_start)
    time_s = np.arange(observation.n_bins) * observation.bin_s
    level = np.zeros(rows.size, np.float32)
    return Background(rows, frequency, level, observation.sigma_db[rows], time_s, SAMPLES_OF_BIN, observation.t_start)


def draw_injection(seed: str, background: Background, taken: Sequence[Span]) -> Injection | None:
    """Draw a burst and its place.

    Parameters
    ----------
    seed : the same gives the same burst
    background : of the file
    taken : where bursts were found in the file

    Returns
    -------
    Injection, or None where no type of burst falls into the band, or finds room beside what is taken
    """
    rng = generator_of(seed)
    peak_db = float(np.exp(rng.uniform(*np.log(STRENGTH_DB))))
    for index in rng.permutation(len(BURST_TYPES)).tolist():
        for _ in range(TRIES):
            placed = place_burst(rng, BURST_TYPES[index], peak_db, background)
            if placed and may_stand(placed.truth, taken):
                return placed
    return None


def generator_of(seed: str) -> np.random.Generator:
    """Return the generator that a text stands for, the same on every machine."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()))


def may_stand(truth: BurstTruth, taken: Sequence[Span]) -> bool:
    """Whether a burst keeps `APART` from all that was found in the file, so that what is found there is the burst.

    Parameters
    ----------
    truth : its place
    taken : where bursts were found in the file
    """
    return all(truth.t_end + APART <= first or last <= truth.t_start - APART for first, last in taken)


def place_burst(rng: np.random.Generator, kind: BurstType, peak_db: float, background: Background) -> Injection | None:
    """Draw a burst of a type somewhere in a file.

    Its brightness along frequency is that of its flux over the noise of a log-periodic antenna's system; all of it is scaled so
    that the loudest sample in the file has the strength wanted.

    Parameters
    ----------
    rng : generator
    kind : type
    peak_db : largest excess of a sample over the quiet level, dB
    background : of the file

    Returns
    -------
    Injection, or None where less than `LEAST_SHARE` of its peak flux falls into the file's band and time
    """
    duration = float(background.time_s[-1])
    storm_s = float(rng.uniform(SHORTEST_STORM_S, max(duration, SHORTEST_STORM_S)))
    drawn = draw_burst(rng, kind, background.t_start, peak_sfu=1.0, duration_s=storm_s)
    length = min(drawn.span_s[1], LONGEST_SHARE * duration)
    onset_s = float(rng.uniform(0, duration - length))
    burst = replace(drawn, epoch=background.t_start + timedelta(seconds=onset_s))
    first, last = np.searchsorted(background.time_s - onset_s, burst.span_s).tolist()
    step_s = duration / (background.time_s.size - 1)
    within_s = np.arange(background.samples) / background.samples * step_s
    sampled_s = (background.time_s[first:last, None] - onset_s + within_s).ravel()
    flux = burst.flux_sfu(background.frequency_mhz, sampled_s)
    if flux.max(initial=0.0) < LEAST_SHARE:
        return None
    ratio = flux / system_flux_sfu(background.frequency_mhz)[:, None]
    ratio *= np.float32((10 ** (peak_db / 10) - 1) / ratio.max())
    ratio = ratio.reshape(background.rows.size, -1, background.samples).mean(axis=2)
    half_db = 5 * np.log10(1 + ratio.max())
    counts = ratio > 10 ** (np.minimum(background.sigma_db, half_db)[:, None] / 10) - 1
    t_first = background.t_start + timedelta(seconds=float(background.time_s[first]))
    truth = measure_pixels(burst, ratio, counts, background.sigma_db, background.frequency_mhz, t_first, step_s)
    return Injection(replace(truth, peak_db=peak_db), first, ratio)
