"""Which rows of an e-CALLISTO picture hold sky data."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit
from models.radio.alias_rows import alias_rows

# Share of unit steps that makes a row the receiver's test ramp 0, 1, 2, ...; sky rows reach 0.3, ramps 0.99 (201 real files).
RAMP_SHARE = 0.9
RAMP_SAMPLES = 513  # two ramps
FIRST_STEPS = 8
SAME_STEP = 1e-3  # digits: scaled ramps are rounded to single precision


@dataclass(frozen=True, slots=True, eq=False)
class BadRows:
    """Rows that hold no sky data, by what gave them away; (F,) bool ndarrays.

    Attributes
    ----------
    constant : never change: no receiver behind them
    ramp : the receiver's test sawtooth
    repeated : dummies that share one frequency
    alias : rows on frequencies of their own that show another channel
    """

    constant: np.ndarray
    ramp: np.ndarray
    repeated: np.ndarray
    alias: np.ndarray

    @property
    def sky(self) -> np.ndarray:
        """(F,) bool ndarray, True for the rows that are left."""
        return np.asarray(~(self.constant | self.ramp | self.repeated | self.alias))


def bad_rows(picture: np.ndarray, frequency_mhz: np.ndarray) -> BadRows:
    """Rows that are not sky, judged by their values rather than by where they stand.

    Parameters
    ----------
    picture : (F, T) uint8 or float32 ndarray, digits, rows in the order of the file
    frequency_mhz : (F,) float64 ndarray, MHz, in the order of the file
    """
    constant, ramp, repeated = constant_rows(picture), ramp_rows(picture), repeated_frequencies(frequency_mhz)
    return BadRows(constant, ramp, repeated, alias_rows(picture, ~(constant | ramp | repeated)))


def good_rows(picture: np.ndarray, frequency_mhz: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True for rows that hold sky data; parameters as of `bad_rows`."""
    return bad_rows(picture, frequency_mhz).sky


@njit(cache=True, nogil=True)
def constant_rows(picture: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True where a row never changes: no receiver behind it."""
    constant = np.ones(picture.shape[0], dtype=np.bool_)
    for row in range(picture.shape[0]):
        for sample in range(1, picture.shape[1]):
            if picture[row, sample] != picture[row, 0]:
                constant[row] = False
                break
    return constant


@njit(cache=True, nogil=True)
def ramp_rows(picture: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True for the test sawtooth 0, 1, 2, ... 254, scaled or not."""
    ramp = np.zeros(picture.shape[0], dtype=np.bool_)
    steps = min(RAMP_SAMPLES, picture.shape[1]) - 1
    if steps < 8:
        return ramp
    for row in range(picture.shape[0]):
        samples = picture[row]
        # Scaled files carry the ramp in steps of BSCALE. It falls back once in 255 steps, so that of three the middle one is its
        # step; a step of 0 is a constant row, which has its own name.
        first, last = float(samples[1]) - samples[0], float(samples[FIRST_STEPS]) - samples[FIRST_STEPS - 1]
        middle = float(samples[FIRST_STEPS // 2]) - samples[FIRST_STEPS // 2 - 1]
        usual = max(min(first, middle), min(max(first, middle), last))
        others = 0.0
        for sample in range(steps):
            others += abs(float(samples[sample + 1]) - samples[sample] - usual) >= SAME_STEP
            if others > (1 - RAMP_SHARE) * steps or usual <= 0:
                break
        else:
            ramp[row] = True
    return ramp


def repeated_frequencies(frequency_mhz: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True for dummy rows.

    Receivers fill their 200 rows by repeating one frequency, mostly 8 or 9 times; all rows of such a group are doubtful. Of a mere
    pair, the first is taken as the sky.
    """
    ascending = np.sort(frequency_mhz)
    repeated = np.zeros(frequency_mhz.size, dtype=bool)
    for value in set(ascending[1:][ascending[1:] == ascending[:-1]].tolist()):
        rows = np.flatnonzero(frequency_mhz == value)
        repeated[rows if rows.size > 2 else rows[1:]] = True
    return repeated
