"""What can be measured of one spot: strength, shape, drift, and whether it behaves like the Sun or like a receiver."""

import cv2
import numpy as np

from models.radio.blobs import GROW, Blob
from models.radio.scene import Scene

AROUND_S = 60.0
OTHER_TIMES_S = 15.0
OTHER_CHANNELS = 8


def measure(blob: Blob, contrast: np.ndarray, scene: Scene) -> dict[str, float]:
    """Measures of one spot of a contrast map, by name; pure numbers unless the name says otherwise."""
    channels, bins = contrast.shape
    x0, y0, x1, y1 = blob.x0, blob.y0, blob.x1, blob.y1
    window = contrast[y0:y1, x0:x1]
    weight = np.where(blob.mask, window, np.float32(0))
    inside = scene.z[y0:y1, x0:x1][blob.mask]
    decibels = scene.mean_db[y0:y1, x0:x1][blob.mask]
    profile = scene.spectrum(x0, x1)[y0:y1]
    slope, agreement = _drift(weight, scene.frequency_mhz[y0:y1], scene.bin_s)
    return {
        "log_duration": float(np.log10((x1 - x0) * scene.bin_s)),
        "channels": float(np.log10(y1 - y0)),
        "band_fraction": (y1 - y0) / channels,
        "fill": float(blob.mask.mean()),
        "log_contrast": float(np.log10(max(GROW, float(weight.max())))),
        "mean_sigma": float(inside.mean()),
        "log_peak_db": float(
            np.log10(1 + max(0.0, float(np.partition(decibels, int(0.95 * decibels.size))[int(0.95 * decibels.size)])))
        ),
        "lit": float((inside > 1).mean()),
        "ripple": float(np.abs(np.diff(profile)).mean() / (0.5 + np.abs(profile).mean())) if profile.size > 1 else 0.0,
        "drift": slope,
        "drift_agreement": agreement,
        "at_border": float(x0 == 0 or x1 == bins),
        "peak_bin": float(x0 + int(np.argmax(weight.sum(axis=0)))),
        **_light_curve(blob, scene, bins),
        **_elsewhere(blob, contrast, scene),
    }


def _light_curve(blob: Blob, scene: Scene, bins: int) -> dict[str, float]:
    """How the spot comes and goes: receivers switch, bursts rise and decay."""
    around = round(AROUND_S / scene.bin_s)
    left, right = max(0, blob.x0 - around), min(bins, blob.x1 + around)
    curve = scene.curve(blob.y0, blob.y1, left, right)
    begin, end = blob.x0 - left, blob.x1 - left
    during, beside = curve[begin:end], np.concatenate([curve[:begin], curve[end:]])
    smooth = cv2.blur(curve[None], (3, 1), borderType=cv2.BORDER_REPLICATE)[0]
    even, odd = scene.halves(blob.y0, blob.y1, left, right)
    return {
        "lift": float(during.mean() - np.median(beside)) if beside.size else 0.0,
        "jump": float(np.abs(smooth[3:] - smooth[:-3]).max() / (1 + during.max())) if curve.size > 3 else 0.0,
        "kinship": _correlation(even, odd),
    }


def _elsewhere(blob: Blob, contrast: np.ndarray, scene: Scene) -> dict[str, float]:
    """The same channels at other times, and the other channels meanwhile, which a burst leaves alone."""
    gap = round(OTHER_TIMES_S / scene.bin_s)
    rows, columns = slice(blob.y0, blob.y1), slice(blob.x0, blob.x1)
    before, after = contrast[rows, : max(0, blob.x0 - gap)], contrast[rows, blob.x1 + gap :]
    below, above = contrast[: max(0, blob.y0 - OTHER_CHANNELS), columns], contrast[blob.y1 + OTHER_CHANNELS :, columns]
    return {"recurrence": _share_beyond(before, after, 1), "sinking": _share_beyond(below, above, -1)}


def _share_beyond(one: np.ndarray, other: np.ndarray, sign: int) -> float:
    """Share of the pixels of both that stand out, up (1) or down (-1)."""
    return (np.count_nonzero(sign * one > GROW) + np.count_nonzero(sign * other > GROW)) / max(1, one.size + other.size)


def _drift(weight: np.ndarray, frequency_mhz: np.ndarray, bin_s: float) -> tuple[float, float]:
    """Delay per e-fold of falling frequency (asinh of seconds), and the correlation behind it."""
    mass = weight.sum(axis=1)
    rows = mass > 0
    if rows.sum() < 3:
        return 0.0, 0.0
    moment = (weight[rows] @ np.arange(weight.shape[1])) / mass[rows] * bin_s
    height = -np.log(frequency_mhz[rows])
    share = mass[rows] / mass[rows].sum()
    moment, height = moment - share @ moment, height - share @ height
    variance, spread, both = share @ height**2, share @ moment**2, share @ (height * moment)
    if variance <= 0 or spread <= 0:
        return 0.0, 0.0
    return float(np.arcsinh(both / variance)), float(both / np.sqrt(variance * spread))


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two light curves: near 1 for what many channels share, 0 for their own noise."""
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / scale if scale > 0 else 0.0
