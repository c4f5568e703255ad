"""Continuous observation of one station, longer or wider than a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

# Frequencies are written in kHz; tuners step by 62.5 kHz. A shift by less than a tenth of that is rounding.
SAME_FREQUENCY_MHZ = 0.006


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Files of one focus code joined over short gaps, or several focus codes of one station merged in frequency.

    Attributes
    ----------
    intensity : (F, T) ndarray, as in the files, uint8 or float32; 0 (uint8) or NaN (float32) where nothing was measured
    covered : (P, T) bool ndarray, for each part of the band True where it was measured; a day of one part is 0.3 MB, where a mask
        for each channel would double the 69 MB of its intensities
    part : (F,) int ndarray, which part each channel belongs to
    focus_codes : the focus code of each of the P parts
    frequency_mhz : (F,) float64 ndarray, MHz, ascending, not regular
    time_s : (T,) float64 ndarray, seconds after ``t_start``, strictly increasing
    t_start, t_end : aware UTC datetimes by the files' own clock: first sample, and last sample plus one step
    station, product, header : as in `Spectrogram`; the header is that of the first file
    good : (F,) bool ndarray, False for channels that are no sky data in at least half of the time
    """

    intensity: np.ndarray
    covered: np.ndarray
    part: np.ndarray
    focus_codes: tuple[str, ...]
    frequency_mhz: np.ndarray
    time_s: np.ndarray
    t_start: datetime
    t_end: datetime
    station: str
    product: str
    good: np.ndarray
    header: Mapping[str, Any]

    @property
    def measured(self) -> np.ndarray:
        """(F, T) bool ndarray: `covered` of each channel's part; a view, without a copy, where there is one part."""
        if len(self.covered) == 1:
            return np.broadcast_to(self.covered, self.intensity.shape)
        return np.asarray(self.covered[self.part])

    @property
    def band_mhz(self) -> tuple[float, float]:
        """Lowest and highest sky channel, MHz; of all channels where none is good."""
        channels = self.frequency_mhz[self.good] if self.good.any() else self.frequency_mhz
        return float(channels.min()), float(channels.max())


def usual_step(time_s: np.ndarray) -> float:
    """Seconds from sample to sample, by the median.

    Parameters
    ----------
    time_s : (T,) float64 ndarray, at least two
    """
    return float(np.median(np.diff(time_s)))


def same_axis(one_mhz: np.ndarray, other_mhz: np.ndarray) -> bool:
    """Whether two frequency axes are the same but for rounding.

    Parameters
    ----------
    one_mhz, other_mhz : (F,) and (G,) float64 ndarrays, MHz
    """
    return one_mhz.size == other_mhz.size and bool(np.abs(one_mhz - other_mhz).max() <= SAME_FREQUENCY_MHZ)


def blank(channels: int, samples: int, dtype: np.dtype[Any]) -> np.ndarray:
    """(channels, samples) ndarray in which nothing was measured yet: NaN, or 0 where the type knows no NaN."""
    return np.full((channels, samples), np.nan if dtype.kind == "f" else 0, dtype=dtype)
