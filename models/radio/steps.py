"""Gain steps: receivers that jump from one level to another within a second, found and levelled."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit

# Channels jump together, in the whole band or in a part of it; the mean of ten shows a step of 0.15 dB through their noise.
BLOCK = 10
# A step is what differs between the 24 s before and the 24 s after, is there at once, and stays: type III bursts last 3 s and
# their groups flicker, flare continua rise within half a minute.
SIDE = 24
AT_ONCE = 3
AT_ONCE_SHARE = (0.8, 1.2)
# dB; measured steps are 0.15 to 0.73 dB (q10, q90), the largest 2.5.
LEAST_DB, MOST_DB = 0.15, 2.5
# Carriers count for no more than this; well above the largest step, so that a strong burst does not look level.
CLIP_DB = 6.0
# The scatter on either side, relative to the step: bursts are never that steady.
STEADY = 0.2
# The channels of a step taken together must be steadier still, level on both sides, and there within two seconds: of 21 candidates
# in 288 simulated files with bursts of types II to V none was, of 81 in 198 real files 45 are.
OWN_STEADY, LEVEL, WITHIN_2_S = 0.15, 0.3, (0.65, 1.4)
# A channel takes part where it moves by the step of the block give or take a half; so must most of five neighbours.
ALIKE = 0.5
NEIGHBOURS, MOST = 5, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One gain step.

    Attributes
    ----------
    bin : the time bin in which it falls
    share : of that bin that lies after it
    rise_db : (F,) float32 ndarray, dB, of each channel; 0 for those that do not take part
    """

    bin: int
    share: float
    rise_db: np.ndarray


def find_steps(mean_db: np.ndarray) -> list[Step]:
    """Steps of a spectrogram, in the order of time.

    Parameters
    ----------
    mean_db : (F, B) float32 ndarray, dB, means of one-second bins, NaN where masked; the level of a channel is of no account

    Returns
    -------
    list of `Step`; none within `SIDE` bins of either end
    """
    channels, bins = mean_db.shape
    if bins < 2 * SIDE + 3 or channels < BLOCK:
        return []
    first = np.arange(0, channels - BLOCK + 1, BLOCK)
    size = np.diff(first, append=channels)
    middle, blocks = np.empty(channels, dtype=np.float32), np.zeros((first.size, bins), dtype=np.float32)
    _add_up(mean_db, np.float32(CLIP_DB), middle, blocks)
    rise, score, share = np.zeros((3, first.size, bins - 2 * SIDE - 2))
    _rises(blocks / size[:, None], rise, score, share)
    steps: list[Step] = []
    while score.size and score.max() > 0:
        block, place = (int(index) for index in np.unravel_index(score.argmax(), score.shape))
        at, size_db = place + SIDE + 1, rise[block, place]
        near = slice(max(0, place - SIDE), place + SIDE + 1)
        inside = slice(first[block], first[block] + size[block])
        if _alike(_rise(mean_db[inside], middle[inside], at), size_db).mean() >= MOST:
            own = _rise(mean_db, middle, at)
            rows = _together(_alike(own, size_db), inside)
            if rows.size >= BLOCK and _is_steady(_curve(mean_db, middle, rows, at)):
                jump = np.zeros(channels, dtype=np.float32)
                jump[rows] = own[rows]
                steps.append(Step(at, float(share[block, place]), jump))
                score[np.isin(first, first[(first + size > rows[0]) & (first <= rows[-1])]), near] = 0
        score[block, near] = 0
    return sorted(steps, key=lambda step: step.bin)


def level_steps(mean_db: np.ndarray, steps: list[Step]) -> np.ndarray:
    """Bring what follows each step back to the level before it.

    Parameters
    ----------
    mean_db : (F, B) float32 ndarray, dB, NaN where masked
    steps : as `find_steps` gives them

    Returns
    -------
    (F, B) float32 ndarray, dB, a copy
    """
    levelled = mean_db.copy()
    for step in steps:
        levelled[:, step.bin] -= step.share * step.rise_db
        levelled[:, step.bin + 1 :] -= step.rise_db[:, None]
    return levelled


@njit(cache=True, nogil=True)
def _add_up(mean_db, clip_db, middle, blocks):  # type: ignore[no-untyped-def]
    """Mean of each channel, and for each block the sum of its channels' differences to it, clipped; 0 where masked."""
    for row in range(mean_db.shape[0]):
        total, count = _sum_of_known(mean_db[row])
        middle[row] = total / max(count, 1)
        _add_differences(mean_db[row], middle[row], clip_db, blocks[min(row // BLOCK, blocks.shape[0] - 1)])


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _sum_of_known(values):  # type: ignore[no-untyped-def]
    total, count = 0.0, 0
    for t in range(values.size):
        known = values[t] == values[t]
        total += float(values[t]) if known else 0.0
        count += known
    return total, count


@njit(cache=True, nogil=True)
def _add_differences(values, middle, clip_db, sums):  # type: ignore[no-untyped-def]
    for t in range(values.size):
        difference = min(max(values[t] - middle, -clip_db), clip_db)
        sums[t] += difference if values[t] == values[t] else np.float32(0)


def _differences(mean_db: np.ndarray, middle: np.ndarray, first: int, count: int) -> np.ndarray:
    """Clipped differences to the channels' means in some bins; masked ones count as 0."""
    some = np.clip(mean_db[:, first : first + count] - middle[:, None], -CLIP_DB, CLIP_DB)
    return np.asarray(np.where(np.isfinite(some), some, np.float32(0)))


def _rise(mean_db: np.ndarray, middle: np.ndarray, at: int) -> np.ndarray:
    """(F,) float32 ndarray: mean of the `SIDE` bins after a bin less that of those before it."""
    before, after = (_differences(mean_db, middle, start, SIDE).mean(axis=1) for start in (at - SIDE, at + 1))
    return np.asarray(after - before)


def _alike(own: np.ndarray, size_db: float) -> np.ndarray:
    """(F,) bool ndarray: channels that move by a step's size."""
    return np.asarray(np.abs(own - size_db) < ALIKE * abs(size_db))


def _curve(mean_db: np.ndarray, middle: np.ndarray, rows: np.ndarray, at: int) -> np.ndarray:
    """(2, `SIDE`) float64 ndarray: mean over some channels, before the bin of a step and after it."""
    curve = _differences(mean_db[rows], middle[rows], at - SIDE, 2 * SIDE + 1).mean(axis=0, dtype=np.float64)
    return np.stack([curve[:SIDE], curve[SIDE + 1 :]])


def _is_steady(curve: np.ndarray) -> bool:
    """Whether the channels of a step are level on both sides of it, and jump at once."""
    rise = abs(float(np.diff(curve.mean(axis=1))[0]))
    at_once = float(curve[1, :2].mean() - curve[0, -2:].mean()) / float(np.diff(curve.mean(axis=1))[0])
    time = np.arange(SIDE) - (SIDE - 1) / 2
    slope = np.abs(curve @ time).max() * SIDE / float(time @ time)
    level = curve.std(axis=1).max() < OWN_STEADY * rise and slope < LEVEL * rise
    return bool(level and WITHIN_2_S[0] < at_once < WITHIN_2_S[1])


@njit(cache=True, nogil=True)
def _rises(level, rise, score, share):  # type: ignore[no-untyped-def]
    """Rise, score (0: no step) and share after it, for each block and each bin that has `SIDE` + 1 bins on both sides."""
    sums, squares = np.zeros(level.shape[1] + 1), np.zeros(level.shape[1] + 1)
    for block in range(level.shape[0]):
        for t in range(level.shape[1]):
            sums[t + 1] = sums[t] + level[block, t]
            squares[t + 1] = squares[t] + level[block, t] * level[block, t]
        for place in range(rise.shape[1]):
            at = place + SIDE + 1
            before, after = (sums[at] - sums[at - SIDE]) / SIDE, (sums[at + 1 + SIDE] - sums[at + 1]) / SIDE
            jump = after - before
            size = abs(jump)
            rise[block, place] = jump
            if size <= LEAST_DB or size >= MOST_DB:
                continue
            at_once = (sums[at + 1 + AT_ONCE] - sums[at + 1] - sums[at] + sums[at - AT_ONCE]) / (AT_ONCE * jump)
            if at_once <= AT_ONCE_SHARE[0] or at_once >= AT_ONCE_SHARE[1]:
                continue
            square_before = (squares[at] - squares[at - SIDE]) / SIDE - before * before
            square_after = (squares[at + 1 + SIDE] - squares[at + 1]) / SIDE - after * after
            scatter = np.sqrt(max(square_before, square_after, 1e-6))
            if scatter < STEADY * size:
                score[block, place] = size / scatter
                share[block, place] = min(max((level[block, at] - before) / jump, 0.0), 1.0)


def _together(alike: np.ndarray, inside: slice) -> np.ndarray:
    """Channels around a block that jump as it does."""
    most = np.convolve(alike, np.full(NEIGHBOURS, 1 / NEIGHBOURS), mode="same") > 0.5
    most[inside] = True
    ends = np.flatnonzero(~most)
    low = ends[ends < inside.start].max(initial=-1) + 1
    high = ends[ends >= inside.stop].min(initial=alike.size)
    return np.asarray(np.flatnonzero(alike[low:high]) + low)
