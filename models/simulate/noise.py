"""Receiver noise in digits: white along the scan, slow in time, and mains hum as the scan samples it."""

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from models.simulate.receiver import Receiver

# The constants below that have no other source were fitted together, on patches of two thirds of the stations, to what
# `models/simulate/realism` measures of them; how well that holds for the other third stands in `realism.md`.
# The detector (time constant 0.9 ms) still holds 24 % of the channel scanned 1.25 ms before, rounding included (0.19-0.36).
SCAN_MEMORY = 0.30
# Relaxation times in seconds and their share of the slow noise's power.
FAST_S, FAST_SHARE = 0.7, 0.22
MIDDLE_S, MIDDLE_SHARE = 4.0, 0.55
SLOW_S, SLOW_SHARE = 40.0, 0.02
# Of the middle part so much is shared by neighbours; how far it reaches, in channels, and the spread of that over files.
SHARED, REACH, REACH_SPREAD = 0.9, 1.15, 0.4
SLOW_REACH = 3  # channels that share the slowest changes (correlation 0.56 of half-patch changes)
# Common to all channels of a file, relative to the white noise.
COMMON = 0.09
# Hum differs from channel to channel, beyond its envelope along the band.
HUM_SPREAD = 0.47
# Gain drift of single channels: the range of 60 s means over 15 min is 0.75 digit in the median, 3.7 at the 95th percentile.
DRIFT_S, DRIFT_DIGIT, DRIFT_SPREAD = 200.0, 0.18, 0.9
# Grids on which the middle and the slower parts are drawn, to be joined linearly: a quarter of their times.
COARSE_S, COARSER_S = 1.25, 10.0


def _relaxation(rng: np.random.Generator, channels: int, seconds: float, times: int, step_s: float) -> np.ndarray:
    """Exponentially correlated noise of unit variance, (channels, times) float32."""
    from scipy.signal import lfilter  # 0.6 s, which the process of a flow, that simulates nothing itself, need not spend

    memory = np.float32(np.exp(-step_s / seconds))
    shocks = rng.standard_normal((channels, times), dtype=np.float32)
    shocks[:, 1:] *= np.sqrt(1 - memory**2)
    return np.asarray(lfilter(np.ones(1, np.float32), np.array([1, -memory], np.float32), shocks, axis=1))


def _joined(knots: np.ndarray, stride: int, times: int) -> np.ndarray:
    """Values between knots (F, K), ``stride`` a step, joined linearly to (F, times) float32."""
    knots = knots.astype(np.float32)
    fine = np.diff(knots, axis=1)[:, :, None] * (np.arange(stride, dtype=np.float32) / stride)
    fine += knots[:, :-1, None]
    return np.asarray(fine.reshape(len(knots), -1)[:, :times])


def white_noise(rng: np.random.Generator, channels: int, times: int) -> np.ndarray:
    """White noise that remembers the channel scanned just before.

    Parameters
    ----------
    rng : generator
    channels, times : shape F, T

    Returns
    -------
    (F, T) float32 ndarray of unit variance
    """
    noise = rng.standard_normal((channels, times), dtype=np.float32)
    noise[1:] *= np.float32(np.sqrt(1 - SCAN_MEMORY**2))
    for k in range(1, channels):
        noise[k] += np.float32(SCAN_MEMORY) * noise[k - 1]
    return noise


def slow_noise(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray:
    """Red noise between 1 and 40 s, unequal from channel to channel, and the drift of each channel's gain.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples

    Returns
    -------
    (F, T) float32 ndarray, digits
    """
    channels = len(receiver.frequency_mhz)
    stride = max(1, round(COARSE_S / step_s))
    long_stride = round(COARSER_S / COARSE_S)
    knots = -(-times // stride) + 1
    long_s, long_knots = long_stride * stride * step_s, -(-knots // long_stride) + 1
    flicker = (receiver.white_digit * receiver.flicker)[:, None]
    slowest = (
        uniform_filter1d(_relaxation(rng, channels, SLOW_S, long_knots, long_s), SLOW_REACH, axis=0)
        * np.sqrt(SLOW_REACH * SLOW_SHARE)
        * flicker
    )
    drift = DRIFT_DIGIT * np.sqrt(SLOW_REACH) * rng.lognormal(0.0, DRIFT_SPREAD, (channels, 1))
    slowest += drift * uniform_filter1d(_relaxation(rng, channels, DRIFT_S, long_knots, long_s), SLOW_REACH, axis=0)
    middle = _relaxation(rng, channels, MIDDLE_S, knots, stride * step_s)
    # What is picked up in front of the tuner falls into several neighbours at once.
    reach = rng.lognormal(np.log(REACH), REACH_SPREAD)
    shared = gaussian_filter1d(middle, reach, axis=0) * np.float32(np.sqrt(2 * reach * np.sqrt(np.pi)))
    middle = np.float32(np.sqrt(1 - SHARED)) * middle + np.float32(np.sqrt(SHARED)) * shared
    middle *= np.sqrt(MIDDLE_SHARE) * flicker
    return _joined(middle + _joined(slowest, long_stride, knots), stride, times)


def hum(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray | None:
    """Mains hum and switching supplies, sampled channel after channel: fringes of 16 channels for 50 Hz, 8 for 100 Hz.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples of one channel

    Returns
    -------
    (F, T) float32 ndarray, relative to the white noise; None where the file has none
    """
    channels = len(receiver.frequency_mhz)
    tones: list[tuple[float, float]] = []
    if receiver.mains_hz:
        mains = receiver.mains_hz + rng.normal(0, 0.026)  # standard deviation of 50 Hz grids in 40 files
        tones += [(h * mains, rng.lognormal(np.log(0.16), 0.8) / h**0.7) for h in (1, 2, 3, 4)]
    tones += [(rng.uniform(20, 400), rng.lognormal(np.log(0.05), 0.6)) for _ in range(rng.integers(0, 3))]
    if not tones:
        return None
    scan_s = np.arange(channels) * step_s / channels
    time_s = np.arange(times) * step_s
    left, right = [], []
    for tone_hz, amplitude in tones:
        envelope = min(amplitude, 0.8) * np.exp(
            0.5 * np.cos(2 * np.pi * np.arange(channels) / rng.uniform(60, 300) + rng.uniform(0, 6.28))
        )
        envelope = np.minimum(envelope * rng.lognormal(0.0, HUM_SPREAD, channels), 1.6)
        phase = 2 * np.pi * tone_hz * scan_s
        angle = 2 * np.pi * tone_hz * time_s + rng.uniform(0, 2 * np.pi)
        # cos(a + b) as a product of matrices: one multiplication for all tones.
        left += [envelope * np.cos(phase), -envelope * np.sin(phase)]
        right += [np.cos(angle), np.sin(angle)]
    return np.asarray(np.array(left, dtype=np.float32).T @ np.array(right, dtype=np.float32))


def receiver_noise(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray:
    """All noise of one file, to be added after the logarithm.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples of one channel

    Returns
    -------
    (F, T) float32 ndarray, digits
    """
    noise = white_noise(rng, len(receiver.frequency_mhz), times)
    fringes = hum(rng, receiver, times, step_s)
    if fringes is not None:
        noise += fringes
    # Below a quarter of the white noise the fast part of the flicker is lost in it, and most of the time saved.
    rows = np.flatnonzero(receiver.flicker > 0.25)
    fast = _relaxation(rng, len(rows), FAST_S, times, step_s)
    fast *= np.sqrt(FAST_SHARE) * receiver.flicker[rows, None]
    noise[rows] += fast
    # 0.12 digit rms (0.07-0.29) in the mean of all channels, half of it expected of independent noise.
    noise += np.float32(COMMON * rng.lognormal(0.0, 0.5)) * _relaxation(rng, 1, FAST_S, times, step_s)
    noise *= receiver.white_digit[:, None]
    noise += slow_noise(rng, receiver, times, step_s)
    return noise
