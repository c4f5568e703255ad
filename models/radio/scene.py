"""Sums over a spectrogram that make the measures of every spot cheap."""

from dataclasses import dataclass
from typing import Self

import numpy as np

# Nothing beyond counts: one carrier must not outweigh what many channels say.
CLIP = (-4.0, 12.0)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A spectrogram in sigma, with running sums.

    Attributes
    ----------
    z : (F, B) float32 ndarray, sigma, good channels only, clipped
    mean_db : (F, B) float32 ndarray, dB
    frequency_mhz : (F,) float64 ndarray
    bin_s : seconds of one bin
    down, down_even : (F + 1, B) float32 ndarrays, sums of ``z`` over all and over even channels below each row
    along : (F, B + 1) float32 ndarray, sums of ``z`` over the bins before each
    """

    z: np.ndarray
    mean_db: np.ndarray
    frequency_mhz: np.ndarray
    bin_s: float
    down: np.ndarray
    down_even: np.ndarray
    along: np.ndarray

    @classmethod
    def of(cls, z: np.ndarray, mean_db: np.ndarray, frequency_mhz: np.ndarray, bin_s: float) -> Self:
        """Clip and sum."""
        clipped = np.clip(z, *CLIP)
        rows, bins = z.shape
        down = np.zeros((rows + 1, bins), dtype=np.float32)
        np.cumsum(clipped, axis=0, out=down[1:])
        even = clipped.copy()
        even[1::2] = 0
        down_even = np.zeros_like(down)
        np.cumsum(even, axis=0, out=down_even[1:])
        along = np.zeros((rows, bins + 1), dtype=np.float32)
        np.cumsum(clipped, axis=1, out=along[:, 1:])
        return cls(clipped, mean_db, frequency_mhz, bin_s, down, down_even, along)

    def curve(self, y0: int, y1: int, left: int, right: int) -> np.ndarray:
        """Light curve: mean over channels ``y0`` to ``y1`` of the bins ``left`` to ``right``."""
        return np.asarray((self.down[y1, left:right] - self.down[y0, left:right]) / (y1 - y0))

    def halves(self, y0: int, y1: int, left: int, right: int) -> tuple[np.ndarray, np.ndarray]:
        """Light curves of the even and the odd channels, as sums."""
        even = self.down_even[y1, left:right] - self.down_even[y0, left:right]
        return even, self.down[y1, left:right] - self.down[y0, left:right] - even

    def spectrum(self, x0: int, x1: int) -> np.ndarray:
        """(F,) mean over the bins ``x0`` to ``x1``; zeros where there are none."""
        if x1 <= x0:
            return np.zeros(self.z.shape[0])
        return np.asarray((self.along[:, x1] - self.along[:, x0]) / (x1 - x0))
