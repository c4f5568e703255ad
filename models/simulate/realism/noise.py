"""Noise of single channels: how strong, how unequal, how rounded, and how long it remembers."""

import numpy as np

from models.simulate.realism.patch import above_level, white_sigma

# Lags in samples of 0.25 s.
LAGS = {"0.25 s": 1, "0.5 s": 2, "1 s": 4, "2 s": 8, "5 s": 20, "10 s": 40}
# What stands out further is interference, and would hide the noise.
CLIP_SIGMA = 4.0


def noise_features(patch: np.ndarray) -> dict[str, float]:
    """Features of the noise, channel by channel.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    dict of float by name; sigmas in digits
    """
    white = white_sigma(patch)
    residual = above_level(patch).astype(float)
    total = residual.std(axis=1)
    ratio = total / white
    log_white = np.log(white)
    level = np.median(patch, axis=1)
    clipped = np.clip(residual / white[:, None], -CLIP_SIGMA, CLIP_SIGMA)
    clipped -= clipped.mean(axis=1, keepdims=True)
    spread = np.maximum(clipped.std(axis=1), 1e-6)
    skewness = (clipped**3).mean(axis=1) / spread**3
    tail = (clipped**4).mean(axis=1) / spread**4 - 3
    equal = (np.diff(patch, axis=1) == 0).mean(axis=1)
    features = {
        "sigma: white, 10 %": float(np.quantile(white, 0.1)),
        "sigma: white, median": float(np.median(white)),
        "sigma: white, 90 %": float(np.quantile(white, 0.9)),
        "sigma: white, 99 %": float(np.quantile(white, 0.99)),
        "sigma: spread of its logarithm": float(log_white.std()),
        "sigma: correlation with the neighbour": correlation(log_white[1:], log_white[:-1]),
        "sigma: correlation with the level": correlation(log_white, level),
        "sigma: total over white, 10 %": float(np.quantile(ratio, 0.1)),
        "sigma: total over white, median": float(np.median(ratio)),
        "sigma: total over white, 90 %": float(np.quantile(ratio, 0.9)),
        "sigma: total over white, 98 %": float(np.quantile(ratio, 0.98)),
        "noise: skew, median": float(np.median(skewness)),
        "noise: skew, 90 %": float(np.quantile(skewness, 0.9)),
        "noise: kurtosis, median": float(np.median(tail)),
        "noise: kurtosis, 90 %": float(np.quantile(tail, 0.9)),
        "rounding: equal successive samples, median": float(np.median(equal)),
        "rounding: equal successive samples, 90 %": float(np.quantile(equal, 0.9)),
        "rounding: values of a channel, median": float(np.median([np.unique(row).size for row in patch])),
    }
    power = spread**2
    for name, lag in LAGS.items():
        memory = (clipped[:, lag:] * clipped[:, :-lag]).mean(axis=1) / power
        features[f"memory: {name}, median"] = float(np.median(memory))
        features[f"memory: {name}, 90 %"] = float(np.quantile(memory, 0.9))
        if lag == 1:
            features[f"memory: {name}, 5 %"] = float(np.quantile(memory, 0.05))
    return features


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two (N,) ndarrays; 0 where one of them never changes."""
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / size) if size > 0 else 0.0


def moments(values: np.ndarray) -> tuple[float, float]:
    """Skew and excess kurtosis of (N,) values; 0 where they never change."""
    apart = values.astype(float) - values.mean()
    spread = apart.std()
    if spread < 1e-9:
        return 0.0, 0.0
    return float((apart**3).mean() / spread**3), float((apart**4).mean() / spread**4 - 3)
