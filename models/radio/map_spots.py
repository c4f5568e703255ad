"""Connected cells of the network's map as spots."""

import cv2
import numpy as np

from models.radio.blobs import MIN_CHANNELS, Blob
from models.radio.burst_evidence import Evidence
from models.radio.burst_planes import CELL_SECONDS

# Cells of four seconds: what lies between grains of one row that are no farther apart, a minute, is the storm's as well.
BRIDGE = 15


def bridged(cells: np.ndarray, apart: int = BRIDGE) -> np.ndarray:
    """(H, W) bool ndarray: ``cells``, and those between two of them in a row that are at most ``apart`` from each other."""
    column = np.arange(cells.shape[1])
    before = np.maximum.accumulate(np.where(cells, column, -np.inf), axis=1)
    after = np.minimum.accumulate(np.where(cells, column, np.inf)[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(after - before <= apart)


def map_spots(cells: np.ndarray, evidence: Evidence, bins: int, *, apart: int = 0, least: int = 1) -> list[Blob]:
    """Connected cells as spots of good channels and bins; those that touch at a corner belong together.

    Parameters
    ----------
    cells : (MAP_ROWS, MAP_COLUMNS) bool ndarray
    evidence : tells in which row of cells each good channel lies
    bins : of the spectrogram; cells that begin after them are left out
    apart : cells of one row that are so far from each other are connected by those between them
    least : cells from the first to the last of a spot; those of fewer are left out
    """
    inside = cells.copy()
    inside[:, -(-bins // CELL_SECONDS) :] = False
    if not inside.any():
        return []
    count, patches = cv2.connectedComponents(bridged(inside, apart).astype(np.uint8), connectivity=8)
    spots = []
    for patch in range(1, count):
        there = (patches == patch)[evidence.row]
        ys, xs = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
        if ys.size < MIN_CHANNELS or xs[-1] - xs[0] + 1 < least:
            continue
        x0, x1 = int(xs[0]) * CELL_SECONDS, min((int(xs[-1]) + 1) * CELL_SECONDS, bins)
        y0, y1 = int(ys[0]), int(ys[-1]) + 1
        spots.append(Blob(x0, y0, x1, y1, there[y0:y1][:, np.arange(x0, x1) // CELL_SECONDS]))
    return spots
