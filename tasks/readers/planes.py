"""What a spectrogram file holds before anything is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.compiled import njit

KEPT_CARDS = (
    "DATE-OBS", "TIME-OBS", "DATE-END", "TIME-END", "CONTENT", "ORIGIN", "TELESCOP", "INSTRUME", "OBJECT", "BUNIT", "BSCALE",
    "BZERO", "CDELT1", "OBS_LAT", "OBS_LAC", "OBS_LON", "OBS_LOC", "OBS_ALT", "FRQFILE", "PWM_VAL",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Picture and axes as they are stored.

    Attributes
    ----------
    digits : (rows, columns) ndarray: uint8 as stored, or float32 where the file stores another number format
    scale, zero : BSCALE and BZERO that are yet to be applied to ``digits``
    time, frequency : float64 ndarrays, TSCAL and TZERO applied, in the order of the file
    bound : no picture of its number format and scaling holds a number farther from 0, nor a gap; infinite where it may
    cards : those of `KEPT_CARDS` that have a value in the primary header
    read_by : which parser read it
    """

    digits: np.ndarray
    scale: float
    zero: float
    time: np.ndarray
    frequency: np.ndarray
    bound: float
    cards: Mapping[str, str | int | float | bool]
    read_by: Literal["direct", "astropy"]

    def picture(self, rows: np.ndarray | None = None) -> np.ndarray:
        """The picture as the file means it: uint8 ndarray where nothing scales it, else float32.

        Parameters
        ----------
        rows : (N,) int ndarray, the rows wanted, in their order; by default all
        """
        if self.scale == 1 and self.zero == 0:
            return self.digits if rows is None else self.digits[rows]
        rows = np.arange(self.digits.shape[0]) if rows is None else rows
        # Adding -0 changes nothing, adding 0 would turn -0 into 0.
        return np.asarray(_scaled_rows(self.digits, rows, np.float32(self.scale), np.float32(self.zero or -0.0)))


@njit(cache=True, nogil=True)
def _scaled_rows(digits: np.ndarray, rows: np.ndarray, scale: np.float32, zero: np.float32) -> np.ndarray:
    """`scaled` of some rows, in one pass: a third of the time."""
    result = np.empty((rows.size, digits.shape[1]), dtype=np.float32)
    for index in range(rows.size):
        row = digits[rows[index]]
        for sample in range(row.size):
            result[index, sample] = np.float32(row[sample]) * scale + zero
    return result


def scaled(values: np.ndarray, scale: float, zero: float, kind: np.dtype) -> np.ndarray:
    """``scale`` times ``values`` plus ``zero``, a new array of ``kind``, in that order and precision, as astropy does it."""
    with np.errstate(all="ignore"):  # gaps and absurd values are judged by the caller
        result: np.ndarray = np.multiply(values, kind.type(scale), dtype=kind) if scale != 1 else values.astype(kind)
        if zero != 0:
            result += kind.type(zero)
    return result
