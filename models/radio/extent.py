"""When a burst begins, peaks and ends, at which frequencies, and how strong it is."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.compiled import njit
from models.radio.parabola import vertex
from models.radio.quantiles import two_quantiles

# Mean over so many channels x seconds before anything is decided: faint edges show in several neighbours at once.
BLUR_ROWS, BLUR_S = 5, 3.0
# Where what stands out by the first reaches beyond the surroundings, it is a disturbance or continuum that the burst stands on.
EDGES_SIGMA = (3.0, 6.0, 12.0)
# Fewer pixels hang together by chance, fewer channels at one time too.
LEAST_PIXELS, LEAST_ROWS = 12, 5


@dataclass(frozen=True, slots=True)
class Extent:
    """What stands out of a region, and around it without a break.

    Attributes
    ----------
    first_s, peak_s, last_s : s after the first column: it begins, has its strongest pixel, ends
    rows : first and last channel
    peak_row : channel of its strongest pixel
    peak_db : dB above the channel's quiet level there: mean of a bin, median of three channels
    cut : it reaches the first or the last column, and may have begun before or end after it
    """

    first_s: float
    peak_s: float
    last_s: float
    rows: tuple[int, int]
    peak_row: int
    peak_db: float
    cut: bool


def find_extent(level: np.ndarray, db: np.ndarray, core: np.ndarray, bin_s: float) -> Extent | None:
    """Measure the extent of what a region points at.

    Parameters
    ----------
    level : (F, B) float32 ndarray, in sigma of each channel, 0 where masked; the region and its surroundings
    db : (F, B) float32 ndarray, dB
    core : (F, B) bool ndarray, the region
    bin_s : seconds of one bin

    Returns
    -------
    Extent, or None where nothing stands out
    """
    blurred = _blurred(level, core, bin_s)
    rows = lit = np.zeros(0, dtype=int)
    burst = np.zeros_like(core)
    for edge in EDGES_SIGMA:
        higher = _standing_out(blurred > edge, core)
        if not higher.any():
            break
        burst = higher
        high = burst.sum(axis=0)
        rows, lit = np.flatnonzero(burst.any(axis=1)), np.flatnonzero(high >= min(LEAST_ROWS, high.max()))
        if lit[0] > 0 and lit[-1] < core.shape[1] - 1:
            break
    if not lit.size:
        return None
    smooth = _median_of_three(db)
    inside = np.where(burst, smooth, -np.inf)
    peak_row, peak = np.unravel_index(int(inside.argmax()), inside.shape)
    return Extent(
        first_s=(int(lit[0]) + 0.5) * bin_s,
        peak_s=(vertex(smooth[peak_row], int(peak)) + 0.5) * bin_s,
        last_s=(int(lit[-1]) + 0.5) * bin_s,
        rows=(int(rows[0]), int(rows[-1])),
        peak_row=int(peak_row),
        peak_db=float(inside.max()),
        cut=bool(lit[0] == 0 or lit[-1] == level.shape[1] - 1),
    )


def _blurred(level: np.ndarray, core: np.ndarray, bin_s: float) -> np.ndarray:
    """(F, B) float32 ndarray: mean over neighbours, in units of its own spread."""
    columns, rows = max(1, round(BLUR_S / bin_s)), min(BLUR_ROWS, level.shape[0])
    blurred = cv2.blur(np.clip(level, -4, 8), (columns, rows), borderType=cv2.BORDER_REPLICATE)
    blurred *= np.float32(np.sqrt(rows * columns))
    spread, outside = 1.0, blurred[~core]
    if outside.size > 100:
        # Its lower side, where bursts do not reach; 1.2816 is the tenth percentile of a Gaussian.
        low, middle = two_quantiles(outside, 0.1, 0.5)
        spread = max((middle - low) / 1.2816, 1.0)
    return np.asarray(blurred / np.float32(spread))


def _standing_out(up: np.ndarray, core: np.ndarray) -> np.ndarray:
    """(F, B) bool ndarray: spots that lie mostly in the region, whole, and of larger ones what lies within it."""
    count, label = cv2.connectedComponents(up.view(np.uint8), connectivity=8)
    kept = np.empty_like(core)
    _keep(label, core, count, kept)
    return kept


@njit(cache=True, nogil=True)
def _keep(label, core, count, kept):  # type: ignore[no-untyped-def]
    area, inside = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for row in range(label.shape[0]):
        for t in range(label.shape[1]):
            area[label[row, t]] += 1
            inside[label[row, t]] += core[row, t]
    inside[0] = 0
    for row in range(label.shape[0]):
        for t in range(label.shape[1]):
            lit = inside[label[row, t]]
            kept[row, t] = lit >= LEAST_PIXELS and (core[row, t] or 2 * lit >= area[label[row, t]])


def _median_of_three(db: np.ndarray) -> np.ndarray:
    """Median of each channel and its two neighbours: carriers are narrower than bursts."""
    padded = np.pad(db, ((1, 1), (0, 0)), mode="edge")
    below, here, above = padded[:-2], padded[1:-1], padded[2:]
    return np.asarray(np.maximum(np.minimum(below, here), np.minimum(np.maximum(below, here), above)))
