"""What frames tell together: how still the sky is, how fast clouds come, and whether it stayed clear long enough."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.sky.metrics import SkyClass

SHORT_S, LONG_S = 300.0, 900.0
# A sky is photometric that showed no cloud for half an hour; a run ends where nobody looked for five minutes.
PHOTOMETRIC_S, MOST_UNSEEN_S = 1800.0, 300.0
LEAST_FRAMES = 4  # in a window; a straight line through fewer says nothing of what is left


@dataclass(frozen=True, slots=True, eq=False)
class SequenceMetrics:
    """Measures of N frames that need those around them; NaN where a window holds fewer than 4 judged frames.

    Attributes
    ----------
    variance_5min_adu2, variance_15min_adu2 : (N,) float64 ndarray, ADU^2, of the level about a line over the minutes before
    cloud_rate_per_min : (N,) float64 ndarray, change of the cloud fraction a minute over the 5 minutes before
    classes : a class each, None where the frame was not judged
    """

    variance_5min_adu2: np.ndarray
    variance_15min_adu2: np.ndarray
    cloud_rate_per_min: np.ndarray
    classes: tuple[SkyClass | None, ...]


def measure_sequence(
    seconds: np.ndarray, level_adu: np.ndarray, cloud_fraction: np.ndarray, classes: Sequence[SkyClass | None]
) -> SequenceMetrics:
    """Measure frames in the order of their times.

    That fluctuations of the sky's level betray thin cirrus that no single frame shows is Kerber's (Proc. SPIE 9147, 2014); a slow
    drift, of the air or the camera, is taken out with the straight line.

    Parameters
    ----------
    seconds : (N,) float64 ndarray, ascending
    level_adu : (N,) float64 ndarray, ADU, mean level of the frame; NaN where it was not judged
    cloud_fraction : (N,) float64 ndarray; NaN where it was not judged
    classes : of the frames alone, None where not judged
    """
    short, long = _line(seconds, level_adu, SHORT_S)[1], _line(seconds, level_adu, LONG_S)[1]
    rate = 60 * _line(seconds, cloud_fraction, SHORT_S)[0]
    return SequenceMetrics(short, long, rate, _classes(seconds, classes))


def _line(seconds: np.ndarray, values: np.ndarray, window_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Slope a second, and variance about the line, of the values in the window that ends with each frame; by running sums."""
    slope, variance = np.full(len(values), np.nan), np.full(len(values), np.nan)
    known = np.flatnonzero(np.isfinite(values))
    if known.size < LEAST_FRAMES:
        return slope, variance
    t = seconds[known] - seconds[known].mean()
    y = values[known] - np.median(values[known])  # small numbers: differences of running sums lose no digits that count
    first = np.searchsorted(t, t - window_s, side="left")
    last = np.arange(1, t.size + 1)
    n, st, sy, stt, sty, syy = (_window(item, first, last) for item in (np.ones_like(t), t, y, t * t, t * y, y * y))
    spread, shared, scatter = stt - st * st / n, sty - st * sy / n, syy - sy * sy / n
    enough = (n >= LEAST_FRAMES) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        steep = shared / spread
        left = np.maximum(scatter - steep * shared, 0) / (n - 2)
    slope[known], variance[known] = np.where(enough, steep, np.nan), np.where(enough, left, np.nan)
    return slope, variance


def _window(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[last] - total[first])


def _classes(seconds: np.ndarray, classes: Sequence[SkyClass | None]) -> tuple[SkyClass | None, ...]:
    """The classes, photometric ones of runs that are too short made spectroscopic; frames that were not judged end no run."""
    ended = list(classes)
    run: list[int] = []
    for index in [*(number for number, kind in enumerate(classes) if kind is not None), len(classes)]:
        here = index < len(classes) and classes[index] == "photometric"
        if run and (not here or seconds[index] - seconds[run[-1]] > MOST_UNSEEN_S):
            if seconds[run[-1]] - seconds[run[0]] < PHOTOMETRIC_S:
                for member in run:
                    ended[member] = "spectroscopic"
            run = []
        if here:
            run.append(index)
    return tuple(ended)
