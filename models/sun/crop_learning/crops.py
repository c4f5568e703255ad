"""Crops of simulated regions with the flares that came of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from models.simulate.sun.activity import Activity
from models.sun.active_learning.disk import EVENTS
from models.sun.crop_learning.physics import HOUR, Physics, seen
from models.sun.flares import Flare, in_progress, largest_within
from models.sun.found_regions import MAGNETIC, FoundRegion, find_regions, oriented
from models.sun.image import PreparedSun
from models.sun.noaa import match_numbers
from models.sun.region_crop import LIGHTS, PLANES, SIDE, crop_planes
from models.sun.regions import Region

# Which channels there are; regions are sought in the first of them.
SETS = {
    "magnetogram + 171": (MAGNETIC, "171"),
    "magnetogram + 131": (MAGNETIC, "131"),
    "magnetogram": (MAGNETIC,),
    "171": ("171",),
    "131": ("131",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """Crops of many regions, of one set of channels.

    Attributes
    ----------
    planes : (N, 6, 64, 64) float16 ndarray
    event : (N, 2) bool ndarray, whether a flare of each of `EVENTS` was in progress or came within 24 h
    area_log10 : (N,) float64 ndarray, millionths of the hemisphere
    day : of each
    """

    planes: np.ndarray
    event: np.ndarray
    area_log10: np.ndarray
    day: list[str]


def simulated_crops(physics: Physics, nights: Sequence[date], progress: Callable[[int, int], None]) -> dict[str, Crops]:
    """Crops of all found regions of some nights, by `SETS`.

    Parameters
    ----------
    physics : of the Sun that is seen
    nights : one moment of each
    progress : told of nights done, and how many there are
    """
    rows: dict[str, list[tuple[np.ndarray, np.ndarray, float, str]]] = {name: [] for name in SETS}
    for number, night in enumerate(nights):
        when = datetime.combine(night, time(HOUR), UTC)
        activity, tomorrow = physics.activity(night), physics.activity(night + timedelta(days=1))
        suns = seen(physics, activity, when)
        for first in (MAGNETIC, *LIGHTS):
            found = find_regions(suns[first])
            events = labels_of(found, suns[first], activity, tomorrow, when)
            for name, channels in SETS.items():
                if channels[0] == first:
                    rows[name] += _rows(found, events, {channel: suns[channel] for channel in channels}, night)
        progress(number + 1, len(nights))
    return {name: _crops(made) for name, made in rows.items()}


def labels_of(
    found: Sequence[FoundRegion], sun: PreparedSun, activity: Activity, tomorrow: Activity, when: datetime
) -> list[np.ndarray]:
    """Of each found region, whether a flare of each of `EVENTS` was in progress or came within 24 h.

    Parameters
    ----------
    found : regions
    sun : in which they were found
    activity, tomorrow : of its day and of the next
    when : of the image
    """
    places = [
        Region(region.number, when, region.latitude_deg, region.longitude_at(when))
        for region in activity.regions
        if region.size(when) > 0 and abs(region.longitude_at(when)) < 90
    ]
    # Each day tells of the evening before as well: the same flare is in both.
    flares = list({flare.t_peak: flare.listed() for day in (activity, tomorrow) for flare in day.flares}.values())
    return [_event(flares, numbers, when) for numbers in match_numbers(found, places, when, oriented(sun))]


def _rows(
    found: Sequence[FoundRegion], events: Sequence[np.ndarray], suns: dict[str, PreparedSun], night: date
) -> list[tuple[np.ndarray, np.ndarray, float, str]]:
    return [
        (crop_planes(region, suns).astype(np.float16), event, float(np.log10(region.area_msh)), night.isoformat())
        for region, event in zip(found, events, strict=True)
    ]


def _event(flares: Sequence[Flare], numbers: Sequence[int], when: datetime) -> np.ndarray:
    own = [flare for flare in flares if flare.region in numbers]
    peaks = [flare.peak.operational for flare in (in_progress(own, when), largest_within(own, when)) if flare]
    return np.array([max(peaks, default=0.0) >= least for least in EVENTS.values()])


def _crops(rows: Sequence[tuple[np.ndarray, np.ndarray, float, str]]) -> Crops:
    planes = np.array([row[0] for row in rows], np.float16).reshape(-1, len(PLANES), SIDE, SIDE)
    events = np.array([row[1] for row in rows], bool).reshape(-1, len(EVENTS))
    return Crops(planes, events, np.array([row[2] for row in rows]), [row[3] for row in rows])
