"""A full disk, and the flares that came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from models.sun.flare_law import C1_W_M2, M1_W_M2
from models.sun.image import PreparedSun

WINDOW = timedelta(hours=24)
# What is forecast, by the lowest peak flux that counts, W m-2 on the operational scale.
EVENTS = {"C": C1_W_M2, "M": M1_W_M2}


@dataclass(frozen=True, slots=True, eq=False)
class LabelledDisk:
    """A prepared full disk with its flares.

    Attributes
    ----------
    name : of the file
    sun : PreparedSun
    t_start : aware UTC datetime of the picture
    flux_w_m2 : of the largest flare in progress or within 24 h, operational scale; 1e-9 where there was none
    flux_before_w_m2 : of the largest flare that had reached its peak within the 24 h before
    mcintosh : classes of the sunspot groups in the last Solar Region Summary before the picture; None where that is not held
    """

    name: str
    sun: PreparedSun
    t_start: datetime
    flux_w_m2: float
    flux_before_w_m2: float
    mcintosh: tuple[str, ...] | None = None

    @property
    def known_at(self) -> datetime:
        """When its label is known: the end of its window."""
        return self.t_start + WINDOW

    @property
    def day(self) -> str:
        """UTC day, as ISO 8601."""
        return self.t_start.astimezone(UTC).date().isoformat()


def truth(disks: list[LabelledDisk]) -> np.ndarray:
    """(N, 2) bool ndarray, whether each of `EVENTS` came."""
    flux = np.array([disk.flux_w_m2 for disk in disks])
    # A class has one decimal: half of it keeps 9.999999e-06 from being no M1.0.
    return np.stack([flux >= least * 0.995 for least in EVENTS.values()], axis=1)
