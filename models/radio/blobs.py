"""Connected spots of a contrast map."""

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

# The maps are in units of their own spread. A spot grows down to 3 and must reach 4; pure noise has its maximum near 4.
GROW = 3.0
REACH = 4.0
MIN_CHANNELS = 5  # carriers are narrower, even after the smoothing
MOST = 20  # strongest spots of a map that are looked at


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


def find_blobs(contrast: np.ndarray) -> list[Blob]:
    """Spots of a map, strongest (by contrast times area) first.

    Parameters
    ----------
    contrast : (F, B) float32 ndarray
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((contrast > GROW).astype(np.uint8), connectivity=8)
    peak, total = np.zeros(len(stats), np.float32), np.zeros(len(stats))
    _strength(contrast, labels, peak, total)
    high = stats[:, cv2.CC_STAT_HEIGHT] >= min(MIN_CHANNELS, contrast.shape[0])
    strong = [label for label in np.flatnonzero(high & (peak >= REACH)).tolist() if label]
    places = stats[:, : cv2.CC_STAT_AREA].tolist()
    strong.sort(key=lambda label: (-total[label], places[label][0], places[label][1]))
    return [_blob(labels, label, *places[label]) for label in strong[:MOST]]


def _blob(labels: np.ndarray, label: int, x0: int, y0: int, width: int, height: int) -> Blob:
    return Blob(x0, y0, x0 + width, y0 + height, labels[y0 : y0 + height, x0 : x0 + width] == label)


@njit(cache=True, nogil=True)
def _strength(contrast, labels, peak, total):  # type: ignore[no-untyped-def]
    """Highest value and sum of each spot, by label."""
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            label = labels[y, x]
            if label:
                peak[label] = max(peak[label], contrast[y, x])
                total[label] += contrast[y, x]
