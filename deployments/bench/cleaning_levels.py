"""Estimates of the quiet level of a channel, where a type IV burst fills part of the file."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from deployments.bench.cleaning_scenes import Scene, seconds_mean
from models.radio.background import quiet_level
from models.radio.spectrogram import DB_PER_DIGIT

# Of a sample of an undisturbed channel (0.25 dB of white noise and some slow), to shift a quantile to the middle.
SIGMA_DB = 0.28
QUARTILE = 0.674  # sigma between a Gaussian's quartile and its middle
BURST_DB = 0.25
FILLED = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7))
WINDOW = 60

Estimate = Callable[[np.ndarray], np.ndarray]


def _ours(digits: np.ndarray) -> np.ndarray:
    return quiet_level(seconds_mean(digits) * np.float32(DB_PER_DIGIT))[0]


def histogram_quantile(digits: np.ndarray, share: float) -> np.ndarray:
    """Quantile of each channel from the histogram of its 256 digits, linear within a digit.

    Parameters
    ----------
    digits : (F, T) uint8 ndarray
    share : of the samples that lie below

    Returns
    -------
    (F,) float64 ndarray, digits
    """
    found = np.empty(len(digits))
    for row, channel in enumerate(digits):
        count = np.bincount(channel, minlength=256)
        below = np.cumsum(count)
        digit = int(np.searchsorted(below, share * channel.size))
        # A digit stands for half a digit to either side.
        found[row] = digit - 0.5 + (share * channel.size - (below[digit] - count[digit])) / max(count[digit], 1)
    return found


def _mode(digits: np.ndarray) -> np.ndarray:
    """Centre of mass of the three digits around the most frequent one."""
    found = np.empty(len(digits))
    for row, channel in enumerate(digits):
        count = np.bincount(channel, minlength=257).astype(float)
        top = int(count[1:-1].argmax()) + 1
        found[row] = top + (count[top + 1] - count[top - 1]) / count[top - 1 : top + 2].sum()
    return found * DB_PER_DIGIT


def _rolling(digits: np.ndarray) -> np.ndarray:
    """Median of each minute, of which the lowest fifth is the level."""
    minutes = sliding_window_view(seconds_mean(digits), WINDOW, axis=1)[:, :: WINDOW // 2]
    return np.asarray(np.quantile(np.median(minutes, axis=2), 0.2, axis=1) * DB_PER_DIGIT)


ESTIMATES: Mapping[str, Estimate] = {
    "quiet_level (ours)": _ours,
    "median, of the histogram": lambda digits: histogram_quantile(digits, 0.5) * DB_PER_DIGIT,
    "25th percentile, of the histogram": lambda digits: histogram_quantile(digits, 0.25) * DB_PER_DIGIT,
    "the same, 0.67 sigma higher": lambda digits: histogram_quantile(digits, 0.25) * DB_PER_DIGIT + QUARTILE * SIGMA_DB,
    "mode of the histogram": _mode,
    "low quantile of minute medians": _rolling,
    "mean": lambda digits: digits.mean(axis=1, dtype=np.float64) * DB_PER_DIGIT,
}


def level_biases(scenes: Sequence[Scene]) -> list[dict[str, object]]:
    """Error of each estimate, by the share of the file that the burst fills in a channel; burst and interference are in the files.

    Parameters
    ----------
    scenes : with bursts that last

    Returns
    -------
    list of rows: estimate, and for each share of the file the median error in dB, that of the worst tenth of channels in brackets
    """
    filled = np.concatenate([(scene.burst_db > BURST_DB).mean(axis=1)[scene.receiver.sky] for scene in scenes])
    rows = []
    for name, estimate in ESTIMATES.items():
        errors = np.concatenate(
            [
                (estimate(scene.both) - scene.quiet.mean(axis=1, dtype=np.float64) * DB_PER_DIGIT)[scene.receiver.sky]
                for scene in scenes
            ]
        )
        row: dict[str, object] = {"estimate": name}
        for low, high in FILLED:
            some = errors[(filled >= low) & (filled < high)]
            title = f"{100 * low:.0f}-{100 * high:.0f} % filled"
            row[title] = f"{np.median(some):+.2f} ({np.quantile(some, 0.9):+.2f})" if some.size else "-"
        rows.append(row)
    return rows
