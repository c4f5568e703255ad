"""What the quiet levels of neighbouring channels look like: height, roughness, lines."""

import numpy as np
from scipy.ndimage import median_filter

from models.simulate.realism.noise import moments

# A line or notch stands out of the median of 15 channels by so many digits (1.5 dB), as the measured shares have it.
SURROUNDINGS, LINE_DIGIT = 15, 4.0
EDGE = 10  # channels at either end of the band


def level_features(patch: np.ndarray) -> dict[str, float]:
    """Features of the baseline.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    dict of float by name; levels in digits
    """
    level = np.median(patch, axis=1).astype(float)
    position = np.linspace(-1, 1, level.size)
    curvature, tilt, _ = np.polyfit(position, level, 2)
    steps = np.abs(np.diff(level))
    apart = level - median_filter(level, SURROUNDINGS, mode="nearest")
    lines = apart[apart > LINE_DIGIT]
    smooth = level - level.mean()
    power = float((smooth**2).mean()) or 1.0
    middle = float(np.median(level))
    skew, kurtosis = moments(level)
    return {
        "level: median": middle,
        "level: 5th percentile": float(np.quantile(level, 0.05)),
        "level: 95th percentile": float(np.quantile(level, 0.95)),
        "level: range": float(np.ptp(np.quantile(level, [0.05, 0.95]))),
        "level: skew": skew,
        "level: kurtosis": kurtosis,
        "level: tilt": float(tilt),
        "level: curvature": float(curvature),
        "level: low edge": float(level[:EDGE].mean() - middle),
        "level: high edge": float(level[-EDGE:].mean() - middle),
        "level: step to the neighbour, median": float(np.median(steps)),
        "level: step to the neighbour, 90 %": float(np.quantile(steps, 0.9)),
        "level: step to the neighbour, 99 %": float(np.quantile(steps, 0.99)),
        "level: apart from 15 channels, 2 %": float(np.quantile(apart, 0.02)),
        "level: apart from 15 channels, 95 %": float(np.quantile(apart, 0.95)),
        "level: apart from 15 channels, 99 %": float(np.quantile(apart, 0.99)),
        "lines: share of channels": lines.size / level.size,
        "lines: median height": float(np.median(lines)) if lines.size else 0.0,
        "notches: share of channels": float((apart < -LINE_DIGIT).mean()),
        "level: correlation over 5 channels": float((smooth[5:] * smooth[:-5]).mean()) / power,
        "level: correlation over 20 channels": float((smooth[20:] * smooth[:-20]).mean()) / power,
    }
