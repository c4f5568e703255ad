"""The part of a prepared spectrogram that somebody points at, and what lies around it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from models.radio.blobs import Box
from models.radio.spectrogram import PreparedSpectrogram

# A region may be drawn too small by so much: people's boxes are good to 5-10 s and a few MHz, classifiers' cells are 4 s long.
MARGIN_S = 15.0
MARGIN_ROWS = 8
# The ridge of a stroke is looked for only so far beyond a region: its neighbour would be taken for it.
STROKE_MARGIN_S = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A region with its surroundings, in good channels only.

    Attributes
    ----------
    level : (F, B) float32 ndarray, in sigma of each channel, 0 where masked
    db : (F, B) float32 ndarray, dB above the quiet level
    core : (F, B) bool ndarray, the region
    frequency_mhz : (F,) float64 ndarray, MHz, ascending
    first_s : s from the file's start to the first column
    bin_s : seconds of one bin
    """

    level: np.ndarray
    db: np.ndarray
    core: np.ndarray
    frequency_mhz: np.ndarray
    first_s: float
    bin_s: float

    def within(self, margin_s: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Level and frequencies of the region's channels, 0 more than ``margin_s`` beyond it, and the first column's second."""
        rows, columns = np.flatnonzero(self.core.any(axis=1)), np.flatnonzero(self.core.any(axis=0))
        reach = round(margin_s / self.bin_s)
        first, last = max(0, columns[0] - reach), min(self.core.shape[1], columns[-1] + 1 + reach)
        part = (slice(rows[0], rows[-1] + 1), slice(first, last))
        near = cv2.dilate(self.core[part].astype(np.uint8), np.ones((3, 2 * reach + 1), np.uint8)).astype(bool)
        return np.where(near, self.level[part], 0).astype(np.float32), self.frequency_mhz[part[0]], first * self.bin_s


def region_of(prepared: PreparedSpectrogram, where: np.ndarray | Box) -> Region | None:
    """Cut out a region.

    Parameters
    ----------
    prepared : PreparedSpectrogram
    where : (CHANNELS, BINS) bool ndarray, or a box (x0, y0, x1, y1) in bins and rows of ``prepared``, the upper ends exclusive

    Returns
    -------
    Region, or None where no good channel lies in it
    """
    rows = np.flatnonzero(prepared.good)
    if isinstance(where, np.ndarray):
        core = where[rows, : prepared.n_bins].astype(bool)
        lit_rows, lit = np.flatnonzero(core.any(axis=1)), np.flatnonzero(core.any(axis=0))
    else:
        core = None
        lit_rows, lit = _within_box(prepared, where, rows)
    if not lit_rows.size or not lit.size:
        return None
    reach = round(MARGIN_S / prepared.bin_s)
    first, last = max(0, int(lit[0]) - reach), min(prepared.n_bins, int(lit[-1]) + 1 + reach)
    low, high = max(0, int(lit_rows[0]) - MARGIN_ROWS), min(rows.size, int(lit_rows[-1]) + 1 + MARGIN_ROWS)
    part = (slice(low, high), slice(first, last))
    db = np.ascontiguousarray(prepared.mean_db[rows[part[0]], part[1]])
    return Region(
        level=db / prepared.sigma_db[rows[part[0]], None],
        db=db,
        core=_rectangle(db.shape, lit_rows - low, lit - first) if core is None else np.ascontiguousarray(core[part]),
        frequency_mhz=prepared.frequency_mhz[rows[part[0]]],
        first_s=first * prepared.bin_s,
        bin_s=prepared.bin_s,
    )


def _within_box(prepared: PreparedSpectrogram, box: Box, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the good channels ``rows``, and which bins, lie in a box."""
    height, width = prepared.covered.shape
    x0, y0, x1, y1 = (float(edge) for edge in np.nan_to_num(np.array(box, dtype=float)).clip(0, [width, height, width, height]))
    return np.flatnonzero((rows >= int(y0)) & (rows < math.ceil(y1))), np.arange(int(x0), min(math.ceil(x1), prepared.n_bins))


def _rectangle(shape: tuple[int, ...], rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(F, B) bool ndarray, True from the first to the last of rows and columns."""
    inside = np.zeros(shape, dtype=bool)
    inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return inside
