"""What channels share: neighbours along the scan, the whole band, slow changes, steps."""

import numpy as np

from models.simulate.realism.noise import CLIP_SIGMA, correlation
from models.simulate.realism.patch import above_level, white_sigma

DISTANCES = (1, 2, 3, 5, 10, 20)
STEP_SAMPLES = 20  # 5 s before and after a step of the band


def neighbour_features(patch: np.ndarray) -> dict[str, float]:
    """Features of what channels have in common.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    dict of float by name
    """
    residual = above_level(patch).astype(float)
    clipped = np.clip(residual / white_sigma(patch)[:, None], -CLIP_SIGMA, CLIP_SIGMA)
    clipped -= clipped.mean(axis=1, keepdims=True)
    unit = clipped / np.maximum(np.sqrt((clipped**2).sum(axis=1, keepdims=True)), 1e-6)
    features = {}
    for distance in DISTANCES:
        alike = (unit[distance:] * unit[:-distance]).sum(axis=1)
        features[f"neighbours: {distance} apart, median"] = float(np.median(alike))
        if distance in (1, 2, 5):
            features[f"neighbours: {distance} apart, 95 %"] = float(np.quantile(alike, 0.95))
    later = (unit[1:, 1:] * unit[:-1, :-1]).sum(axis=1)
    earlier = (unit[1:, :-1] * unit[:-1, 1:]).sum(axis=1)
    features["neighbours: next sample, upward less downward"] = float(np.mean(later - earlier))
    # Share of the largest of all principal components.
    features["band: first component"] = float(np.linalg.eigvalsh(unit @ unit.T)[-1] / len(unit))
    band = clipped.mean(axis=0)
    features["band: rms of the mean"] = float(band.std())
    features["band: memory of the mean"] = correlation(band[1:], band[:-1])
    spectrum = np.abs(np.fft.rfft(band - band.mean()))[2:] ** 2
    features["band: strongest period over median power"] = float(np.log(spectrum.max() / max(np.median(spectrum), 1e-9) + 1))
    sums = np.concatenate(([0.0], np.cumsum(band)))
    means = np.diff(sums[::STEP_SAMPLES]) / STEP_SAMPLES
    features["band: largest step over 5 s"] = float(np.abs(np.diff(means)).max())
    halves = np.split(residual, [residual.shape[1] // 2], axis=1)
    drift = halves[1].mean(axis=1) - halves[0].mean(axis=1)
    features["drift: half-minutes apart, median"] = float(np.median(np.abs(drift)))
    features["drift: half-minutes apart, 95 %"] = float(np.quantile(np.abs(drift), 0.95))
    limited = np.clip(drift, *np.quantile(drift, [0.05, 0.95]))
    features["drift: correlation with the neighbour"] = correlation(limited[1:], limited[:-1])
    return features
