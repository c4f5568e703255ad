"""One simulated file: Sun, receiver and interference composed in linear power, then logarithm, noise and rounding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from models.radio.spectrogram import DB_PER_DIGIT
from models.simulate.bursts.burst import BurstType, SolarBurst
from models.simulate.interference import blocks, common_changes, intermittent_lines, spikes
from models.simulate.lookalikes import gain_swings, pulses_and_blocks
from models.simulate.noise import receiver_noise
from models.simulate.receiver import Receiver

# Fewer sky pixels than this above one sigma: nobody and nothing could find the burst in this file.
VISIBLE_PIXELS = 30


@dataclass(frozen=True, slots=True)
class BurstTruth:
    """What one file shows of one burst, exactly: where its own excess passes one sigma of the channel.

    Attributes
    ----------
    kind : type
    t_start, t_peak, t_end : aware UTC datetimes by the file's own clock
    frequency_low_mhz, frequency_high_mhz : MHz, lowest and highest sky channel touched
    peak_db : largest excess, dB
    pixels : sky pixels above one sigma
    snr : root of the sum of (excess / sigma)^2 over those pixels
    physics : parameters of the burst, each key naming its unit
    """

    kind: BurstType
    t_start: datetime
    t_peak: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    peak_db: float
    pixels: int
    snr: float
    physics: Mapping[str, float | str]


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedSpectrogram:
    """One file as the receiver would have written it, with its truth.

    Attributes
    ----------
    digits : (F, T) uint8 ndarray, rows ascending in frequency (the order of the scan)
    receiver : Receiver of F channels
    t_start : aware UTC datetime of the first sample by the file's own clock
    step_s : s between samples
    bursts : truth of every visible burst, in the order given
    burst_index : for each of ``bursts``, its place in the list that was asked for
    """

    digits: np.ndarray
    receiver: Receiver
    t_start: datetime
    step_s: float
    bursts: tuple[BurstTruth, ...]
    burst_index: tuple[int, ...]


def sigma_db(receiver: Receiver) -> np.ndarray:
    """White noise of each channel, rounding included.

    Parameters
    ----------
    receiver : Receiver of F channels

    Returns
    -------
    (F,) float32 ndarray, dB
    """
    return np.asarray(DB_PER_DIGIT * np.sqrt(receiver.white_digit**2 + 1 / 12), dtype=np.float32)


def measure_burst(burst: SolarBurst, ratio: np.ndarray, receiver: Receiver, t_first: datetime, step_s: float) -> BurstTruth | None:
    """Extent and strength of one burst in one file.

    Parameters
    ----------
    burst : SolarBurst
    ratio : (F, T) float32 ndarray, its power relative to the system's own
    receiver : Receiver of F channels
    t_first : aware UTC datetime of the first column by the file's clock
    step_s : s between columns

    Returns
    -------
    BurstTruth, or None where it stays invisible
    """
    sigma = sigma_db(receiver)
    mask = (ratio > 10 ** (sigma[:, None] / 10) - 1) & receiver.sky[:, None]
    if mask.sum() < VISIBLE_PIXELS:
        return None
    return measure_pixels(burst, ratio, mask, sigma, receiver.frequency_mhz, t_first, step_s)


def measure_pixels(
    burst: SolarBurst,
    ratio: np.ndarray,
    mask: np.ndarray,
    sigma: np.ndarray,
    frequency_mhz: np.ndarray,
    t_first: datetime,
    step_s: float,
) -> BurstTruth:
    """Extent and strength of one burst by the pixels that count.

    Parameters
    ----------
    burst : SolarBurst
    ratio : (F, T) float32 ndarray, its power relative to the system's own
    mask : (F, T) bool ndarray, the pixels that count, at least one
    sigma : (F,) ndarray, noise of each channel, dB
    frequency_mhz : (F,) float64 ndarray, MHz, ascending
    t_first : aware UTC datetime of the first column by the file's clock
    step_s : s between columns

    Returns
    -------
    BurstTruth
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    excess = np.where(mask, 10 * np.log10(1 + ratio), 0)
    peak_column = int(excess.max(axis=0).argmax())

    def clock(column: int) -> datetime:
        return t_first + timedelta(seconds=column * step_s)

    return BurstTruth(
        kind=burst.kind,
        t_start=clock(int(columns[0])),
        t_peak=clock(peak_column),
        t_end=clock(int(columns[-1]) + 1),
        frequency_low_mhz=float(frequency_mhz[rows[0]]),
        frequency_high_mhz=float(frequency_mhz[rows[-1]]),
        peak_db=float(excess.max()),
        pixels=int(mask.sum()),
        snr=float(np.sqrt(((excess / sigma[:, None]) ** 2).sum())),
        physics=burst.physics,
    )


def _write_tail(rng: np.random.Generator, receiver: Receiver, digits: np.ndarray) -> None:
    channels, times = digits.shape
    for row, kind in enumerate(receiver.tail):
        if kind == "constant":
            digits[row] = receiver.pwm
        elif kind == "sawtooth":
            digits[row] = np.arange(times) % 255
        elif kind == "alias":
            # The row's own oscillator is stuck: it hears what a channel half a band away hears (correlation 0.8-0.98).
            other = digits[row + channels // 2].astype(int)
            digits[row] = (other + np.round(rng.normal(0, 0.25, times))).clip(0, 254)


def simulate_spectrogram(
    rng: np.random.Generator,
    receiver: Receiver,
    t_start: datetime,
    *,
    times: int = 3600,
    step_s: float = 0.25,
    bursts: Sequence[SolarBurst] = (),
    clock_offset_s: float = 0.0,
    lookalikes: np.random.Generator | None = None,
) -> SimulatedSpectrogram:
    """Compose one file.

    Parameters
    ----------
    rng : generator of noise and interference; the bursts bring their own randomness
    receiver : Receiver of F channels
    t_start : aware UTC datetime of the first sample by the file's own clock
    times : number of samples T
    step_s : s between samples
    bursts : what the Sun does
    clock_offset_s : s that the file's clock is ahead of UTC
    lookalikes : generator of what is taken for bursts, see `lookalikes`; None for files without it

    Returns
    -------
    SimulatedSpectrogram
    """
    excess = intermittent_lines(rng, receiver, times, step_s)
    spikes(rng, receiver, times, step_s, excess)
    blocks(rng, receiver, times, step_s, excess)
    if lookalikes:
        excess += pulses_and_blocks(lookalikes, receiver, times, step_s)
    truths, index = [], []
    for number, burst in enumerate(bursts):
        begin_s = (t_start - burst.epoch).total_seconds() - clock_offset_s
        first, last = (np.array(burst.span_s) - begin_s) / step_s
        window = slice(max(int(first), 0), min(int(last) + 1, times))
        if window.stop <= window.start:
            continue
        time_s = begin_s + np.arange(window.start, window.stop) * step_s
        ratio = burst.flux_sfu(receiver.frequency_mhz, time_s)
        ratio /= receiver.system_sfu[:, None]
        excess[:, window] += ratio
        truth = measure_burst(burst, ratio, receiver, t_start + timedelta(seconds=window.start * step_s), step_s)
        if truth is not None:
            truths.append(truth)
            index.append(number)
    # Linear power, then the logarithmic detector; noise is multiplicative in power, so it is added after the logarithm.
    np.log1p(excess, out=excess)
    excess *= np.float32(10 / np.log(10) / DB_PER_DIGIT)
    excess += receiver.baseline_digit[:, None]
    excess += receiver_noise(rng, receiver, times, step_s)
    common_changes(rng, receiver, times, step_s, excess)
    if lookalikes:
        excess += gain_swings(lookalikes, receiver, times, step_s)
    digits = np.rint(excess, out=excess).clip(0, 254).astype(np.uint8)
    _write_tail(rng, receiver, digits)
    return SimulatedSpectrogram(digits, receiver, t_start, step_s, tuple(truths), tuple(index))
