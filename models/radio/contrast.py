"""How far each spot of a spectrogram stands out from its surroundings, at the scales of the burst types."""

import numpy as np

from models.compiled import njit
from models.radio.box_means import box_means
from models.radio.quantiles import two_quantiles

# Strong carriers must not outweigh what many channels say together; bursts gain nothing above this.
CLIP_SIGMA = 8.0
# Channels x seconds. Type III: tall and brief; II: an oblique lane; IV and noise storms: long.
BRIEF = (15, 3)
LANE = (7, 7)
LONG = (9, 31)
# What lasts longer than a minute is not brief: it is taken away before brief strokes are looked for.
BRIEF_LASTS_S = 60.0
# Bursts fill up to two thirds of a map, so its spread is read off its tenth and third decile: -1.2816 and -0.5244 of a Gaussian.
DECILES = ((0.1, -1.2816), (0.3, -0.5244))


def contrasts(z: np.ndarray, bin_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Contrast of brief strokes, and of what lasts.

    Parameters
    ----------
    z : (F, B) float32 ndarray, sigma, of a `Scene`
    bin_s : seconds of one bin

    Returns
    -------
    brief : (F, B) float32 ndarray, in units of the robust spread of the map
    lasting : (F, B) float32 ndarray, likewise; hum and fringes, which make the spread wider, raise the bar by themselves
    """
    brief = _mean(z, BRIEF, bin_s)
    length = min(max(3, round(BRIEF_LASTS_S / bin_s)), max(1, z.shape[1] // 2))
    _take_away_lasting(brief, length | 1)
    _scale(brief, *_spread(brief))
    lane, long = _mean(z, LANE, bin_s), _mean(z, LONG, bin_s)
    _raise_to_larger(lane, *_spread(lane), long, *_spread(long))
    return brief, lane


def _mean(values: np.ndarray, size: tuple[int, int], bin_s: float) -> np.ndarray:
    """Clipped mean over ``size`` channels x seconds."""
    columns = max(1, round(size[1] / bin_s))
    rows = min(size[0], max(1, values.shape[0] // 3))
    return box_means(values, CLIP_SIGMA, rows, columns)


def _spread(values: np.ndarray) -> tuple[np.float32, np.float32]:
    """Middle and spread of a map, judged by its lower side, where bursts do not reach."""
    (low, z_low), (high, z_high) = DECILES
    sample = values[::3, ::5].ravel() if values.size > 1000 else values.ravel()
    at_low, at_high = two_quantiles(sample, low, high)
    # 0.02 sigma: a smoothed map of pure noise has 0.1 or more; less is a receiver that does not move.
    spread = max((at_high - at_low) / (z_high - z_low), 0.02)
    return np.float32(at_high - z_high * spread), np.float32(spread)


@njit(cache=True, nogil=True)
def _scale(values, middle, spread):  # type: ignore[no-untyped-def]
    """Values in units of their spread, in their place."""
    for row in range(values.shape[0]):
        for t in range(values.shape[1]):
            values[row, t] = (values[row, t] - middle) / spread


@njit(cache=True, nogil=True)
def _raise_to_larger(one, one_middle, one_spread, other, other_middle, other_spread):  # type: ignore[no-untyped-def]
    """The larger of two maps in units of their spreads, in the place of ``one``."""
    for row in range(one.shape[0]):
        for t in range(one.shape[1]):
            one[row, t] = max((one[row, t] - one_middle) / one_spread, (other[row, t] - other_middle) / other_spread)


@njit(cache=True, nogil=True)
def _take_away_lasting(values, length):  # type: ignore[no-untyped-def]
    """Subtract from each row its opening by ``length`` bins, an odd number: what lasts at least as long.

    The opening of `spikes.py` treats the ends otherwise: hence its own here.
    """
    bins, half = values.shape[1], length // 2
    one, other = np.empty(bins + 2 * half, np.float32), np.empty(bins + 2 * half, np.float32)
    bare = np.full(bins + 2 * half, np.inf, np.float32)  # nothing is known beyond the ends, so that they hold nothing up or down
    inside = bare[half : half + bins]
    for row in range(values.shape[0]):
        inside[:] = values[row]
        _negate(_lowest(bare, length, one, other), inside)
        _add(_lowest(bare, length, one, other), values[row])


@njit(cache=True, nogil=True)
def _lowest(values, length, one, other):  # type: ignore[no-untyped-def]
    """Lowest of each value and the ``length`` - 1 after it; in ``values``, ``one`` or ``other``, the last ``length`` - 1 void."""
    source, target, spare, width = values, one, other, 1
    while width < length:
        step = min(width, length - width)
        _lower(source, step, target)
        source, target, spare = target, spare, target
        width += step
    return source


@njit(cache=True, nogil=True)
def _lower(source, step, target):  # type: ignore[no-untyped-def]
    later = source[step:]
    for t in range(later.size):
        target[t] = min(source[t], later[t])


@njit(cache=True, nogil=True)
def _negate(source, target):  # type: ignore[no-untyped-def]
    for t in range(target.size):
        target[t] = -source[t]


@njit(cache=True, nogil=True)
def _add(source, target):  # type: ignore[no-untyped-def]
    for t in range(target.size):
        target[t] += source[t]
