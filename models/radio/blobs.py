"""Connected spots of a contrast map."""

from dataclasses import dataclass

import cv2
import numpy as np

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
    def area(self) -> int:
        """Pixels of the box."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def shared(self, other: "Blob") -> int:
        """Pixels that the boxes have in common."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0, width) * max(0, height)


def find_blobs(contrast: np.ndarray) -> list[Blob]:
    """Spots of a map, strongest (by contrast times area) first.

    Parameters
    ----------
    contrast : (F, B) float32 ndarray
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((contrast > GROW).astype(np.uint8), connectivity=8)
    found = []
    for label in 1 + np.flatnonzero(stats[1:, cv2.CC_STAT_HEIGHT] >= min(MIN_CHANNELS, contrast.shape[0])):
        x0, y0, width, height, _ = (int(number) for number in stats[label])
        mask = labels[y0 : y0 + height, x0 : x0 + width] == label
        values = contrast[y0 : y0 + height, x0 : x0 + width][mask]
        if float(values.max()) >= REACH:
            found.append((float(values.sum()), Blob(x0, y0, x0 + width, y0 + height, mask)))
    found.sort(key=lambda item: (-item[0], item[1].x0, item[1].y0))
    return [blob for _, blob in found[:MOST]]
