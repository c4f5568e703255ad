"""Frames brought to numbers of the order of one, by constants that are learnt once and stored with the weights."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

Kind = Literal["min_max", "mean_std"]


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What is taken off a frame, and what it is divided by.

    Training and use call the same `apply` with the same two numbers. The origin's notebook normalised its cloudy frames and forgot
    the clear ones: its accuracy of 1.0000 tells 0.06 from 600.

    Attributes
    ----------
    offset_adu, scale_adu : of all frames learnt from: least and span ("min_max"), or mean and standard deviation ("mean_std")
    """

    offset_adu: float
    scale_adu: float

    @classmethod
    def fit(cls, kind: Kind, adu: np.ndarray) -> Self:
        """Constants of the frames (N, H, W) float32, ADU, that are learnt from, and of no others."""
        if kind == "min_max":
            return cls(float(adu.min()), float(np.ptp(adu)))
        return cls(float(adu.mean(dtype=np.float64)), float(adu.std(dtype=np.float64)))

    def apply(self, adu: np.ndarray) -> np.ndarray:
        """Frames in ADU as float32 of the order of one."""
        return np.asarray((adu - np.float32(self.offset_adu)) / np.float32(self.scale_adu), dtype=np.float32)

    def array(self) -> np.ndarray:
        """(2,) float64 ndarray, as it is stored."""
        return np.array([self.offset_adu, self.scale_adu])

    @classmethod
    def from_array(cls, held: np.ndarray) -> Self:
        """What `array` gave."""
        return cls(float(held[0]), float(held[1]))
