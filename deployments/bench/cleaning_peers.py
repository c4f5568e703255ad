"""How others clean a spectrogram, written anew from the description of each method.

Each takes a file and returns (F, T) float32 dB above its background; a channel that a method drops and fills from its neighbours
stays in, as its users see it.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from models.radio.spectrogram import DB_PER_DIGIT, Spectrogram

Cleaner = Callable[[Spectrogram], np.ndarray]


def _decibel(spectrogram: Spectrogram) -> np.ndarray:
    return np.asarray(spectrogram.intensity * np.float32(DB_PER_DIGIT))


def _filled_from_neighbours(level: np.ndarray, dropped: np.ndarray) -> np.ndarray:
    """Interpolate dropped channels linearly along frequency, by row."""
    rows, kept = np.arange(len(level)), np.flatnonzero(~dropped)
    if kept.size == 0:
        return level
    place = np.interp(rows, kept, np.arange(kept.size))
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, kept.size - 1)
    part = (place - low).astype(np.float32)[:, None]
    return np.asarray((1 - part) * level[kept[low]] + part * level[kept[high]])


def wrong_channels(level: np.ndarray) -> np.ndarray:
    """(F,) bool: what ecallisto_ng's elimwrongchannels drops.

    Channels whose standard deviation (scaled to 0-255) is five times the mean one or more; then those at which the profile of a
    Roberts filter along frequency departs by two of its standard deviations.
    """
    spread = level.std(axis=1)
    spread = 255 * (spread - spread.min()) / max(float(np.ptp(spread)), 1e-6)
    dropped = spread >= 5 * spread.mean()
    rest = np.flatnonzero(~dropped)
    left = level[rest]
    edges = np.abs(left[:-1, :-1] - left[1:, 1:]) + np.abs(left[:-1, 1:] - left[1:, :-1])
    profile = edges.sum(axis=1)
    profile = profile - profile.mean()
    dropped[rest[:-1][np.abs(profile) >= 2 * profile.std()]] = True
    return np.asarray(dropped)


def ng_constant(spectrogram: Spectrogram) -> np.ndarray:
    """ecallisto_ng, subtract_constant_background: median of the first 300 samples."""
    level = _decibel(spectrogram)
    return np.asarray(level - np.median(level[:, :300], axis=1, keepdims=True))


def ng_eliminated(spectrogram: Spectrogram) -> np.ndarray:
    """ecallisto_ng, elimwrongchannels and then the constant background."""
    level = _decibel(spectrogram)
    level = _filled_from_neighbours(level, wrong_channels(level))
    return np.asarray(level - np.median(level[:, :300], axis=1, keepdims=True))


def ng_rolling(spectrogram: Spectrogram) -> np.ndarray:
    """ecallisto_ng, subtract_rolling_background: 5 % quantile of the 30 samples up to each."""
    level = _decibel(spectrogram)
    # Of 30 values the 5 % quantile lies between the second and the third lowest; origin 14 makes the window end at the sample.
    return np.asarray(level - ndimage.rank_filter(level, 1, size=(1, 30), mode="nearest", origin=(0, 14)))


def ng_low_signal(spectrogram: Spectrogram) -> np.ndarray:
    """ecallisto_ng, subtract_low_signal_noise_background: mean of the 5 % quietest time steps."""
    level = _decibel(spectrogram)
    curve = level.mean(axis=0)
    quietest = curve <= np.quantile(curve, 0.05)
    return np.asarray(level - level[:, quietest].mean(axis=1, keepdims=True))


def ng_median(spectrogram: Spectrogram) -> np.ndarray:
    """ecallisto_ng, constant background, then a 3 x 3 median filter."""
    return np.asarray(ndimage.median_filter(ng_constant(spectrogram), size=(3, 3)))


def pycallisto(spectrogram: Spectrogram) -> np.ndarray:
    """pyCallisto, subtractBackground: median of the whole channel."""
    level = _decibel(spectrogram)
    return np.asarray(level - np.median(level, axis=1, keepdims=True))


def analyzer(background: Callable[[np.ndarray], np.ndarray]) -> Cleaner:
    """e-CALLISTO FITS Analyzer with its defaults.

    3 x 3 median; hot channels, whose |median| + MAD departs from the usual one by more than 6 robust sigma, become the mean of
    their neighbours; each channel is clipped at its 99.5 percentile.

    Parameters
    ----------
    background : (F, T) to (F, 1): what is subtracted at last
    """

    def clean(spectrogram: Spectrogram) -> np.ndarray:
        level = ndimage.median_filter(_decibel(spectrogram), size=(3, 3))
        middle = np.median(level, axis=1, keepdims=True)
        heat = np.abs(middle[:, 0]) + np.median(np.abs(level - middle), axis=1)
        usual = np.median(heat)
        spread = max(1.4826 * float(np.median(np.abs(heat - usual))), 1e-6)
        level = _filled_from_neighbours(level, np.abs(heat - usual) > 6 * spread)
        level = np.minimum(level, np.quantile(level, 0.995, axis=1, keepdims=True))
        return np.asarray(level - background(level))

    return clean


PEERS: dict[str, Cleaner] = {
    "ecallisto_ng constant background": ng_constant,
    "ecallisto_ng wrong channels + constant": ng_eliminated,
    "ecallisto_ng constant + median 3x3": ng_median,
    "ecallisto_ng rolling background": ng_rolling,
    "ecallisto_ng low-signal background": ng_low_signal,
    "FITS Analyzer, mean": analyzer(lambda level: level.mean(axis=1, keepdims=True)),
    "FITS Analyzer, median": analyzer(lambda level: np.median(level, axis=1, keepdims=True)),
    "FITS Analyzer, 25th percentile": analyzer(lambda level: np.quantile(level, 0.25, axis=1, keepdims=True)),
    "pyCallisto median background": pycallisto,
}
