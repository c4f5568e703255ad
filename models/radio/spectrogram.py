"""The radio observation as read, and as prepared for every radio classifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from models.site import NOWHERE, Site

# One digit of a CALLISTO receiver: 2500 mV over 255 steps at 25.4 mV/dB (C. Monstein's description of the format).
DB_PER_DIGIT = 2500 / 255 / 25.4


@dataclass(frozen=True, slots=True, eq=False)
class Spectrogram:
    """One file of one station and focus code, calibrated no further than its own header does.

    Attributes
    ----------
    intensity : (F, T) ndarray, digits: uint8 as the receiver wrote them, or float32 where the file scales them (BSCALE and BZERO
        applied)
    frequency_mhz : (F,) float64 ndarray, MHz, ascending
    time_s : (T,) float64 ndarray, seconds after ``t_start``, strictly increasing
    t_start, t_end : aware UTC datetimes by the file's own clock: first sample, and last sample plus one step
    station, focus_code : as in the file name; "" where it has none
    product : "intensity" or "polarisation"
    good : (F,) bool ndarray, False for rows that are not sky data (dummy, constant, sawtooth, alias)
    header : selected cards of the primary header
    site : where the antenna stands, as far as the header says
    """

    intensity: np.ndarray
    frequency_mhz: np.ndarray
    time_s: np.ndarray
    t_start: datetime
    t_end: datetime
    station: str
    focus_code: str
    product: str
    good: np.ndarray
    header: Mapping[str, Any] = field(default_factory=dict)
    site: Site = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSpectrogram:
    """A spectrogram cleaned and pooled to the one shape that every radio classifier takes.

    Attributes
    ----------
    mean_db : (CHANNELS, BINS) float32 ndarray, dB above the channel's quiet level: mean of each time bin.
        Interference is masked before pooling; where nothing is left, and in rows and bins that are padding, the value is 0.
    sigma_db : (CHANNELS,) float32 ndarray, dB, robust noise of ``mean_db`` per channel; NaN in bad rows and padding
    covered : (CHANNELS, BINS) bool ndarray, True where at least one unmasked sample went into the bin
    frequency_mhz : (CHANNELS,) float64 ndarray, MHz, ascending, NaN in padding rows (at the end)
    good : (CHANNELS,) bool ndarray, rows that hold sky data
    bin_s : seconds of one time bin
    n_bins : number of leading bins that hold data; the rest is padding
    t_start, t_end, station, focus_code, product, site : as in `Spectrogram`
    """

    mean_db: np.ndarray
    sigma_db: np.ndarray
    covered: np.ndarray
    frequency_mhz: np.ndarray
    good: np.ndarray
    bin_s: float
    n_bins: int
    t_start: datetime
    t_end: datetime
    station: str
    focus_code: str
    product: str
    site: Site = NOWHERE

    @property
    def observer(self) -> dict[str, str]:
        """Station and focus code."""
        return {"station": self.station, "focus_code": self.focus_code}

    @property
    def band(self) -> dict[str, float]:
        """Lowest and highest channel with sky data, MHz, as every verdict on the file states them; needs one such channel."""
        low, high = self.frequency_mhz[self.good][[0, -1]].tolist()
        return {"frequency_low_mhz": low, "frequency_high_mhz": high}
