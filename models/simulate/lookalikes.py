"""What a careless eye takes for a burst, and few files hold: broadband pulses, patterned blocks, gain that swings or drops out.

Drawn more widely than any receiver shows them; own estimates. What tells all of them from the Sun is that they begin and end at
one moment in every channel, or stand still in frequency.
"""

import numpy as np

from models.radio.spectrogram import DB_PER_DIGIT
from models.simulate.draws import log_uniform
from models.simulate.receiver import Receiver

# Share of files with each, and how strong they are, dB: median and spread of the natural logarithm.
PULSE_SHARE, BLOCK_SHARE, SWING_SHARE, DROPOUT_SHARE = 0.15, 0.10, 0.08, 0.10
LEVEL_DB, LEVEL_SPREAD, MOST_DB = 1.5, 0.7, 15.0
# A pulse lasts 0.5 to 90 s and fades towards high frequencies by up to this power of them.
PULSE_S, STEEPEST = (0.5, 90.0), 5.0
# Pulses of so many files end at an edge in frequency, and come as two to five strokes each.
CUT_SHARE, STROKES_SHARE = 0.4, 0.3
BLOCK_S, SWING_S = (5.0, 300.0), (20.0, 400.0)
# A file has 2 to 300 dropouts of 0.25 to 20 s, as long as each other but for a factor.
DROPOUTS, DROPOUT_S = (2.0, 300.0), (0.25, 20.0)


def pulses_and_blocks(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray:
    """Broadband pulses that come again, and blocks with a pattern of lines and stripes, in a few files.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples

    Returns
    -------
    (F, T) float32 ndarray, power relative to the system's own
    """
    excess_db = np.zeros((receiver.frequency_mhz.size, times), dtype=np.float32)
    if rng.random() < PULSE_SHARE:
        _add_pulses(rng, receiver, step_s, excess_db)
    if rng.random() < BLOCK_SHARE:
        _add_blocks(rng, step_s, excess_db)
    return np.asarray(10 ** (excess_db / 10) - 1)


def gain_swings(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray:
    """All channels up or down for a while in a few files: an antenna that turns to the Sun, a gain that fails or flickers.

    Returns
    -------
    (F, T) float32 ndarray, digits after the logarithm; parameters as in `pulses_and_blocks`
    """
    channels = receiver.frequency_mhz.size
    digits = np.zeros((channels, times), dtype=np.float32)
    if rng.random() < SWING_SHARE:
        _add_swings(rng, step_s, digits)
    if rng.random() < DROPOUT_SHARE:
        _add_dropouts(rng, step_s, digits)
    return digits


def _add_swings(rng: np.random.Generator, step_s: float, digits: np.ndarray) -> None:
    """A rise or fall of all channels, or some."""
    channels, times = digits.shape
    time_s = np.arange(times) * step_s
    for _ in range(1 + rng.poisson(0.5)):
        begin, lasts = rng.uniform(0, times * step_s), log_uniform(rng, *SWING_S)
        rise, fall = (log_uniform(rng, step_s, 60.0) for _ in range(2))
        shape = np.clip((time_s - begin) / rise, 0, 1) * np.clip((begin + rise + lasts + fall - time_s) / fall, 0, 1)
        if rng.random() < 0.3:  # and under its level before it comes back
            under = begin + rise + lasts + fall
            shape -= rng.uniform(0.3, 1) * ((time_s >= under) & (time_s < under + log_uniform(rng, *SWING_S) / 2))
        level = _level_db(rng) * rng.choice([-1.0, 1.0], p=[0.3, 0.7]) / DB_PER_DIGIT
        low, high = np.sort(rng.integers(0, channels + 1, 2)) if rng.random() < 0.3 else (0, channels)
        slope = 1 + rng.uniform(-0.5, 0.5) * np.linspace(-1, 1, channels)[low:high]
        digits[low:high] += (level * slope[:, None] * shape).astype(np.float32)


def _add_dropouts(rng: np.random.Generator, step_s: float, digits: np.ndarray) -> None:
    """Channels that fall together, or some that jump up, again and again: a bad contact, a band that a filter lets in."""
    channels, times = digits.shape
    width = channels if rng.random() < 0.5 else int(channels * rng.uniform(0.05, 0.6))
    low = int(rng.integers(0, channels - width + 1))
    first, last = (0.0, 1.0) if rng.random() < 0.5 else np.sort(rng.uniform(0, 1, 2))
    lasts, level = log_uniform(rng, *DROPOUT_S), _level_db(rng) * rng.choice([-1.0, 1.0], p=[0.8, 0.2]) / DB_PER_DIGIT
    depth = np.zeros(times)
    for _ in range(int(log_uniform(rng, *DROPOUTS))):
        begin, length = rng.uniform(first, last) * times, lasts * rng.lognormal(0, 0.5) / step_s
        depth[int(begin) : int(begin + max(length, 1))] = rng.lognormal(0, 0.3)
    even = rng.lognormal(0, rng.uniform(0, 0.4), width)
    digits[low : low + width] += (level * np.outer(even, depth)).astype(np.float32)


def _add_pulses(rng: np.random.Generator, receiver: Receiver, step_s: float, excess_db: np.ndarray) -> None:
    """Pulses of one emitter: alike, at regular or random times."""
    channels, times = excess_db.shape
    span = times * step_s
    lasts = log_uniform(rng, *PULSE_S)
    count = 1 + rng.poisson(min(log_uniform(rng, 1, 30), 0.4 * span / lasts))
    first, period = rng.uniform(-lasts, span), lasts * log_uniform(rng, 1.2, 10)
    begins = first + period * np.arange(count) if rng.random() < 0.5 else rng.uniform(-lasts, span, count)
    position = np.clip((receiver.frequency_mhz - receiver.frequency_mhz[0]) / np.ptp(receiver.frequency_mhz), 0, 1)
    middle = rng.uniform(0, 1) if rng.random() < 0.4 else 0.0  # most fade from the low end on
    shape = (1 - np.abs(position - middle) / max(middle, 1 - middle)) ** rng.uniform(0, STEEPEST) * _pattern(rng, channels)
    if rng.random() < CUT_SHARE:
        edges = np.sort(rng.uniform(0, 1, 2)) if rng.random() < 0.5 else (0.0, rng.uniform(0.1, 0.8))
        shape *= (position >= edges[0]) & (position <= edges[1])
    if rng.random() < STROKES_SHARE:
        begins = np.add.outer(begins, np.arange(rng.integers(2, 6)) * lasts * rng.uniform(1.2, 3)).ravel()
    level = _level_db(rng)
    for begin in begins:
        first_bin, last_bin = (int(np.clip(moment / step_s, 0, times)) for moment in (begin, begin + lasts * rng.lognormal(0, 0.2)))
        strength = level * rng.lognormal(0, 0.3) * _pattern(rng, last_bin - first_bin)
        excess_db[:, first_bin:last_bin] += np.minimum(np.outer(shape, strength), MOST_DB).astype(np.float32)


def _add_blocks(rng: np.random.Generator, step_s: float, excess_db: np.ndarray) -> None:
    """Rectangles of a fifth to all of the band."""
    channels, times = excess_db.shape
    for _ in range(1 + rng.poisson(0.7)):
        width, length = int(channels * rng.uniform(0.2, 1)), int(log_uniform(rng, *BLOCK_S) / step_s)
        low, first = int(rng.integers(0, channels - width + 1)), int(rng.integers(-length // 2, times))
        lines, stripes = _pattern(rng, width), _pattern(rng, length)[max(-first, 0) :]
        part = excess_db[low : low + width, max(first, 0) : max(first + length, 0)]
        part += np.minimum(_level_db(rng) * np.outer(lines, stripes[: part.shape[1]]), MOST_DB).astype(np.float32)


def _pattern(rng: np.random.Generator, size: int) -> np.ndarray:
    """(size,) float64 ndarray around 1: even, ragged, or a comb that is on for a part of each period."""
    ragged = rng.lognormal(0, rng.uniform(0, 0.5), size)
    if rng.random() < 0.5:
        return np.asarray(ragged)
    phase = (np.arange(size) / log_uniform(rng, 3, 60) + rng.uniform()) % 1
    return np.asarray(ragged * np.where(phase < rng.uniform(0.15, 0.8), 1.0, rng.uniform(0, 0.6)))


def _level_db(rng: np.random.Generator) -> float:
    return float(min(rng.lognormal(np.log(LEVEL_DB), LEVEL_SPREAD), MOST_DB))
