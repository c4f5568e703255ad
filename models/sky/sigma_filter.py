"""Lee's sigma filter: noise differs from pixel to pixel, and clouds seldom do."""

import numpy as np

from models.compiled import njit

ALIKE_SIGMA = 2.0  # of pixels that are averaged: what lies beyond an edge is not alike


@njit(cache=True, nogil=True)
def mean_of_alike(excess_adu: np.ndarray, good: np.ndarray, y: int, x: int, sigma: np.float32) -> np.float32:
    """Mean of a pixel and of those of its neighbours that are alike; its own value where none of them is seen.

    Edges stay where they are (Lee, Computer Vision, Graphics, and Image Processing 24, 255, 1983).

    Parameters
    ----------
    excess_adu : (h, w) float32 ndarray, ADU over the clear sky
    good : (h, w) bool ndarray, False where no sky is seen
    y, x : row and column of the pixel
    sigma : standard deviation of the excess of a clear pixel, ADU
    """
    height, width = excess_adu.shape
    value, alike = excess_adu[y, x], np.float32(ALIKE_SIGMA) * sigma
    total, held = np.float32(0), np.float32(0)
    for down in range(-1, 2):
        for right in range(-1, 2):  # beyond the frame's edge, what is at it
            row, column = min(max(y + down, 0), height - 1), min(max(x + right, 0), width - 1)
            other = excess_adu[row, column]
            counts = good[row, column] & (abs(other - value) < alike)
            total += other if counts else np.float32(0)
            held += np.float32(counts)
    return total / held if held > 0 else value
