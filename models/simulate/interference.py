"""Man-made signals: intermittent lines, broadband spikes, pulses, gain steps and blocks."""

import numpy as np

from models.radio.spectrogram import DB_PER_DIGIT
from models.simulate.receiver import Receiver

# A strong excursion leaves 36 % of its decibels in the channel scanned next and 14 % in the one before (medians).
TRAIL_UP, TRAIL_DOWN = 0.36, 0.14
# Share of single samples and index of the Pareto tail behind: 13 % last 0.5 s, 2 % longer than 5 s.
SINGLE, RUN_INDEX = 0.63, 1.25
# Channels that one emitter fills: the median and the spread of its logarithm, and how unequally it fills them. Fitted with the
# constants of `noise.py`, so that channels one, two and five apart have as much in common as real ones.
WIDTH, WIDTH_SPREAD, WIDEST, UNEQUAL = 2.3, 0.35, 8, 0.3


def _ratio(decibel: np.ndarray) -> np.ndarray:
    return np.asarray(10 ** (decibel / 10) - 1)


def intermittent_lines(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float) -> np.ndarray:
    """Carriers that come and go, from single samples to minutes.

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
    channels = len(receiver.frequency_mhz)
    width = np.rint(rng.lognormal(np.log(WIDTH), WIDTH_SPREAD, channels)).clip(1, WIDEST).astype(int)
    # The mean run of the law below is about 3 samples, so that each channel gets its duty.
    expected = receiver.disturbed * times / 3.0 / width
    expected *= rng.lognormal(-0.2, 0.7, channels)
    counts = rng.poisson(np.minimum(expected, 0.15 * times))
    channel = np.repeat(np.arange(channels), counts)
    events = len(channel)
    start = rng.integers(0, times, events)
    # Long runs belong to few channels: each has its own scale.
    scale = rng.lognormal(-0.3, 0.8, channels)[channel]
    run = np.where(rng.random(events) < SINGLE, 1, 1 + rng.pareto(RUN_INDEX, events) * 2 * scale).clip(1, 60 / step_s).astype(int)
    # 2.7 dB for single samples, 5 dB for 5-60 s, 95th percentile 6.2 dB; each channel has its own strength.
    strength = rng.lognormal(0.0, 0.35, channels)[channel]
    height = (1.6 + 0.9 * np.log10(run * step_s / 0.25)) * strength * rng.lognormal(0.0, 0.45, events)
    row, event, share = _spans(rng, channel, width[channel])
    inside = (row >= 0) & (row < channels)
    row, event, share = row[inside], event[inside], share[inside]
    power = _ratio(share * height[event]).astype(np.float32)
    edges = np.zeros((channels, times + 1), dtype=np.float32)
    np.add.at(edges, (row, start[event]), power)
    np.add.at(edges, (row, np.minimum(start + run, times)[event]), -power)
    power = np.cumsum(edges[:, :-1], axis=1, dtype=np.float32)
    # Carriers fade: 20 % from sample to sample.
    busy = np.flatnonzero(counts > 3)
    power[busy] *= 1 + np.float32(0.2) * rng.standard_normal((len(busy), times), dtype=np.float32)
    return np.maximum(power, 0, out=power)


def _spans(rng: np.random.Generator, channel: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that events touch, which event it is, and the share of its decibels: ``width`` channels, and a trail on either side."""
    events = np.arange(channel.size)
    member = np.repeat(events, width)
    place = np.arange(member.size) - np.repeat(np.cumsum(width) - width, width)
    rows = np.concatenate([channel[member] + place, channel + width, channel - 1])
    filled = rng.lognormal(0.0, UNEQUAL, member.size)
    shares = np.concatenate([filled, np.full(events.size, TRAIL_UP), np.full(events.size, TRAIL_DOWN)])
    return rows, np.concatenate([member, events, events]), shares


def spikes(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float, excess: np.ndarray) -> None:
    """Add broadband spikes to ``excess`` in place: 0.25-0.5 s, never all of the band.

    2.5 per 15 min over all files, but 28 % of files hold all of them; 13 % of the band (5-47 %), 2.7 dB (to 21).

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples
    excess : (F, T) float32 ndarray, power relative to the system's own, changed
    """
    if rng.random() > 0.28:
        return
    channels = len(receiver.frequency_mhz)
    for _ in range(1 + rng.poisson(6.0 * times * step_s / 900)):
        width = channels * rng.lognormal(np.log(0.13), 0.6)
        middle = rng.uniform(0, channels)
        shape = np.exp(-(((np.arange(channels) - middle) / max(width / 1.7, 2)) ** 4)) * rng.lognormal(0, 0.3, channels)
        start = int(rng.integers(0, times))
        length = 1 + int(rng.random() < 0.35) + int(rng.pareto(3.0)) if rng.random() < 0.97 else 9
        power = _ratio(np.minimum(rng.lognormal(np.log(2.9), 0.5), 20.0) * np.ones(1))
        excess[:, start : start + length] += (power * shape).astype(np.float32)[:, None]


def common_changes(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float, digits: np.ndarray) -> None:
    """Add gain steps, periodic pulses and standing waves to ``digits`` in place.

    Steps in 34 % of files, 0.15-0.73 dB, often in a part of the band; weak pulses of 0.5-1.4 s in 26 %; fringes in 4 %.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples
    digits : (F, T) float32 ndarray, digits after the logarithm, changed
    """
    channels = len(receiver.frequency_mhz)
    if rng.random() < 0.34:
        for _ in range(1 + rng.poisson(1.5)):
            low, high = np.sort(rng.integers(0, channels + 1, 2)) if rng.random() < 0.6 else (0, channels)
            size = rng.choice([-1.0, 1.0]) * rng.lognormal(np.log(0.27), 0.6) / DB_PER_DIGIT
            digits[low:high, int(rng.integers(0, times)) :] += np.float32(np.clip(size, -6.5, 6.5))
    if rng.random() < 0.26:
        period = float(rng.choice([0.5, 1.0, 1.16, rng.uniform(0.6, 1.4), 4.3]))
        phase = (np.arange(times) * step_s + rng.uniform(0, period)) % period
        digits += (rng.uniform(0.1, 0.4) * (phase < step_s)).astype(np.float32)
    if rng.random() < 0.04:
        angle = 2 * np.pi * (np.arange(channels)[:, None] / rng.uniform(6, 14) + np.arange(times) * step_s / rng.uniform(10, 40))
        digits += np.float32(rng.uniform(0.3, 1.5)) * np.cos(angle).astype(np.float32)


def blocks(rng: np.random.Generator, receiver: Receiver, times: int, step_s: float, excess: np.ndarray) -> None:
    """Add what a careless eye takes for a burst: rectangular blocks and strokes that stand still in frequency.

    Own estimate: one file in twelve; sharp edges in both directions tell them from the Sun.

    Parameters
    ----------
    rng : generator
    receiver : Receiver of F channels
    times : number of samples T
    step_s : seconds between samples
    excess : (F, T) float32 ndarray, power relative to the system's own, changed
    """
    if rng.random() > 0.08:
        return
    channels = len(receiver.frequency_mhz)
    for _ in range(1 + rng.poisson(1.0)):
        width = int(rng.integers(4, 30))
        low = int(rng.integers(0, max(channels - width, 1)))
        start, length = int(rng.integers(0, times)), int(rng.uniform(2, 90) / step_s)
        level = _ratio(rng.lognormal(np.log(1.5), 0.5) * rng.lognormal(0, 0.3, (width, 1)))
        excess[low : low + width, start : start + length] += level[: channels - low].astype(np.float32)
