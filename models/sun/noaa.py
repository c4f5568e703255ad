"""Which of NOAA's numbered regions a found region is."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.sun.found_regions import FoundRegion
from models.sun.image import Disk
from models.sun.regions import Region, to_pixel

# Places in NOAA's reports are whole degrees, of the spots; loops lean away from them.
REACH_DEG = 10.0


def match_numbers(found: Sequence[FoundRegion], reported: Sequence[Region], when: datetime, disk: Disk) -> list[tuple[int, ...]]:
    """NOAA's numbers of each found region, in order; it may hold several, and a number is given once.

    Parameters
    ----------
    found : in one prepared picture
    reported : regions of a report, of whichever time
    when : aware datetime of the picture, to which the Sun is turned
    disk : of the prepared picture, from `models.sun.found_regions.oriented`
    """
    given: list[list[int]] = [[] for _ in found]
    for item in (region.at(when) for region in reported):
        x, y, visible = to_pixel(disk, item.latitude_deg, item.longitude_deg)
        apart = [separation_deg(region.latitude_deg, region.longitude_deg, item) for region in found]
        # Boxes, where shapes are not kept, may overlap: of several regions that hold the place the nearest has it.
        holding = [n for n, region in enumerate(found) if visible and region.mask[round(y), round(x)]]
        nearest = min(holding or range(len(found)), key=apart.__getitem__, default=None)
        if nearest is not None and (holding or apart[nearest] <= REACH_DEG):
            given[nearest].append(item.number)
    return [tuple(sorted(numbers)) for numbers in given]


def separation_deg(latitude_deg: float, longitude_deg: float, reported: Region) -> float:
    """Great-circle distance of a place on the Sun and a reported region, degrees."""
    a, b, c, d = np.radians([latitude_deg, longitude_deg, reported.latitude_deg, reported.longitude_deg])
    cosine = np.sin(a) * np.sin(c) + np.cos(a) * np.cos(c) * np.cos(b - d)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
