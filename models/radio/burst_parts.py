"""The parts of a spot in which the network sees bursts of different types: a type V behind its group, strokes before a type IV."""

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from models.radio.blobs import Blob
from models.radio.burst_evidence import Evidence
from models.radio.burst_planes import CELL_SECONDS
from models.radio.burst_types import TYPES

# What is smaller is the ragged edge between cells of the map, no burst: a tenth of the spot, and 80 s of one channel.
LEAST_SHARE, LEAST_PIXELS = 0.1, 80
# Patches of a drifting lane look like strokes, and strokes in a row like a lane: of the two the larger takes the other's pixels.
LANE, STROKE = TYPES.index("II"), TYPES.index("III")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A connected part of a spot.

    Attributes
    ----------
    blob : its box and pixels
    shares : (5,) float64 ndarray, share of each of `TYPES` on the network's map
    """

    blob: Blob
    shares: np.ndarray


def parts_of(blob: Blob, evidence: Evidence) -> list[Part]:
    """Parts of a spot that the map names differently; nothing where it names all of it alike.

    Parameters
    ----------
    blob : a spot, in good channels and bins
    evidence : Evidence

    Returns
    -------
    list of two Parts or more, in the order of `TYPES`, the largest connected one of each type; or an empty list
    """
    kind, count = np.empty(blob.mask.shape, dtype=np.int8), np.zeros(len(TYPES), dtype=np.int64)
    _name(evidence.kind, evidence.row[blob.y0 : blob.y1], blob.x0, blob.mask, CELL_SECONDS, kind, count)
    if count[LANE] and count[STROKE]:
        larger, smaller = (LANE, STROKE) if count[LANE] > count[STROKE] else (STROKE, LANE)
        kind[kind == smaller] = larger
        count[larger] += count[smaller]
        count[smaller] = 0
    least = max(LEAST_SHARE * count.sum(), LEAST_PIXELS)
    if np.count_nonzero(count >= least) < 2:
        return []
    parts = [_largest(blob, kind == place, evidence, least) for place in np.flatnonzero(count >= least)]
    found = [part for part in parts if part is not None]
    return found if len(found) > 1 else []


def _largest(blob: Blob, pixels: np.ndarray, evidence: Evidence, least: float) -> Part | None:
    """The largest connected one of the pixels (h, w) bool of a spot's box, None where it is smaller than ``least``."""
    _, label, stats, _ = cv2.connectedComponentsWithStats(pixels.astype(np.uint8), connectivity=8)
    place = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height, area = map(int, stats[place])
    if area < least:
        return None
    part = Blob(blob.x0 + x, blob.y0 + y, blob.x0 + x + width, blob.y0 + y + height, label[y : y + height, x : x + width] == place)
    ys, xs = np.nonzero(part.mask)
    shares = evidence.shares[:, evidence.row[part.y0 + ys], (part.x0 + xs) // CELL_SECONDS].sum(axis=1, dtype=np.float64)
    return Part(part, shares / max(shares.sum(), 1e-9))


@njit(cache=True, nogil=True)
def _name(map_, row, first, mask, cell_seconds, kind, count):  # type: ignore[no-untyped-def]
    """What the map says of each pixel, -1 outside of the spot, and how many there are of each type."""
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            kind[y, x] = -1
            if mask[y, x]:
                kind[y, x] = map_[row[y], (first + x) // cell_seconds]
                count[kind[y, x]] += 1
