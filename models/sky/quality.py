"""Whether a frame shows the sky at all: each fault has a name and a reason."""

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np

from models.compiled import njit
from models.sky.rebin import MAX_14_BIT, block, extremes

Fault = Literal["ok", "shutter", "saturated", "zero", "gaps", "stuck_columns", "horizon"]
# For these a frame is declined; the last two are not of its pixels: it is another camera's, or is there twice.
FAULTS = (*get_args(Fault)[1:], "foreign", "duplicate")
# A frame is given up where more of it is lost; less is masked.
MOST_LOST = 0.1
# The shutter moves for about half a second, and the first frames after it are still settling.
AFTER_CORRECTION_S = 1.0
# Corrected on the shutter, the camera sees the shutter flat but for its noise: 4.4 ADU a pixel (both raw frames), 0.3 in a mean of
# 16 x 16. The lens alone lays a dome of 8 ADU over any sky, an overcast one too (flattest of 200 published frames: 8.6).
FLAT_ADU = 2.0
COARSE = (32, 40)
# A column that never changes has no noise; a live one of 512 counts has 4.4 ADU.
DEAD_ADU = 0.25


@dataclass(frozen=True, slots=True)
class Quality:
    """What is wrong with a frame.

    Attributes
    ----------
    state : "ok", or the fault for which the frame cannot be judged
    reason : a sentence about that fault, or about what was masked in a frame that is ok; "" where nothing is to be said
    """

    state: Fault
    reason: str


def examine(
    counts: np.ndarray, adu: np.ndarray, since_correction_s: float | None = None, horizon: np.ndarray | None = None
) -> tuple[Quality, np.ndarray]:
    """Judge the state of one frame.

    Parameters
    ----------
    counts : (H, W) ndarray, ADU, as read
    adu : (h, w) float32 ndarray, ADU, its means of equal blocks
    since_correction_s : seconds since the last flat-field correction, None where unknown
    horizon : (h, w) bool ndarray, True where no sky is seen; None where all is sky

    Returns
    -------
    (quality, good), ``good`` an (h, w) bool ndarray, False where the sky is not seen
    """
    size = block(counts.shape, (adu.shape[0], adu.shape[1]))
    good = np.isfinite(adu) if counts.dtype.kind == "f" else np.ones(adu.shape, dtype=bool)
    gaps = 1 - _share(good)
    if gaps > MOST_LOST:
        return Quality("gaps", f"{gaps:.0%} of the pixels are no numbers"), good
    if horizon is not None:
        good &= ~horizon
    if not good.any():
        return Quality("horizon", "the horizon's mask leaves no sky"), good
    low, high = extremes(counts)
    faults: list[tuple[Fault, np.ndarray, str]] = [("zero", counts <= 0, "are zero")] if low <= 0 else []
    faults += [("saturated", counts >= MAX_14_BIT, f"read {MAX_14_BIT} or more")] if high >= MAX_14_BIT else []
    for state, lost, words in faults:
        share = _share(lost)
        if share > MOST_LOST:
            return Quality(state, f"{share:.0%} of the pixels {words}"), good
        good &= ~lost.reshape(adu.shape[0], size[0], adu.shape[1], size[1]).any(axis=(1, 3))
    stuck = _stuck(adu, size)
    share = _share(stuck)
    if share > MOST_LOST:
        return Quality("stuck_columns", f"{share:.0%} of the columns or rows never change"), good
    good &= ~stuck
    if since_correction_s is not None and 0 <= since_correction_s < AFTER_CORRECTION_S:
        return Quality("shutter", f"taken {since_correction_s:.1f} s after the flat-field correction (FFC-TIME)"), good
    blocks = cv2.resize(adu, COARSE[::-1], interpolation=cv2.INTER_AREA)  # means, as the sizes divide
    if np.ptp(blocks) < 4 * FLAT_ADU and blocks.std() < FLAT_ADU:
        return Quality("shutter", f"flat to {blocks.std():.1f} ADU: the closed shutter, not the sky"), good
    masked = 1 - _share(good)
    return Quality("ok", f"{masked:.1%} of the pixels masked" if masked else ""), good


def _share(mask: np.ndarray) -> float:
    """Share of what is true: numpy counts ten times as fast as it means."""
    return float(np.count_nonzero(mask)) / mask.size


def _stuck(adu: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(h, w) bool ndarray: columns and rows whose means differ from one to the next by less than a live detector's noise allows."""
    live = DEAD_ADU / np.sqrt(size[0] * size[1])
    columns, rows = _changes(adu)
    return np.asarray((columns < live)[None, :] | (rows < live)[:, None])


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})  # what is no number stays none
def _changes(adu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean size of the steps along each column, (w,), and along each row, (h,), float64."""
    height, width = adu.shape
    columns, rows = np.zeros(width), np.zeros(height)
    for y in range(height):
        along = 0.0
        for x in range(1, width):
            along += abs(adu[y, x] - adu[y, x - 1])
        rows[y] = along
        if y:
            for x in range(width):
                columns[x] += abs(adu[y, x] - adu[y - 1, x])
    return columns / max(height - 1, 1), rows / max(width - 1, 1)
