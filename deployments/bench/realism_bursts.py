"""Boxes of real bursts, and of simulated bursts laid into quiet stretches of real files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from deployments.bench.realism_files import START, STEP_S, RealFile
from models.radio.labelled import UNSURE
from models.radio.spectrogram import DB_PER_DIGIT
from models.simulate.bursts import BurstType, draw_burst
from models.simulate.realism.box_features import box_features
from models.simulate.realism.patch import white_sigma
from models.simulate.receiver import system_flux_sfu

# Of each real box so many simulated bursts.
BESIDE = 3
# A box counts where so many of its 3 x 3 means pass 1 sigma (a thousandth would in noise alone; 19 % do in nine of ten real
# boxes of type III), and where it is of a size.
LEAST_SHARE, LEAST_CHANNELS, LEAST_SAMPLES = 0.05, 10, 20
# What a burst's own excess passes to count as its extent, in sigma of a channel.
EDGE_SIGMA = 1.0
# People draw with this standard deviation, s and channels (as radio-measure has it).
SLACK_S, SLACK_ROWS = 7.0, 4.0
# Quiet stretches of files that are tried, the nearest in band first.
NEAREST, TRIES = 5, 12


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Boxes of real and simulated bursts of one type.

    Attributes
    ----------
    features : (N, K) float64 ndarray
    names : K names
    simulated : (N,) bool ndarray
    days : of each; a simulated burst bears that of the real one that it stands beside
    """

    features: np.ndarray
    names: tuple[str, ...]
    simulated: np.ndarray
    days: tuple[str, ...]


def burst_boxes(files: Sequence[RealFile], kind: BurstType, seed: int, done: Callable[[], None]) -> Boxes:
    """Real boxes of a type with `BESIDE` simulated bursts each, strength as the simulator draws it.

    Parameters
    ----------
    files : RealFile
    kind : type
    seed : of all that is drawn
    done : is called after each file with such a box
    """
    rows: list[tuple[dict[str, float], bool, str]] = []
    for index, file in enumerate(files):
        boxes = [box for box in file.boxes if box.type == kind and box.confidence != UNSURE]
        if not boxes:
            continue
        excess_db, sigma_db, frequency = _quietened(file)
        rng = np.random.default_rng([seed, index, 2])
        for box in boxes:
            first, last = file.columns(box)
            low, high = np.searchsorted(frequency, [box.frequency_low_mhz, box.frequency_high_mhz])
            told = _told(excess_db, sigma_db, (first, low, last, high))
            if told is None:
                continue
            rows.append((told, False, file.day))
            beside = (_simulated(rng, kind, files, file) for _ in range(BESIDE))
            rows += [(each, True, file.day) for each in beside if each]
        done()
    told_all, simulated, days = zip(*rows, strict=True)
    values = np.array([list(each.values()) for each in told_all])
    return Boxes(values, tuple(told_all[0]), np.array(simulated), days)


def _quietened(file: RealFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """DB above the median of the quiet samples, of all where they last no minute; white noise in dB; MHz: sky channels only."""
    observation = file.observation
    digits = np.rint(observation.intensity[observation.good]).astype(np.float32)
    quiet = ~file.blocked()
    if quiet.sum() < 60 / STEP_S:
        quiet[:] = True
    level = np.median(digits[:, quiet], axis=1, keepdims=True)
    sigma = DB_PER_DIGIT * white_sigma(digits[:, quiet])
    return DB_PER_DIGIT * (digits - level), sigma, observation.frequency_mhz[observation.good]


def _told(excess_db: np.ndarray, sigma_db: np.ndarray, box: tuple[float, float, float, float]) -> dict[str, float] | None:
    """Features of a box (x0, y0, x1, y1) where it shows enough."""
    x0, y0, x1, y1 = (round(edge) for edge in np.clip(box, 0, [*excess_db.shape[::-1]] * 2))
    part, sigma = excess_db[y0:y1, x0:x1], sigma_db[y0:y1]
    if part.shape[0] < LEAST_CHANNELS or part.shape[1] < LEAST_SAMPLES:
        return None
    told = box_features(part, sigma)
    return told if told["filled: mean of 3 x 3 above 1 sigma"] > LEAST_SHARE else None


def _simulated(rng: np.random.Generator, kind: BurstType, files: Sequence[RealFile], file: RealFile) -> dict[str, float] | None:
    """Features of a burst that shows enough, in a quiet stretch of this file or of one near in band."""
    low, high = file.band
    distance = [abs(np.log2(other.band[0] / low)) + abs(np.log2(other.band[1] / high)) for other in files]
    near = np.argsort(distance, kind="stable")
    for _ in range(TRIES):
        burst = draw_burst(rng, kind, START)
        samples = int((burst.span_s[1] - min(burst.span_s[0], 0)) / STEP_S) + 1
        # A long burst is cut as the end of a file cuts it.
        wanted = min(samples, 1600) + round(4 * SLACK_S / STEP_S)
        places = [(int(index), *place) for index in near[: 4 * NEAREST] if (place := _stretch(files[int(index)], wanted))][:NEAREST]
        if not places:
            continue
        index, start, stop = places[int(rng.integers(len(places)))]
        excess_db, sigma_db, frequency = _quietened(files[index])
        start = int(rng.integers(start, stop - wanted + 1))
        time_s = np.arange(wanted) * STEP_S - 2 * SLACK_S + burst.span_s[0]
        own = 10 * np.log10(1 + burst.flux_sfu(frequency, time_s) / system_flux_sfu(frequency)[:, None])
        shown = own > EDGE_SIGMA * sigma_db[:, None]
        if shown.sum() < LEAST_SAMPLES:
            continue
        y, x = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
        box = np.array([x[0], y[0], x[-1] + 1.0, y[-1] + 1.0])
        box += rng.normal(0, [SLACK_S / STEP_S, SLACK_ROWS] * 2)
        # The receiver writes whole digits.
        whole = DB_PER_DIGIT * np.rint((excess_db[:, start : start + wanted] + own) / DB_PER_DIGIT)
        told = _told(whole, sigma_db, tuple(box.tolist()))
        if told:
            return told
    return None


def _stretch(file: RealFile, samples: int) -> tuple[int, int] | None:
    """Longest stretch without a box, where it is long enough: first sample, and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], file.blocked(), [True])).astype(np.int8)))
    length = edges[1::2] - edges[::2]
    if not length.size or length.max() < samples:
        return None
    longest = int(length.argmax())
    return int(edges[2 * longest]), int(edges[2 * longest + 1])
