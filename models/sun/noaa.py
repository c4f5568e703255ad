"""Which of NOAA's numbered regions a found region is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.sun.heliographic import on_disk, rotated, separation_deg
from models.sun.prepare import RADIUS, SIZE
from models.sun.regions import Region

# Places in NOAA's reports are whole degrees, of the spots; loops lean away from them.
REACH_DEG = 10.0


@dataclass(frozen=True, slots=True)
class NumberedRegion:
    """A region as a report gives it.

    Attributes
    ----------
    number : NOAA's, with all five digits
    latitude_deg, longitude_deg : Stonyhurst, north and west positive
    at : aware datetime of that place
    """

    number: int
    latitude_deg: float
    longitude_deg: float
    at: datetime


def match_numbers(
    regions: Sequence[Region], reported: Sequence[NumberedRegion], when: datetime, b0_deg: float
) -> list[tuple[int, ...]]:
    """NOAA's numbers of each region, in order; a region of the picture may hold several, and one number is given once.

    Parameters
    ----------
    regions : found in one picture
    reported : regions of a report, of whichever time
    when : aware datetime of the picture, to which the Sun is turned
    b0_deg : heliographic latitude of the disk's centre
    """
    given: list[list[int]] = [[] for _ in regions]
    for item in reported:
        place = (item.latitude_deg, rotated(item.latitude_deg, item.longitude_deg, item.at, when))
        index = _holding(regions, place, b0_deg)
        if index is None:
            apart = [separation_deg((region.latitude_deg, region.longitude_deg), place) for region in regions]
            index = int(np.argmin(apart)) if apart and min(apart) <= REACH_DEG else None
        if index is not None:
            given[index].append(item.number)
    return [tuple(sorted(numbers)) for numbers in given]


def _holding(regions: Sequence[Region], place: tuple[float, float], b0_deg: float) -> int | None:
    """The region in whose outline a place lies."""
    x, y, z = on_disk(*place, b0_deg)
    if z <= 0:
        return None
    row, column = (round((SIZE - 1) / 2 + part * RADIUS) for part in (y, x))
    return next((index for index, region in enumerate(regions) if region.mask[row, column]), None)
