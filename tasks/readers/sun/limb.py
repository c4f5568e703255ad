"""Where the disk stands in a picture, by its limb."""

import cv2
import numpy as np

from models.sun.image import Disk

# Of the brightest grey: the sky beside the disk is black, the quiet photosphere and a quiet magnetogram are grey.
EDGE = 0.15
MOST_OFF = 0.01  # of the radius: by how much half of the limb may miss the circle


def find_disk(picture: np.ndarray) -> Disk | None:
    """Fit a circle to the limb of a bright disk on a dark sky.

    Parameters
    ----------
    picture : (H, W) uint8 or float32 ndarray

    Returns
    -------
    Disk, or None where there is no such thing
    """
    bright = (picture > EDGE * float(picture.max() or 1)).astype(np.uint8)
    # What is printed in a corner is a piece of its own; noise on the limb is closed.
    closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(closed)
    middle = labels[picture.shape[0] // 2, picture.shape[1] // 2]
    if not middle or sizes[middle, cv2.CC_STAT_AREA] < 0.2 * picture.size:
        return None
    outlines, _ = cv2.findContours((labels == middle).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    limb = max(outlines, key=len)[:, 0, :].astype(np.float64)
    keep = np.ones(len(limb), bool)
    x = y = radius = 0.0
    for _ in range(5):
        # Circle by linear least squares (Kasa 1976): x^2 + y^2 = 2 a x + 2 b y + c; far points leave it.
        system = np.column_stack([2 * limb[keep], np.ones(keep.sum())])
        x, y, rest = np.linalg.lstsq(system, (limb[keep] ** 2).sum(axis=1))[0].tolist()
        radius = float(np.sqrt(max(rest + x**2 + y**2, 0.0)))
        off = np.abs(np.hypot(*(limb - (x, y)).T) - radius)
        keep = off <= max(1.5, 3 * float(np.median(off)))
    if np.median(off) > MOST_OFF * radius or not 0.25 < radius / min(picture.shape) < 0.55:
        return None
    return Disk(x, y, radius + 0.5, found="limb")  # the outline runs through the centres of the outermost pixels


def beyond_limb(shape: tuple[int, ...], disk: Disk) -> np.ndarray:
    """True outside of the disk, of a picture of this shape."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    outside: np.ndarray = (columns - disk.x) ** 2 + (rows - disk.y) ** 2 > disk.radius_px**2
    return outside
