"""Drift of what crosses the band within seconds: type III and everything like it.

The channels are shifted against each other until their sum is sharpest, as pulses of pulsars are dedispersed: far below one sigma a
channel the sum still stands out, and nothing has to be decided channel by channel.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.compiled import njit
from models.radio.arcsinh import arcsinh
from models.radio.ridge_sums import stacked, summits

# Alvarez & Haddock (1973, Solar Phys. 29, 197): df/dt = -0.01 f^1.84 MHz/s, hence t = DELAY f^-POWER / K; K = 1 is their burst.
POWER = 0.84
DELAY = 1 / (0.01 * POWER)
# Slowness relative to that law: 29 real ridges have 0.66 to 2.23, two of them reversed.
SLOWEST, FASTEST, TRIALS = 8.0, 0.1, 36
# Of ridges that are about as sharp the likelier counts: a spike at all frequencies at once, or two beams joined, make false ones.
# The logarithm of those 29 scatters by 0.6 about that of 1.5.
USUAL, SCATTER, PREFERENCE = 1.5, 0.6, 0.05
# Full width at half maximum of a real stroke in one channel is 2.5 to 3 s: a Gaussian of 1.1 s.
TEMPLATE_S = 1.1
BLOCKS = 10
# Front, peak and back of one beam move at 0.20, 0.17 and 0.15 c (Reid & Kontar 2018, A&A 614, A69): which of them a ridge
# follows is not better defined than this share.
IDENTITY = 0.05
MIN_ROWS = 8
# The grid about the best trial: slownesses, and starts in quarters of a bin.
FINE, SPAN, PHASES = 41, 33, 4
# Channels count by how bright the ridge is there, in the mean of so many neighbours, above this share of the brightest.
ROW_SMOOTH, LEAST_BRIGHT = 9, 0.15


@dataclass(frozen=True, slots=True)
class Stroke:
    """The ridge of one stroke: second = second_at + slowness DELAY (f^-POWER - at_mhz^-POWER).

    Attributes
    ----------
    at_mhz : MHz, where the drift is known best
    second_at : s after the first column
    slowness, slowness_sigma : relative to Alvarez & Haddock, and its standard deviation: from leaving out tenths of the band, and
        from what a ridge is at all
    """

    at_mhz: float
    second_at: float
    slowness: float
    slowness_sigma: float

    @property
    def drift_mhz_s(self) -> float:
        """Drift at ``at_mhz``."""
        return float(-0.01 / self.slowness * self.at_mhz ** (POWER + 1))

    @property
    def drift_sigma_mhz_s(self) -> float:
        """Its standard deviation."""
        return abs(self.drift_mhz_s * self.slowness_sigma / self.slowness)


def find_stroke(level: np.ndarray, frequency_mhz: np.ndarray, bin_s: float) -> Stroke | None:
    """Follow the strongest stroke of a region.

    Parameters
    ----------
    level : (F, B) float32 ndarray, in sigma of each channel, 0 where masked or outside the region
    frequency_mhz : (F,) float64 ndarray, MHz, ascending
    bin_s : seconds of one bin

    Returns
    -------
    Stroke, or None where there are too few channels
    """
    if frequency_mhz.size < MIN_ROWS or level.shape[1] < 3:
        return None
    # The inverse sine lets neither carriers nor the brightest members of a group outweigh everything else.
    level = arcsinh(np.maximum(level, np.float32(-2)) / np.float32(2))
    level -= np.median(level, axis=1, keepdims=True)
    delay = DELAY * frequency_mhz**-POWER / bin_s
    level = _blurred(level, _template(bin_s))
    half = np.geomspace(FASTEST, SLOWEST, TRIALS)
    trials = np.concatenate([-half[::-2], half])
    likely = np.exp(-PREFERENCE * (np.log(np.abs(trials) / USUAL) / SCATTER) ** 2)
    weight = np.full(frequency_mhz.size, 1.0)
    block = np.arange(frequency_mhz.size) * BLOCKS // frequency_mhz.size
    starts = np.arange(level.shape[1], dtype=np.float64)
    middle = float(np.median(delay))
    summed = stacked(level, delay - middle, weight, np.zeros_like(block), trials, starts, 1)[0] * likely[:, None]
    slowest, first = np.unravel_index(int(summed.argmax()), summed.shape)
    slowness, place = float(trials[slowest]), float(starts[first])
    for _ in range(2):
        bright = _smooth(_along(level, slowness * (delay - middle) + place))
        weight = np.maximum(bright - LEAST_BRIGHT * bright.max(initial=0), 0)
        if np.count_nonzero(weight) < MIN_ROWS:
            return None
        share = weight / weight.sum()
        shifted = float((share * delay).sum())
        place += slowness * (shifted - middle)
        middle = shifted
        spread = float(np.sqrt((share * (delay - middle) ** 2).sum()))
        # One step of the grid moves the ends of the ridge by a quarter of a bin.
        step = 0.25 / (2 * spread)
        tried = slowness + step * (np.arange(FINE) - FINE // 2)
        at = place + (np.arange(SPAN) - SPAN // 2) / PHASES
        sums = stacked(level, delay - middle, weight, block, tried, at, PHASES)
        highest = summits(sums.sum(axis=0), sums)
        *without, slowness = (tried[0] + highest[:, 0] * (tried[1] - tried[0])).tolist()
        place = float(at[0] + highest[-1, 1] * (at[1] - at[0]))
    variance = (BLOCKS - 1) / BLOCKS * ((without - np.mean(without)) ** 2).sum()
    return Stroke(
        at_mhz=float((middle * bin_s / DELAY) ** (-1 / POWER)),
        second_at=(place + 0.5) * bin_s,
        slowness=slowness,
        slowness_sigma=float(np.sqrt(variance + (IDENTITY * slowness) ** 2)),
    )


def _template(bin_s: float) -> np.ndarray:
    reach = max(1, round(2 * TEMPLATE_S / bin_s))
    shape = np.exp(-0.5 * (np.arange(-reach, reach + 1) * bin_s / TEMPLATE_S) ** 2)
    return np.asarray(shape / shape.sum(), dtype=np.float32)


def _blurred(level: np.ndarray, template: np.ndarray) -> np.ndarray:
    """(F, B) float32 ndarray, each channel folded with the template; nothing lies beyond the ends."""
    return np.asarray(cv2.filter2D(level, -1, template[None, :], borderType=cv2.BORDER_CONSTANT))


def _smooth(values: np.ndarray) -> np.ndarray:
    size = min(ROW_SMOOTH, values.size)
    return np.convolve(values, np.full(size, 1 / size), mode="same")


@njit(cache=True, nogil=True)
def _along(level, ridge):  # type: ignore[no-untyped-def]
    """(F,) level of each channel on the ridge, 0 beyond the ends."""
    rows, bins = level.shape
    bright = np.zeros(rows)
    for row in range(rows):
        t = int(np.rint(ridge[row]))
        if 0 <= t < bins:
            bright[row] = level[row, t]
    return bright
