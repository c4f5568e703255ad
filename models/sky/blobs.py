"""Connected regions of a mask."""

from dataclasses import dataclass

import numpy as np

from models.sky.regions import pixels_of_regions, regions

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
    return blobs_above(mask.astype(np.float32), mask, 0.5, least_pixels)


def blobs_above(
    values: np.ndarray, good: np.ndarray, limit: float, least_pixels: int = LEAST_PIXELS
) -> tuple[np.ndarray, list[Blob]]:
    """As `find_blobs`, of the good pixels whose value is above a limit.

    Parameters
    ----------
    values : (h, w) float32 ndarray
    good : (h, w) bool ndarray, False where nothing counts
    limit : in the units of the values
    least_pixels : smaller regions are dropped
    """
    kept = np.empty(values.shape, bool)
    table = regions(values, good, np.float32(limit), least_pixels, kept)
    found = [Blob((left, top, right, bottom), pixels) for pixels, left, top, right, bottom in table.tolist()]
    return kept, sorted(found, key=lambda blob: (-blob.pixels, blob.box))


def pixels_above(values: np.ndarray, good: np.ndarray, limit: float, least_pixels: int = LEAST_PIXELS) -> int:
    """Pixels of all the regions that `blobs_above` finds."""
    return int(pixels_of_regions(values, good, np.float32(limit), least_pixels))
