"""The parts of a frame between its edges: where a cloud ends its radiance steps, within cloud and sky it changes slowly."""

import numpy as np

from models.compiled import njit
from models.sky.regions import find, numbered, runs

# Smoothed three times by 1, 2, 1 (a standard deviation of 1.2 pixels) noise has slopes of 0.2 ADU a pixel, and a step of 7 ADU 2.3.
PASSES = 3
FLAT_ADU = 0.65  # a pixel; what is steeper is an edge
LEAST_PIXELS = 40  # of 128 x 160, of a part


@njit(cache=True, nogil=True)
def flat_parts(excess_adu: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, int]:
    """Number what is flat, and not divided by edges; a step that is broken by a pixel at a corner is none through which parts join.

    Parameters
    ----------
    excess_adu : (h, w) float32 ndarray, ADU, a frame less a surface, so that what is left is flat where no cloud ends
    good : (h, w) bool ndarray, False where no sky is seen

    Returns
    -------
    (part, count), the first an (h, w) int32 ndarray, -1 where no part is
    """
    flat = _flatness(_smoothed(excess_adu, good))
    first, last, row, root = runs(flat, good, np.float32(-4 * FLAT_ADU * FLAT_ADU), 0)
    pixels = np.zeros(root.size, np.int64)
    for run in range(root.size):
        pixels[find(root, run)] += last[run] - first[run]
    number, count = np.full(root.size, -1, np.int64), 0
    for run in range(root.size):
        if pixels[run] >= LEAST_PIXELS:
            number[run] = count
            count += 1
    return numbered(excess_adu.shape, first, last, row, root, number), count


@njit(cache=True, nogil=True, fastmath=True)
def _smoothed(excess_adu: np.ndarray, good: np.ndarray) -> np.ndarray:
    """(h + 2, w + 2) float32 ndarray, with a border of what is at the edge; what is not seen counts as sky."""
    height, width = excess_adu.shape
    held, smooth = np.zeros((height + 2, width + 2), np.float32), np.zeros((height + 2, width + 2), np.float32)
    for y in range(height):
        for x in range(width):
            smooth[y + 1, x + 1] = excess_adu[y, x] if good[y, x] else np.float32(0)
    _mirror(smooth)
    quarter = np.float32(0.25)
    for _ in range(PASSES):
        for y in range(height + 2):
            for x in range(1, width + 1):
                held[y, x] = (smooth[y, x - 1] + 2 * smooth[y, x] + smooth[y, x + 1]) * quarter
        for y in range(1, height + 1):
            for x in range(1, width + 1):
                smooth[y, x] = (held[y - 1, x] + 2 * held[y, x] + held[y + 1, x]) * quarter
        _mirror(smooth)
    return smooth


@njit(cache=True, nogil=True)
def _mirror(bordered: np.ndarray) -> None:
    """Fill the border with what is beside it."""
    bordered[0], bordered[-1] = bordered[1], bordered[-2]
    bordered[:, 0], bordered[:, -1] = bordered[:, 1], bordered[:, -2]


@njit(cache=True, nogil=True, fastmath=True)
def _flatness(smooth: np.ndarray) -> np.ndarray:
    """(h, w) float32 ndarray: the square of twice the slope, negative."""
    height, width = smooth.shape[0] - 2, smooth.shape[1] - 2
    flat = np.empty((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            across, along = smooth[y + 1, x + 2] - smooth[y + 1, x], smooth[y + 2, x + 1] - smooth[y, x + 1]
            flat[y, x] = -(across * across + along * along)
    return flat
