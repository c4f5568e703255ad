"""Connected regions of a mask."""

from dataclasses import dataclass

import cv2
import numpy as np

LEAST_PIXELS = 5  # of 128 x 160: 4' across; most smaller ones are noise (2.4 of 6.2 blobs of the origin's masks have 5 or more)


@dataclass(frozen=True, slots=True)
class Blob:
    """One region.

    Attributes
    ----------
    box : (x0, y0, x1, y1) in pixels, the last excluded
    pixels : its area
    """

    box: tuple[int, int, int, int]
    pixels: int


def find_blobs(mask: np.ndarray, least_pixels: int = LEAST_PIXELS) -> tuple[np.ndarray, list[Blob]]:
    """Keep the regions of at least some size, 8-connected: pixels that touch at a corner belong together.

    Parameters
    ----------
    mask : (h, w) bool ndarray
    least_pixels : smaller ones are dropped

    Returns
    -------
    (kept, blobs), the mask without the small ones, and the regions, the largest first
    """
    _, labels, table, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = table[:, cv2.CC_STAT_AREA] >= least_pixels
    large[0] = False
    found = [
        Blob((int(x), int(y), int(x + width), int(y + height)), int(area)) for x, y, width, height, area in table[large].tolist()
    ]
    return np.asarray(large[labels]), sorted(found, key=lambda blob: (-blob.pixels, blob.box))
