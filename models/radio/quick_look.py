"""A picture that an archive drew of a spectrogram: no axes, no units, but something to look at."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.site import NOWHERE, Site


@dataclass(frozen=True, slots=True, eq=False)
class QuickLook:
    """One quick-look picture.

    Attributes
    ----------
    pixels : (H, W, 3) uint8 ndarray, RGB
    t_start : aware UTC datetime from the file name, None where it has none; t_end is not known
    station, focus_code : from the file name
    site : not known either
    """

    pixels: np.ndarray
    t_start: datetime | None
    station: str
    focus_code: str
    t_end: None = None
    site: Site = NOWHERE

    @property
    def observer(self) -> dict[str, str]:
        """Station and focus code."""
        return {"station": self.station, "focus_code": self.focus_code}
