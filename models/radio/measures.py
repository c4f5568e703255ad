"""What can be measured of one spot: strength, shape, drift, and whether it behaves like the Sun or like a receiver."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.compiled import njit
from models.radio.blobs import GROW, Blob
from models.radio.scene import Scene

AROUND_S = 60.0
OTHER_TIMES_S = 15.0
OTHER_CHANNELS = 8
PEAK_SHARE = 0.95
# In the order in which the kernel writes them.
MEASURED = (
    "log_duration", "channels", "band_fraction", "fill", "log_contrast", "mean_sigma", "log_peak_db", "lit", "ripple", "drift",
    "drift_agreement", "at_border", "peak_bin", "lift", "jump", "kinship", "recurrence", "sinking",
)  # fmt: skip


class ContrastMap(NamedTuple):
    """A contrast map, and how much of it stands out; a tuple of arrays, as numba takes it.

    Attributes
    ----------
    contrast : (F, B) float32 ndarray
    up : (F,) int32 ndarray, pixels of each channel above `GROW`
    down : (B,) int32 ndarray, pixels of each bin below -`GROW`
    """

    contrast: np.ndarray
    up: np.ndarray
    down: np.ndarray


def contrast_map(contrast: np.ndarray) -> ContrastMap:
    """Count what stands out of a (F, B) float32 map."""
    up, down = np.zeros(contrast.shape[0], np.int32), np.zeros(contrast.shape[1], np.int32)
    _count(contrast, np.float32(GROW), up, down)
    return ContrastMap(contrast, up, down)


def measure(blobs: Sequence[Blob], around: ContrastMap, scene: Scene) -> list[dict[str, float]]:
    """Measures of spots of a contrast map, by name; pure numbers unless the name says otherwise."""
    if not blobs:
        return []
    measured = np.empty((len(blobs), len(MEASURED)))
    box = np.array([blob.box for blob in blobs])
    _measure_all(box, np.concatenate([blob.mask.ravel() for blob in blobs]), around, scene, np.float32(GROW), measured)
    return [dict(zip(MEASURED, line, strict=True)) for line in measured.tolist()]


@njit(cache=True, nogil=True)
def _count(contrast, grow, up, down):  # type: ignore[no-untyped-def]
    for row in range(contrast.shape[0]):
        count = np.int32(0)
        for t in range(contrast.shape[1]):
            count += np.int32(contrast[row, t] > grow)
        up[row] = count
        for t in range(contrast.shape[1]):
            down[t] += contrast[row, t] < -grow


@njit(cache=True, nogil=True)
def _measure_all(box, masks, around, scene, grow, measured):  # type: ignore[no-untyped-def]
    """One call for all spots: handing over the scene takes as long as measuring a small one."""
    begin = 0
    for spot in range(box.shape[0]):
        x0, y0, x1, y1 = box[spot]
        end = begin + (y1 - y0) * (x1 - x0)
        found = _measure(x0, y0, x1, y1, masks[begin:end].reshape(y1 - y0, x1 - x0), around, scene, grow)
        for place in range(measured.shape[1]):
            measured[spot, place] = found[place]
        begin = end


@njit(cache=True, nogil=True)
def _measure(x0, y0, x1, y1, mask, around, scene, grow):  # type: ignore[no-untyped-def]
    contrast = around.contrast
    channels, bins = contrast.shape
    high, wide = y1 - y0, x1 - x0
    columns, mass, moment = np.zeros(wide), np.zeros(high), np.zeros(high)
    decibels = np.empty(high * wide, np.float32)
    inside, lit, sigma, peak = 0, 0, 0.0, grow
    for y in range(high):
        for x in range(wide):
            if mask[y, x]:
                weight, z = contrast[y0 + y, x0 + x], scene.z[y0 + y, x0 + x]
                decibels[inside] = scene.mean_db[scene.channel[y0 + y], x0 + x]
                inside += 1
                lit += z > 1
                sigma += z
                peak = max(peak, weight)
                columns[x] += weight
                mass[y] += weight
                moment[y] += x * weight
    top = int(PEAK_SHARE * inside)
    strongest = max(np.float32(0), np.partition(decibels[:inside], top)[top])
    profile = (scene.along[y0:y1, x1] - scene.along[y0:y1, x0]) / np.float32(wide)
    ripple = np.abs(np.diff(profile)).mean() / (0.5 + np.abs(profile).mean()) if high > 1 else 0.0
    slope, agreement = _drift(mass, moment, scene.frequency_mhz[y0:y1], scene.bin_s)
    at_border = 1.0 if x0 == 0 or x1 == bins else 0.0
    lift, jump, kinship = _light_curve(x0, y0, x1, y1, scene)
    recurrence, sinking = _elsewhere(x0, y0, x1, y1, around, scene.bin_s, grow)
    return (
        np.log10(wide * scene.bin_s), np.log10(high), high / channels, inside / (high * wide), np.float64(np.log10(peak)),
        sigma / inside, np.log10(1 + strongest), lit / inside, ripple, slope, agreement, at_border,
        np.float64(x0 + np.argmax(columns)), lift, jump, kinship, recurrence, sinking,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _light_curve(x0, y0, x1, y1, scene):  # type: ignore[no-untyped-def]
    """How the spot comes and goes: receivers switch, bursts rise and decay."""
    around = round(AROUND_S / scene.bin_s)
    left, right = max(0, x0 - around), min(scene.z.shape[1], x1 + around)
    both = scene.down[y1, left:right] - scene.down[y0, left:right]
    even = scene.down_even[(y1 + 1) // 2, left:right] - scene.down_even[(y0 + 1) // 2, left:right]
    curve = both / np.float32(y1 - y0)
    begin, end = x0 - left, x1 - left
    during = curve[begin:end]
    beside = np.concatenate((curve[:begin], curve[end:]))
    lift = during.mean() - np.median(beside) if beside.size else 0.0
    last, jump = curve.size - 1, 0.0
    for t in range(3, curve.size):  # differences of running means over three bins, three bins apart
        later = curve[t - 1] + curve[t] + curve[min(t + 1, last)]
        earlier = curve[max(t - 4, 0)] + curve[t - 3] + curve[t - 2]
        jump = max(jump, abs(later - earlier) / 3)
    return lift, jump / (1 + during.max()), _correlation(even, both - even)


@njit(cache=True, nogil=True)
def _elsewhere(x0, y0, x1, y1, around, bin_s, grow):  # type: ignore[no-untyped-def]
    """Shares that stand out, which a burst leaves alone: up in its channels at other times, down in other channels meanwhile."""
    contrast = around.contrast
    channels, bins = contrast.shape
    gap = round(OTHER_TIMES_S / bin_s)
    before, after = max(0, x0 - gap), min(bins, x1 + gap)
    up = around.up[y0:y1].sum()
    for y in range(y0, y1):
        for x in range(before, after):
            up -= contrast[y, x] > grow
    below, above = max(0, y0 - OTHER_CHANNELS), min(channels, y1 + OTHER_CHANNELS)
    down = around.down[x0:x1].sum()
    for y in range(below, above):
        for x in range(x0, x1):
            down -= contrast[y, x] < -grow
    beside = (y1 - y0) * (before + bins - after)
    meanwhile = (channels - (above - below)) * (x1 - x0)
    return up / max(1, beside), down / max(1, meanwhile)


@njit(cache=True, nogil=True)
def _drift(mass, moment, frequency_mhz, bin_s):  # type: ignore[no-untyped-def]
    """Delay per e-fold of falling frequency (asinh of seconds), and the correlation behind it."""
    rows = mass > 0
    if rows.sum() < 3:
        return 0.0, 0.0
    share = mass[rows] / mass[rows].sum()
    delay, height = moment[rows] / mass[rows] * bin_s, -np.log(frequency_mhz[rows])
    delay, height = delay - (share * delay).sum(), height - (share * height).sum()
    variance, spread, both = (share * height**2).sum(), (share * delay**2).sum(), (share * height * delay).sum()
    if variance <= 0 or spread <= 0:
        return 0.0, 0.0
    return np.arcsinh(both / variance), both / np.sqrt(variance * spread)


@njit(cache=True, nogil=True)
def _correlation(one, other):  # type: ignore[no-untyped-def]
    """Correlation of two light curves: near 1 for what many channels share, 0 for their own noise."""
    one, other = one - one.mean(), other - other.mean()
    scale = np.sqrt((one * one).sum() * (other * other).sum())
    return (one * other).sum() / scale if scale > 0 else 0.0
