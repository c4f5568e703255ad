"""What is measured on the box of a burst: strength, extent, shape in time and frequency, drift, texture."""

import numpy as np
from scipy.ndimage import label, uniform_filter

from models.simulate.realism.noise import correlation, moments

STEP_S = 0.25


def box_features(excess_db: np.ndarray, sigma_db: np.ndarray) -> dict[str, float]:
    """Features of one box.

    Parameters
    ----------
    excess_db : (F, T) ndarray, dB above the channel's quiet level, 0.25 s a sample, at least 5 by 20
    sigma_db : (F,) ndarray, white noise of each channel, dB

    Returns
    -------
    dict of float by name, finite
    """
    ratio = excess_db / sigma_db[:, None]
    smooth_db = uniform_filter(excess_db, 3, mode="nearest")
    smooth = smooth_db / sigma_db[:, None]
    p50, p90, p99 = np.quantile(excess_db, [0.5, 0.9, 0.99])
    clear = smooth > 2
    parts, count = label(clear)
    sizes = np.bincount(parts.ravel())[1:] if count else np.zeros(1)
    skew, kurtosis = moments(excess_db.ravel())
    strong = np.sort(np.maximum(smooth_db, 0).ravel())[::-1]
    return (
        {
            "strength: median": float(p50),
            "strength: 90 %": float(p90),
            "strength: 99 %": float(p99),
            "strength: 99 % over 90 %": float(p99 / max(p90, 0.1)),
            "strength: loudest over 99 %": float(excess_db.max() / max(p99, 0.1)),
            "strength: skew": skew,
            "strength: kurtosis": kurtosis,
            "filled: above 1 sigma": float((ratio > 1).mean()),
            "filled: above 3 sigma": float((ratio > 3).mean()),
            "filled: mean of 3 x 3 above 1 sigma": float((smooth > 1).mean()),
            "filled: channels touched": float(clear.any(axis=1).mean()),
            "filled: samples touched": float(clear.any(axis=0).mean()),
            "texture: parts per 1000 pixels": 1e3 * count / excess_db.size,
            "texture: largest part of all": float(sizes.max() / max(sizes.sum(), 1)),
            "texture: share of the strongest tenth": float(strong[: strong.size // 10].sum() / max(strong.sum(), 1e-6)),
        }
        | _extent(excess_db)
        | _in_time(smooth_db)
        | _in_frequency(smooth_db)
        | _ridge(smooth_db, smooth)
    )


def _extent(excess_db: np.ndarray) -> dict[str, float]:
    channels, times = excess_db.shape
    return {"extent: seconds": times * STEP_S, "extent: channels": float(channels)}


def _in_time(smooth_db: np.ndarray) -> dict[str, float]:
    curve = smooth_db.mean(axis=0)
    peak = int(curve.argmax())
    half = curve > (curve.max() + np.median(curve)) / 2
    before, after = (np.abs(np.diff(part)).sum() if part.size > 1 else 0.0 for part in (curve[: peak + 1], curve[peak:]))
    second, four = (correlation(curve[lag:], curve[:-lag]) for lag in (4, 16))
    return {
        "time: contrast of the mean": float((curve.max() - np.median(curve)) / max(curve.std(), 1e-6)),
        "time: share above half of the peak": float(half.mean()),
        "time: times above half of the peak": float((np.diff(half.astype(np.int8)) == 1).sum() + half[0]),
        "time: place of the peak": peak / curve.size,
        "time: skew of the mean": moments(curve)[0],
        "time: memory over 1 s": second,
        "time: memory over 4 s": four,
        "time: ups and downs before the peak": float(before / max(before + after, 1e-6)),
    }


def _in_frequency(smooth_db: np.ndarray) -> dict[str, float]:
    loudest = smooth_db.max(axis=1)
    middle = max(float(np.median(loudest)), 0.05)
    place = np.arange(loudest.size) / loudest.size
    weight = np.maximum(smooth_db.mean(axis=1), 0) + 1e-6
    return {
        "frequency: contrast": float(loudest.max() / middle),
        "frequency: scatter of neighbours": float(np.median(np.abs(np.diff(loudest))) / middle),
        "frequency: correlation of neighbours": correlation(loudest[1:], loudest[:-1]),
        "frequency: correlation over 4 channels": correlation(loudest[4:], loudest[:-4]),
        "frequency: centre": float((place * weight).sum() / weight.sum()),
        "frequency: low edge over middle": float(loudest[:3].mean() / middle),
        "frequency: high edge over middle": float(loudest[-3:].mean() / middle),
    }


def _ridge(smooth_db: np.ndarray, smooth: np.ndarray) -> dict[str, float]:
    """When each channel is brightest, and for how long it stays above half of that."""
    channels = np.flatnonzero(smooth.max(axis=1) > 3)
    if channels.size < 5:
        return dict.fromkeys(
            ("ridge: drift", "ridge: scatter", "ridge: width, median", "ridge: width, 90 %", "ridge: patchiness"), 0.0
        )
    peak = smooth_db[channels].argmax(axis=1)
    slope = np.polyfit(channels, peak, 1)
    widths = []
    for row, top in zip(smooth_db[channels], peak, strict=True):
        below = np.flatnonzero(row < row[top] / 2)
        left, right = below[below < top], below[below > top]
        widths.append((right[0] if right.size else row.size) - (left[-1] if left.size else -1) - 1)
    height = smooth_db[channels, peak]
    return {
        "ridge: drift": -correlation(channels.astype(float), peak.astype(float)),
        "ridge: scatter": float(np.median(np.abs(peak - np.polyval(slope, channels))) / smooth_db.shape[1]),
        "ridge: width, median": float(np.median(widths) * STEP_S),
        "ridge: width, 90 %": float(np.quantile(widths, 0.9) * STEP_S),
        "ridge: patchiness": float(np.log(np.maximum(height, 0.05)).std()),
    }
