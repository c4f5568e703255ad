"""Connected spots of a contrast map."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit

# The maps are in units of their own spread. A spot grows down to 3 and must reach 4; pure noise has its maximum near 4.
GROW = 3.0
REACH = 4.0
MIN_CHANNELS = 5  # carriers are narrower, even after the smoothing
MOST = 20  # strongest spots of a map that are looked at
Box = tuple[float, float, float, float]  # x0, y0, x1, y1
# A spot belongs to a longer burst where this share of its box lies in the burst's.
WITHIN = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Blob:
    """One spot.

    Attributes
    ----------
    x0, y0, x1, y1 : its box, bins and good channels, the upper ends exclusive
    mask : (y1 - y0, x1 - x0) bool ndarray, its pixels
    """

    x0: int
    y0: int
    x1: int
    y1: int
    mask: np.ndarray

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Its corners, (x0, y0, x1, y1)."""
        return self.x0, self.y0, self.x1, self.y1


def find_blobs(contrast: np.ndarray, up: np.ndarray) -> list[Blob]:
    """Spots of a map, strongest (by contrast times area) first; pixels that touch at a corner belong together.

    Parameters
    ----------
    contrast : (F, B) float32 ndarray
    up : (F,) int32 ndarray, pixels of each channel above `GROW`
    """
    runs = _runs(contrast, up, np.float32(GROW))
    box, peak, total = _spots(contrast, runs)
    high = box[:, 3] - box[:, 1] >= min(MIN_CHANNELS, contrast.shape[0])
    strong = np.flatnonzero(high & (peak >= REACH))
    order = np.lexsort((box[strong, 1], box[strong, 0], -total[strong]))
    spots = strong[order[:MOST]]
    size = (box[spots, 2] - box[spots, 0]) * (box[spots, 3] - box[spots, 1])
    ends = np.cumsum(size, dtype=np.int64)
    place = np.full(peak.size, -1)
    place[spots] = np.arange(spots.size)
    drawn = np.zeros(ends[-1] if spots.size else 0, dtype=bool)
    _draw(runs, place, box[spots], ends - size, drawn)
    return [
        Blob(x0, y0, x1, y1, drawn[end - (y1 - y0) * (x1 - x0) : end].reshape(y1 - y0, x1 - x0))
        for (x0, y0, x1, y1), end in zip(box[spots].tolist(), ends.tolist(), strict=True)
    ]


def cut(blob: Blob, x0: int, x1: int) -> Blob:
    """The part of a spot from bin ``x0`` to before ``x1``, in which it has pixels."""
    mask = blob.mask[:, x0 - blob.x0 : x1 - blob.x0]
    ys = np.flatnonzero(mask.any(axis=1))
    return Blob(x0, blob.y0 + int(ys[0]), x1, blob.y0 + int(ys[-1]) + 1, mask[ys[0] : ys[-1] + 1])


def lies_within(blob: Blob, burst: Blob) -> bool:
    """Whether a spot belongs to a longer burst of its type: `WITHIN` of its box lies in the burst's."""
    return _shared(blob.box, burst.box) >= WITHIN * _area(blob.box)


def shared_of_union(one: Box, other: Box) -> float:
    """What two boxes share of their union."""
    shared = _shared(one, other)
    return shared / (_area(one) + _area(other) - shared)


def _shared(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


@njit(cache=True, nogil=True)
def _runs(contrast, up, grow):  # type: ignore[no-untyped-def]
    """Runs of pixels that stand out: (N, 4) int32 ndarray of row, first, end and spot, spots numbered as they begin.

    Nearly all pixels are quiet: connecting runs takes a fifth of the time of labelling an image, and eight quiet ones are passed
    over at once.
    """
    rows, bins = contrast.shape
    stands = np.zeros(bins + 8 - bins % 8, np.uint8)
    eights = stands.view(np.uint64)
    runs = np.empty((up.sum(), 4), np.int32)
    count = above = here = 0  # runs so far; where those of the row above begin, and those of this row
    for row in range(rows):
        above, here = here, count
        if up[row]:
            _compare(contrast[row], grow, stands)
        t = 0 if up[row] else bins
        while t < bins:
            if t % 8 == 0 and not eights[t // 8]:
                t += 8
                continue
            if not stands[t]:
                t += 1
                continue
            first = t
            while stands[t]:  # the last one never is
                t += 1
            runs[count, 0], runs[count, 1], runs[count, 2], runs[count, 3] = row, first, t, count
            while above < here and runs[above, 2] < first:
                above += 1
            other = above
            while other < here and runs[other, 1] <= t:
                _connect(runs, count, other)
                other += 1
            count += 1
    spots = 0
    for index in range(count):  # a run's parent stands before it, so that its number is known
        parent = runs[index, 3]
        if parent == index:
            runs[index, 3] = spots
            spots += 1
        else:
            runs[index, 3] = runs[parent, 3]
    return runs[:count]


@njit(cache=True, nogil=True)
def _compare(values, limit, above):  # type: ignore[no-untyped-def]
    for t in range(values.size):
        above[t] = values[t] > limit


@njit(cache=True, nogil=True)
def _connect(runs, one, other):  # type: ignore[no-untyped-def]
    """Make two runs parts of one spot: the first run of the one becomes a child of the first run of the other."""
    while runs[one, 3] != one:
        one = runs[one, 3]
    while runs[other, 3] != other:
        other = runs[other, 3]
    runs[max(one, other), 3] = min(one, other)


@njit(cache=True, nogil=True)
def _spots(contrast, runs):  # type: ignore[no-untyped-def]
    """Box, highest value and sum of each spot."""
    count = runs[:, 3].max() + 1 if runs.shape[0] else 0
    box = np.empty((count, 4), np.int32)
    box[:, 0], box[:, 1], box[:, 2], box[:, 3] = contrast.shape[1], contrast.shape[0], 0, 0
    peak, total = np.zeros(count, np.float32), np.zeros(count)
    for row, first, end, spot in runs:
        box[spot, 0], box[spot, 1] = min(box[spot, 0], first), min(box[spot, 1], row)
        box[spot, 2], box[spot, 3] = max(box[spot, 2], end), row + 1
        for t in range(first, end):
            peak[spot] = max(peak[spot], contrast[row, t])
            total[spot] += contrast[row, t]
    return box, peak, total


@njit(cache=True, nogil=True)
def _draw(runs, place, box, begin, drawn):  # type: ignore[no-untyped-def]
    """Draw the pixels of the spots that have a place, each mask by rows from its ``begin`` on."""
    for row, first, end, spot in runs:
        if place[spot] >= 0:
            x0, y0, x1, _ = box[place[spot]]
            start = begin[place[spot]] + (row - y0) * (x1 - x0) - x0
            drawn[start + first : start + end] = True
