"""Connected regions of a mask, by the runs of its rows: a tenth of OpenCV's time on a frame of 128 x 160."""

import numpy as np

from models.compiled import njit

# Columns of the table of `regions`: pixels, and the box, its last column and row excluded.
PIXELS, LEFT, TOP, RIGHT, BOTTOM = range(5)


@njit(cache=True, nogil=True)
def regions(values: np.ndarray, good: np.ndarray, limit: np.float32, least_pixels: int, kept: np.ndarray) -> np.ndarray:
    """Find the 8-connected regions of good pixels above a limit.

    Runs of one row that touch a run of the row before, at a corner or along an edge, are joined to it (two passes with a forest of
    runs: Wu, Otoo and Suzuki, Pattern Analysis and Applications 12, 117, 2009).

    Parameters
    ----------
    values : (h, w) float ndarray
    good : (h, w) bool ndarray, False where nothing counts
    limit : a pixel counts where its value is above
    least_pixels : smaller regions are dropped
    kept : (h, w) bool ndarray, filled: True in the regions that remain

    Returns
    -------
    (N, 5) int64 ndarray, for each region pixels, left, top, right, bottom, in the order of their first pixels
    """
    first, last, row, root = runs(values, good, limit)
    count = root.size
    pixels = _pixels(first, last, root)
    place = np.full(count, -1, np.int64)
    found = 0
    for run in range(count):
        if pixels[run] >= least_pixels:
            place[run] = found
            found += 1
    table = np.zeros((found, 5), np.int64)
    kept[:] = False
    for run in range(count):
        index = place[find(root, run)]
        if index < 0:
            continue
        kept[row[run], first[run] : last[run]] = True
        if table[index, PIXELS] == 0:
            table[index, LEFT], table[index, TOP] = first[run], row[run]
        table[index, PIXELS] += last[run] - first[run]
        table[index, LEFT] = min(table[index, LEFT], first[run])
        table[index, RIGHT] = max(table[index, RIGHT], last[run])
        table[index, BOTTOM] = row[run] + 1
    return table


@njit(cache=True, nogil=True)
def pixels_of_regions(values: np.ndarray, good: np.ndarray, limit: np.float32, least_pixels: int) -> int:
    """Pixels of all the regions that `regions` finds; the parameters are its."""
    first, last, _, root = runs(values, good, limit)
    total = 0
    for pixels in _pixels(first, last, root):
        total += pixels if pixels >= least_pixels else 0
    return total


@njit(cache=True, nogil=True)
def runs(
    values: np.ndarray, good: np.ndarray, limit: np.float32, corners: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find the runs of good pixels above a limit, and which of them are of one region.

    Parameters
    ----------
    values, good, limit : as for `regions`
    corners : 1 where pixels that touch at a corner are joined, else 0

    Returns
    -------
    (first, last, row, root), (N,) int32 ndarray each: first column of each run, the one after its last, its row, and a run of its
    region, from which `find` goes on
    """
    height, width = values.shape
    most = height * ((width + 1) // 2)
    first, last, row = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    root = np.empty(most, np.int32)
    line = np.zeros(width + 2, np.bool_)  # a row of the mask between two ends
    edges = np.empty(width + 2, np.int32)
    count, begun = 0, 0  # runs so far; where those of this row begin
    for y in range(height):
        above, begun = begun, count
        for x in range(width):
            line[x + 1] = good[y, x] & (values[y, x] > limit)
        found_edges = 0
        for x in range(width + 1):  # no branch, as nobody can foretell where noise begins
            edges[found_edges] = x
            found_edges += line[x] != line[x + 1]
        for edge in range(0, found_edges, 2):
            left, x = edges[edge], edges[edge + 1]
            first[count], last[count], row[count], root[count] = left, x, y, count
            while above < begun and last[above] < left + 1 - corners:
                above += 1
            touching = above
            while touching < begun and first[touching] < x + corners:
                one, other = find(root, touching), find(root, count)
                root[max(one, other)] = min(one, other)
                touching += 1
            count += 1
    return first[:count], last[:count], row[:count], root[:count]


@njit(cache=True, nogil=True)
def find(root: np.ndarray, run: int) -> int:
    """First run of the region to which a run belongs; the way there is shortened."""
    while root[run] != run:
        root[run] = root[root[run]]
        run = root[run]
    return run


@njit(cache=True, nogil=True)
def numbered(
    shape: tuple[int, int], first: np.ndarray, last: np.ndarray, row: np.ndarray, root: np.ndarray, number: np.ndarray
) -> np.ndarray:
    """(h, w) int32 ndarray: in each pixel of the runs the number that its region's first run has, -1 where there is none."""
    label = np.full(shape, -1, np.int32)
    for run in range(root.size):
        index = number[find(root, run)]
        for x in range(first[run], last[run] if index >= 0 else 0):
            label[row[run], x] = index
    return label


@njit(cache=True, nogil=True)
def _pixels(first: np.ndarray, last: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Pixels of each region, at its first run; 0 at the others."""
    pixels = np.zeros(root.size, np.int64)
    for run in range(root.size):
        pixels[find(root, run)] += last[run] - first[run]
    return pixels
