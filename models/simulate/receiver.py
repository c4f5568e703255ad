"""A CALLISTO receiver: which channels it scans, how it amplifies them and how noisy each one is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import ndtr

from models.simulate.tables import GainProfile, gain_profiles, interference_shares

# Analogue noise per sample: 300 kHz and 1 ms make 4.34 / sqrt(300) = 0.251 dB (radiometer equation) = 0.65 digit with the
# 1/12 digit^2 of rounding in it, hence 0.58 before rounding: then 42 % of successive samples are equal, as measured.
WHITE_DIGIT = 0.58
# Tuner steps of 62.5 kHz, the grid of all real frequency files.
TUNER_STEP_MHZ = 0.0625


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """What stays the same from file to file of one station and focus code.

    Attributes
    ----------
    frequency_mhz : (F,) float64 ndarray, MHz, never uniform, ascending; the dummy rows at the start repeat the lowest one
    sky : (F,) bool ndarray, False for rows that are no sky data
    baseline_digit, white_digit : (F,) float32 ndarrays, digits, level and white noise of each channel
    flicker : (F,) float32 ndarray, slow noise relative to the white one
    system_sfu : (F,) float32 ndarray, solar flux units that double the power
    disturbed : (F,) float32 ndarray, share of the time with interference, 0 for clean channels
    mains_hz : 50 or 60, or 0 where no hum is picked up
    tail : dummy rows as "sky", "duplicate", "constant", "sawtooth" or "alias" per row, (F,)
    pwm : tuner gain setting, the value of constant rows
    """

    frequency_mhz: np.ndarray
    sky: np.ndarray
    baseline_digit: np.ndarray
    white_digit: np.ndarray
    flicker: np.ndarray
    system_sfu: np.ndarray
    disturbed: np.ndarray
    mains_hz: float
    tail: tuple[str, ...]
    pwm: int


def frequency_table(rng: np.random.Generator, low_mhz: float, high_mhz: float, channels: int) -> np.ndarray:
    """Draw a frequency file: steps of uneven size with holes cut around known interference.

    Largest step 1.9 times the median one in the median real file, 12 times in one of ten.

    Parameters
    ----------
    rng : generator
    low_mhz, high_mhz : MHz, band
    channels : number of channels F

    Returns
    -------
    (F,) float64 ndarray, MHz, ascending, multiples of 62.5 kHz
    """
    steps = rng.lognormal(0.0, 0.22, channels - 1)
    # The pair (0.1, 4) puts the median of the largest step at about 1.9 and the upper decile at about 12 median steps.
    holes = rng.choice(channels - 1, rng.poisson(2.0), replace=False)
    steps[holes] *= 1.5 + rng.pareto(1.3, len(holes)).clip(max=14.0)
    edges = np.concatenate(([0.0], np.cumsum(steps)))
    raw = low_mhz + edges / edges[-1] * (high_mhz - low_mhz)
    ticks = np.round(raw / TUNER_STEP_MHZ).astype(int)
    # No two sky channels on one tick: those of a narrow, finely scanned band are pushed up.
    ticks = np.maximum.accumulate(ticks - np.arange(channels)) + np.arange(channels)
    return np.asarray(ticks * TUNER_STEP_MHZ)


def draw_tail(rng: np.random.Generator, channels: int) -> tuple[str, ...]:
    """Draw the rows that are no sky data, in the measured shares.

    66 % of real files repeat the lowest frequency (8 rows, or 9 or 4), 6 % hold six rows of a test sawtooth behind a constant
    one, another 4 % constant rows, 23 % rows with plausible frequencies that copy a far channel.

    Parameters
    ----------
    rng : generator
    channels : number of rows F

    Returns
    -------
    tuple of F str, lowest row first
    """
    tail = ["sky"] * channels
    if rng.random() < 0.66:
        rows = int(rng.choice([8, 9, 4], p=[0.8, 0.16, 0.04]))
        tail[:rows] = ["duplicate"] * rows
    lot = rng.random()
    if lot < 0.06:
        tail[:7] = ["sawtooth"] * 6 + ["constant"]
    elif lot < 0.10:
        rows = int(rng.integers(1, 4))
        tail[:rows] = ["constant"] * rows
    if rng.random() < 0.23:
        first = next((i for i, kind in enumerate(tail) if kind == "sky"), 0)
        rows = int(rng.integers(1, 4))
        tail[first : first + rows] = ["alias"] * rows
    return tuple(tail)


def system_flux_sfu(frequency_mhz: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """Flux that equals the system's own noise, for a log-periodic antenna of 7 dBi.

    2 k T / A with the galactic background below 150 MHz and a receiver of 350-400 K above: 135 sfu at 50 MHz, 105 at 150,
    280 at 300, 970 at 600.

    Parameters
    ----------
    frequency_mhz : (F,) float64 ndarray, MHz
    factor : of the station: 0.3 for a dish or array, 3 and more for wires and noisy sites

    Returns
    -------
    (F,) float32 ndarray, solar flux units (1e-22 W m-2 Hz-1)
    """
    known_mhz, known_sfu = np.array([10.0, 50.0, 150.0, 300.0, 600.0, 1500.0]), np.array([260.0, 135, 105, 280, 970, 5000])
    log_flux = np.interp(np.log(frequency_mhz), np.log(known_mhz), np.log(known_sfu))
    return np.asarray(factor * np.exp(log_flux), dtype=np.float32)


def _smooth_normal(rng: np.random.Generator, size: int, width: float) -> np.ndarray:
    noise = gaussian_filter1d(rng.standard_normal(size + 40), width)[20 : 20 + size]
    # A Gaussian filter of width w leaves the variance 1 / (2 w sqrt(pi)).
    return np.asarray(noise * np.sqrt(2 * width * np.sqrt(np.pi)))


def draw_receiver(
    rng: np.random.Generator,
    low_mhz: float,
    high_mhz: float,
    channels: int = 200,
    *,
    system_factor: float = 1.0,
    profiles: Sequence[GainProfile] | None = None,
) -> Receiver:
    """Draw a receiver for a band, near the measured ones.

    Parameters
    ----------
    rng : generator
    low_mhz, high_mhz : MHz, band
    channels : number of rows F, dummy rows among them
    system_factor : as in `system_flux_sfu`
    profiles : receivers that it may resemble, at least five; all measured ones where None

    Returns
    -------
    Receiver
    """
    tail = draw_tail(rng, channels)
    dummies = sum(kind not in ("sky", "alias") for kind in tail)
    table = frequency_table(rng, low_mhz, high_mhz, channels - dummies + (dummies > 0))
    frequency = np.concatenate((np.full(channels - len(table), table[0]), table))
    position = (frequency - frequency[0]) / (frequency[-1] - frequency[0])

    profiles = gain_profiles() if profiles is None else profiles
    # The real receivers nearest in band (distance in octaves of both edges), one of the five best.
    distance = np.array([abs(np.log2(p.low_mhz / low_mhz)) + abs(np.log2(p.high_mhz / high_mhz)) for p in profiles])
    profile = profiles[int(rng.choice(np.argsort(distance, kind="stable")[:5]))]
    shares = interference_shares()
    bins = shares.bins(frequency)

    baseline = np.interp(position, profile.position, profile.baseline_digit) + rng.normal(0, 3)
    baseline += rng.uniform(0, 2) * np.cos(2 * np.pi * np.arange(channels) / rng.uniform(6, 60) + rng.uniform(0, 6.28))
    # Neighbours differ by 1 digit in the median, 6 at the 90th percentile: Student t of 1.8 degrees of freedom, skewed up.
    jitter = 0.4 * rng.lognormal(0.0, 0.5) * rng.standard_t(1.8, channels)
    baseline += np.where(jitter < 0, 0.6, 1.0) * jitter.clip(-13, 20)
    lines = rng.random(channels) < 0.35 * rng.lognormal(0.0, 0.5) * shares.line[bins]
    # A neighbour shares half of the lines, so that they are one or two channels wide.
    lines |= np.roll(lines, 1) & (rng.random(channels) < 0.4)
    baseline += np.where(lines, rng.lognormal(np.log(11.0), 0.6, channels).clip(max=60), 0)
    baseline -= np.where(rng.random(channels) < 0.01, rng.uniform(4, 14, channels), 0)

    spread = np.exp(0.16 * _smooth_normal(rng, channels, 3.0) + 0.03 * rng.standard_normal(channels))
    noisy = np.where(rng.random(channels) < 0.5 * shares.noisy[bins], rng.uniform(2.5, 6, channels), 1.0)
    relative = np.interp(position, profile.position, profile.sigma_digit / np.median(profile.sigma_digit))
    white = WHITE_DIGIT * rng.lognormal(0.0, 0.12) * relative.clip(0.6, 3) ** 0.6 * spread * noisy
    # What raises a channel's level makes it noisier.
    apart = baseline - np.median(baseline)
    white *= np.exp(0.1 * (apart / max(apart.std(), 1.0)).clip(-2, 2))

    duty = np.zeros(channels)
    # Disturbed channels stand in groups of one to four.
    lot = ndtr(_smooth_normal(rng, channels, 0.8))
    # Channels disturbed at all: twice those above 1 % of the time; log-uniform within the class.
    duty = np.where(lot < 2.2 * shares.duty_1[bins], 10 ** rng.uniform(-3, -2, channels), duty)
    duty = np.where(lot < shares.duty_1[bins], 10 ** rng.uniform(-2, -1, channels), duty)
    duty = np.where(lot < shares.duty_10[bins], 10 ** rng.uniform(-1, -0.3, channels), duty)
    return Receiver(
        frequency_mhz=frequency,
        sky=np.array([kind == "sky" for kind in tail]),
        baseline_digit=baseline.clip(70, 215).astype(np.float32),
        white_digit=white.astype(np.float32),
        # Within a minute the median channel's lag-1 correlation is 0.08 (0.3 white), the upper decile's 0.50 (1 white).
        flicker=(0.19 * rng.lognormal(0.0, 0.8) * np.exp(_smooth_normal(rng, channels, 2.5))).clip(max=4).astype(np.float32),
        system_sfu=system_flux_sfu(frequency, system_factor),
        disturbed=(duty * rng.lognormal(-1.1, 1.1)).clip(max=0.6).astype(np.float32),
        mains_hz=float(rng.choice([0.0, 50.0, 60.0], p=[0.5, 0.42, 0.08])),
        tail=tail,
        pwm=int(rng.integers(60, 200)),
    )
