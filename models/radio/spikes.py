"""Samples to time bins without interference spikes, in one pass over each channel while it lies in the core's cache."""

import numpy as np

from models.compiled import njit

# Three quarters of the interference lasts under a second (63 % one sample); type III bursts last 2.5-3 s in one channel.
SPIKE_S = 1.0
SPIKE_SIGMA = np.float32(6.0)
# Strong bursts peak above their own plateau; a quarter of the plateau's height is theirs.
SPIKE_PLATEAU = np.float32(0.25)
# dB: successive differences count up to four digits, so that spikes do not; half a digit's quantisation noise is the floor.
MOST_STEP_DB = np.float32(1.5)
LEAST_NOISE_DB = np.float32(0.06)
# |difference| of two Gaussians has the mean 2 sigma / sqrt(pi).
NOTHING, LEFT_OUT, NOT_THERE = np.float32(0), np.float32(-np.inf), np.float32(np.nan)
NOISE_OF_STEP = np.float32(np.sqrt(np.pi) / 2)


def pool_without_spikes(
    intensity: np.ndarray, unit_db: float, rows: np.ndarray, index: np.ndarray, bins: int, step_s: float
) -> np.ndarray:
    """Mean of each time bin, samples that are spikes left out.

    Parameters
    ----------
    intensity : (F, T) uint8 or float32 ndarray, digits
    unit_db : dB of one digit
    rows : (N,) int ndarray, the channels wanted
    index : (T,) int ndarray, the bin of each sample, ascending
    bins : number of bins
    step_s : seconds of one sample

    Returns
    -------
    (F, bins) float32 ndarray, dB, NaN where no sample is left and in rows not wanted
    """
    mean = np.full((intensity.shape[0], bins), np.nan, dtype=np.float32)
    edges = np.searchsorted(index, np.arange(bins + 1))
    fours = np.array_equal(edges, 4 * np.arange(bins + 1))
    _pool(intensity, np.float32(unit_db), rows, edges, fours, _spike_samples(step_s, intensity.shape[1]), mean)
    return mean


def spikes(intensity: np.ndarray, unit_db: float, step_s: float) -> np.ndarray:
    """Samples that stand out from what lasts at least a second in their channel.

    Parameters
    ----------
    intensity : (F, T) uint8 or float32 ndarray, digits
    unit_db : dB of one digit
    step_s : seconds of one sample

    Returns
    -------
    (F, T) bool ndarray, True where `pool_without_spikes` leaves the sample out
    """
    masked = np.zeros(intensity.shape, dtype=np.bool_)
    _mark(intensity, np.float32(unit_db), _spike_samples(step_s, intensity.shape[1]), masked)
    return masked


def _spike_samples(step_s: float, samples: int) -> int:
    """Samples that a second takes; 1, with which nothing is a spike, where sampling is too slow or the file too short to tell."""
    length = round(SPIKE_S / step_s)
    return length if 1 < length <= samples // 2 else 1


@njit(cache=True, nogil=True)
def _pool(intensity, unit_db, rows, edges, fours, length, mean):  # type: ignore[no-untyped-def]
    samples = intensity.shape[1]
    level, kept = np.empty(samples, np.float32), np.empty(samples, np.float32)
    one, other = np.empty(samples, np.float32), np.empty(samples, np.float32)
    for row in rows:
        for t in range(samples):
            level[t] = intensity[row, t] * unit_db
        _leave_out(level, length, one, other, kept)
        if fours:
            _pool_fours(kept, mean[row])
        else:
            _pool_one(kept, edges, mean[row])


@njit(cache=True, nogil=True)
def _pool_fours(kept, mean):  # type: ignore[no-untyped-def]
    """As `_pool_one`, for the four samples of 84 % of the archive: a number that the compiler knows takes a sixth of the time."""
    for place in range(mean.size):
        first, second, third, fourth = kept[4 * place], kept[4 * place + 1], kept[4 * place + 2], kept[4 * place + 3]
        total = (
            (first if first > LEFT_OUT else NOTHING)
            + (second if second > LEFT_OUT else NOTHING)
            + (third if third > LEFT_OUT else NOTHING)
            + (fourth if fourth > LEFT_OUT else NOTHING)
        )
        count = (first > LEFT_OUT) + (second > LEFT_OUT) + (third > LEFT_OUT) + (fourth > LEFT_OUT)
        average = total / np.float32(max(count, 1))
        mean[place] = average if count else NOT_THERE


@njit(cache=True, nogil=True)
def _pool_one(kept, edges, mean):  # type: ignore[no-untyped-def]
    for place in range(edges.size - 1):
        total, count = NOTHING, 0
        for t in range(edges[place], edges[place + 1]):
            there = kept[t] > LEFT_OUT
            total += kept[t] if there else NOTHING
            count += there
        if count:
            mean[place] = total / np.float32(count)


@njit(cache=True, nogil=True)
def _mark(intensity, unit_db, length, masked):  # type: ignore[no-untyped-def]
    samples = intensity.shape[1]
    level, kept = np.empty(samples, np.float32), np.empty(samples, np.float32)
    one, other = np.empty(samples, np.float32), np.empty(samples, np.float32)
    for row in range(intensity.shape[0]):
        for t in range(samples):
            level[t] = intensity[row, t] * unit_db
        _leave_out(level, length, one, other, kept)
        masked[row] = kept == LEFT_OUT


@njit(cache=True, nogil=True)
def _leave_out(level, length, one, other, kept):  # type: ignore[no-untyped-def]
    """Copy one channel to ``kept``, its spikes as `LEFT_OUT`; ``one`` and ``other`` are room to work in."""
    samples = level.size
    lasting = _opened(level, length, one, other)
    quiet, count = NOTHING, 0
    for t in range(0, samples, length):
        quiet += lasting[t]
        count += 1
    quiet /= np.float32(count)
    limit = SPIKE_SIGMA * _noise(level)
    for t in range(samples):
        plateau = max(lasting[t] - quiet, NOTHING)
        kept[t] = LEFT_OUT if level[t] - lasting[t] > limit + SPIKE_PLATEAU * plateau else level[t]


@njit(cache=True, nogil=True)
def _opened(level, length, one, other):  # type: ignore[no-untyped-def]
    """Grey opening of one channel, what lasts at least ``length`` samples, in ``one`` or ``other``."""
    source, target, spare = level, one, other
    width = 1
    while width < length:
        step = min(width, length - width)
        _lower(source, target, step)
        source, target, spare = target, spare, target
        width += step
    width = 1
    while width < length:
        step = min(width, length - width)
        _higher(source, target, step)
        source, target, spare = target, spare, target
        width += step
    return source


# Loops of their own that read one array and write another: in place, or within the loop above, the compiler makes branches of
# minimum and maximum, which takes twelve times as long.
@njit(cache=True, nogil=True)
def _lower(source, target, step):  # type: ignore[no-untyped-def]
    later = source[step:]
    for t in range(later.size):
        target[t] = min(source[t], later[t])
    target[later.size :] = source[later.size :]


@njit(cache=True, nogil=True)
def _higher(source, target, step):  # type: ignore[no-untyped-def]
    later, raised = source[step:], target[step:]
    for t in range(later.size):
        raised[t] = max(source[t], later[t])
    target[:step] = source[:step]


@njit(cache=True, nogil=True)
def _noise(level):  # type: ignore[no-untyped-def]
    """Noise of one sample in dB, from successive differences: their mean, because whole digits leave 42 % of them at 0."""
    total, count = NOTHING, 0
    for t in range(0, level.size - 1, 4):
        total += min(abs(level[t + 1] - level[t]), MOST_STEP_DB)
        count += 1
    return max(total / np.float32(count) * NOISE_OF_STEP, LEAST_NOISE_DB)
