"""Large and faint clouds, marked to their edges: where the excess falls by a cloud's own height, half that height is its limit."""

import numpy as np

from models.compiled import njit
from models.sky.regions import find, runs
from models.sky.sigma_filter import mean_of_alike

# Chosen by injected clouds in 48 simulated clear frames, half of them of unknown cameras (clear_sky.md).
LEAST_SIGMA = 1.7  # of a faint cloud's limit, and of the mean of 3 x 3 pixels within one
LEAST_PIXELS = 500  # of 128 x 160; in smaller ones all is edge
# Over a cloud's edge the excess falls by so much of its height, the mean of all of it: over a soft one by less. And by so much over
# the edge of each part that is added: what is uneven in the sky beside a cloud does not.
EDGE_STEP, PART_STEP = 0.6, 0.3
OUTSIDE = -1


@njit(cache=True, nogil=True)
def add_faint(mask: np.ndarray, excess_adu: np.ndarray, good: np.ndarray, sigma_adu: float, limit_adu: float) -> bool:
    """Add to a mask, in place, what of large and faint clouds lies beneath its limit.

    What the camera's pattern leaves takes much of a cloud beneath the limit, half of one that is hardly above it. But where a cloud
    ends in a step of its own height, what lies within that step is cloud, and what rises slowly out of the sky is not.

    Parameters
    ----------
    mask : (h, w) bool ndarray, True under cloud
    excess_adu : (h, w) float32 ndarray, ADU over the clear sky
    good : (h, w) bool ndarray, False where no sky is seen
    sigma_adu : standard deviation of the excess of a clear pixel
    limit_adu : above which all is cloud

    Returns
    -------
    Whether anything was added
    """
    least = LEAST_SIGMA * sigma_adu
    inside = _risen(mask, excess_adu, good, np.float32(least))
    label, height = _faint_clouds(mask, excess_adu, inside, 2 * limit_adu)
    if height.size == 0:
        return False
    ending = _steps(excess_adu, good, label, inside, height.size) > EDGE_STEP * height
    if not ending.any():
        return False
    limits = np.where(ending, np.maximum(height / 2, least), np.inf)
    parts = _parts(mask, excess_adu, good, label, limits, np.float32(sigma_adu))
    first, last, row, root = runs(parts, parts, np.float32(0.5))
    number = _numbered(parts.shape, first, last, row, root, np.arange(root.size))
    step = _steps(excess_adu, good, number, mask | parts, root.size)
    added = False
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if parts[y, x] and step[number[y, x]] > PART_STEP * height[label[y, x]]:
                mask[y, x] = added = True
    return added


@njit(cache=True, nogil=True, fastmath=True)
def _risen(mask: np.ndarray, excess_adu: np.ndarray, good: np.ndarray, least: np.float32) -> np.ndarray:
    """(h, w) bool ndarray: what is seen of the mask, and where the mean of a pixel and those around it is above a limit."""
    height, width = mask.shape
    above = np.zeros((height + 2, width + 2), np.float32)  # over the limit, where it is seen: the sum decides as the mean does
    for y in range(height):
        for x in range(width):
            above[y + 1, x + 1] = excess_adu[y, x] - least if good[y, x] else np.float32(0)
    risen, three = np.empty(mask.shape, np.bool_), np.empty(width + 2, np.float32)
    for y in range(height):
        for x in range(width + 2):
            three[x] = above[y, x] + above[y + 1, x] + above[y + 2, x]
        for x in range(width):
            risen[y, x] = (mask[y, x] | (three[x] + three[x + 1] + three[x + 2] > 0)) & good[y, x]
    return risen


@njit(cache=True, nogil=True, fastmath=True)
def _faint_clouds(mask: np.ndarray, excess_adu: np.ndarray, inside: np.ndarray, most_adu: float) -> tuple[np.ndarray, np.ndarray]:
    """Number of each cloud in its pixels, else `OUTSIDE`, and their heights, ADU: of large regions that are in the mask in part."""
    first, last, row, root = runs(inside, inside, np.float32(0.5))
    total, pixels, sure = np.zeros(root.size), np.zeros(root.size, np.int64), np.zeros(root.size, np.bool_)
    for run in range(root.size):
        index, y = find(root, run), row[run]
        of_run, marked = np.float32(0), False
        for x in range(first[run], last[run]):
            of_run += excess_adu[y, x]
            marked |= mask[y, x]
        total[index] += of_run
        sure[index] |= marked
        pixels[index] += last[run] - first[run]
    chosen, found = np.full(root.size, OUTSIDE, np.int32), 0
    height = np.empty(root.size)
    for run in range(root.size):
        if sure[run] and pixels[run] >= LEAST_PIXELS and total[run] < most_adu * pixels[run]:
            chosen[run], height[found] = found, total[run] / pixels[run]
            found += 1
    if found == 0:
        return np.empty((0, 0), np.int32), height[:0]
    return _numbered(mask.shape, first, last, row, root, chosen), height[:found]


@njit(cache=True, nogil=True)
def _numbered(
    shape: tuple[int, int], first: np.ndarray, last: np.ndarray, row: np.ndarray, root: np.ndarray, number: np.ndarray
) -> np.ndarray:
    """(h, w) int32 ndarray: in each pixel of the runs the number of its region's first run, else `OUTSIDE`."""
    label = np.full(shape, OUTSIDE, np.int32)
    for run in range(root.size):
        index = number[find(root, run)]
        for x in range(first[run], last[run] if index != OUTSIDE else 0):
            label[row[run], x] = index
    return label


@njit(cache=True, nogil=True)
def _steps(excess_adu: np.ndarray, good: np.ndarray, label: np.ndarray, inside: np.ndarray, count: int) -> np.ndarray:
    """How far the excess falls, on the mean, from one pixel inside each region's edge to one beyond it, ADU; infinite without one.

    Next to the edge are a pixel that is part of the region, and one that is not ``inside``: those behind them are compared.
    """
    total, pairs = np.zeros(count), np.zeros(count, np.int64)
    height, width = label.shape
    for y in range(2, height - 2):
        for x in range(2, width - 2):
            index = label[y, x]
            if index == OUTSIDE:
                continue
            for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                out, back, far = (y + down, x + right), (y - down, x - right), (y + 2 * down, x + 2 * right)
                if not inside[out] and good[out] and good[back] and good[far]:
                    total[index] += excess_adu[back] - excess_adu[far]
                    pairs[index] += 1
    return np.where(pairs > 0, total / np.maximum(pairs, 1), np.inf)


@njit(cache=True, nogil=True)
def _parts(
    mask: np.ndarray, excess_adu: np.ndarray, good: np.ndarray, label: np.ndarray, limits: np.ndarray, sigma: np.float32
) -> np.ndarray:
    """(h, w) bool ndarray: what is not in the mask and, in the mean of those around it that are alike, above its cloud's limit."""
    height, width = mask.shape
    parts = np.zeros(mask.shape, np.bool_)
    for y in range(height):
        for x in range(width):
            if mask[y, x] or label[y, x] == OUTSIDE or limits[label[y, x]] == np.inf:
                continue
            parts[y, x] = mean_of_alike(excess_adu, good, y, x, sigma) > limits[label[y, x]]
    return parts
