"""The bursts of different types that the network sees in spots: a type V behind its group, a lane within a continuum."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.compiled import njit
from models.radio.blobs import Blob
from models.radio.burst_evidence import Evidence
from models.radio.burst_planes import CELL_SECONDS, TYPES

# What is smaller is the ragged edge between cells of the map, no burst: a tenth of the spot, and 80 s of one channel.
LEAST_SHARE, LEAST_PIXELS = 0.1, 80
BITS = np.arange(2 ** len(TYPES))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What spots hold of one burst on the map; parts of two types may share pixels.

    Attributes
    ----------
    blob : its box and pixels
    kind : index into `TYPES`
    shares : (5,) float64 ndarray, share of each of `TYPES` on the network's map
    spots : the spots of which it is a part
    """

    blob: Blob
    kind: int
    shares: np.ndarray
    spots: tuple[int, ...]


def parts_of(spots: Sequence[Blob], evidence: Evidence) -> list[Part]:
    """Parts of spots of which the map names several types, each of connected cells of one type; none of other spots.

    Parameters
    ----------
    spots : of one spectrogram, in good channels and bins
    evidence : Evidence

    Returns
    -------
    list of Part, in the order of `TYPES`
    """
    named = np.where(evidence.log_odds > 0, evidence.named, 0)
    several = [(place, spot, kinds) for place, spot in enumerate(spots) if len(kinds := _kinds(spot, named, evidence)) > 1]
    parts = []
    for kind in sorted({kind for _, _, kinds in several for kind in kinds}):
        _, patches = cv2.connectedComponents((named >> kind & 1).astype(np.uint8), connectivity=8)
        of_patch: dict[int, list[tuple[int, Blob]]] = {}
        for place, spot in ((place, spot) for place, spot, kinds in several if kind in kinds):
            count = np.zeros(patches.max() + 1, dtype=np.int64)
            _count(patches, evidence.row[spot.y0 : spot.y1], spot.x0, spot.mask, CELL_SECONDS, count)
            for patch in np.flatnonzero(count[1:] >= LEAST_PIXELS) + 1:
                of_patch.setdefault(int(patch), []).append((place, spot))
        parts += [_part(kind, patches == patch, held, evidence) for patch, held in of_patch.items()]
    return parts


def _kinds(spot: Blob, named: np.ndarray, evidence: Evidence) -> list[int]:
    """The types of which the spot holds enough pixels; ``named`` as in `Evidence`, 0 where no burst is likely."""
    count = np.zeros(2 ** len(TYPES), dtype=np.int64)
    _count(named, evidence.row[spot.y0 : spot.y1], spot.x0, spot.mask, CELL_SECONDS, count)
    least = max(LEAST_SHARE * count.sum(), LEAST_PIXELS)
    return [kind for kind in range(len(TYPES)) if count[BITS >> kind & 1 == 1].sum() >= least]


def _part(kind: int, patch: np.ndarray, held: list[tuple[int, Blob]], evidence: Evidence) -> Part:
    """What spots hold of a patch of cells, (MAP_ROWS, MAP_COLUMNS) bool."""
    boxes = np.array([spot.box for _, spot in held])
    (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    mask = np.zeros((y1 - y0, x1 - x0), dtype=bool)
    for _, spot in held:
        mask[spot.y0 - y0 : spot.y1 - y0, spot.x0 - x0 : spot.x1 - x0] |= spot.mask
    mask &= patch[evidence.row[y0:y1]][:, np.arange(x0, x1) // CELL_SECONDS]
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    blob = Blob(
        x0 + int(xs[0]), y0 + int(ys[0]), x0 + int(xs[-1]) + 1, y0 + int(ys[-1]) + 1,
        mask[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1],
    )  # fmt: skip
    cells = np.zeros(patch.shape, dtype=np.int64)
    _weigh(evidence.row[blob.y0 : blob.y1], blob.x0, blob.mask, CELL_SECONDS, cells)
    shares = (evidence.shares * cells).sum(axis=(1, 2), dtype=np.float64)
    return Part(blob, kind, shares / max(shares.sum(), 1e-9), tuple(place for place, _ in held))


@njit(cache=True, nogil=True)
def _count(numbers, row, first, mask, cell_seconds, count):  # type: ignore[no-untyped-def]
    """Pixels of a spot in cells of each number on the map."""
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if mask[y, x]:
                count[numbers[row[y], (first + x) // cell_seconds]] += 1


@njit(cache=True, nogil=True)
def _weigh(row, first, mask, cell_seconds, cells):  # type: ignore[no-untyped-def]
    """Pixels of a spot in each cell of the map."""
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            cells[row[y], (first + x) // cell_seconds] += mask[y, x]
