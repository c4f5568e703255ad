"""What one receiver saw: detections, and those that go on from file to file."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

# A burst that goes on in the next file ends with the last bins of one file and begins with the first of the next.
GAP = timedelta(seconds=10)
SHARED_BAND = 0.3  # of the narrower one's octaves
# The Sun's disk, refraction and a station's position to a few degrees: below this the Sun cannot be seen.
LOWEST_SUN_DEG = -2.0
UNKNOWN = "unclassified"
STORM, CONTINUUM = "I", "IV"
LASTING = ({"II"}, {STORM, CONTINUUM})
FAMILIES = ({"III", "IIIg", "V"}, *LASTING)
LEAST_STORM = timedelta(minutes=3)  # as in storms.py; what lasts less is one of a storm's grains


class Banded(Protocol):
    """What has a lowest and a highest frequency, MHz."""

    @property
    def frequency_low_mhz(self) -> float:
        """Lowest."""
        ...

    @property
    def frequency_high_mhz(self) -> float:
        """Highest."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detection of the headline model, as events are made of it.

    Attributes
    ----------
    key : what it is in the tables
    station, focus_code : its receiver
    t_start, t_peak, t_end : aware UTC datetimes
    frequency_low_mhz, frequency_high_mhz : MHz
    label, score : burst type and probability
    sun_elevation_deg : at the peak, None where the station's position is unknown
    """

    key: tuple[int, int]
    station: str
    focus_code: str
    t_start: datetime
    t_peak: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    label: str
    score: float
    sun_elevation_deg: float | None

    @property
    def receiver(self) -> tuple[str, str]:
        """Station and focus code."""
        return self.station, self.focus_code

    @property
    def is_storm(self) -> bool:
        """Whether it is a noise storm as a whole, not one of its grains."""
        return self.label == STORM and self.t_end - self.t_start >= LEAST_STORM


@dataclass(frozen=True, slots=True)
class Chain:
    """Sightings of one receiver that go on from file to file.

    Attributes
    ----------
    sightings : by time
    best : the surest of them
    t_start, t_end : when the first begins, and the last ends
    """

    sightings: tuple[Sighting, ...]
    best: Sighting
    t_start: datetime
    t_end: datetime

    @classmethod
    def of(cls, sightings: Sequence[Sighting]) -> Self:
        """A chain of sightings that are in order of time."""
        best = max(sightings, key=lambda item: (item.score, item.key))
        return cls(tuple(sightings), best, sightings[0].t_start, max(item.t_end for item in sightings))

    @property
    def label(self) -> str:
        """Type of the surest."""
        return self.best.label

    @property
    def is_storm(self) -> bool:
        """Whether it is a noise storm, or a continuum that lasts as long, maybe over several files."""
        return self.best.is_storm or (self.label == CONTINUUM and self.t_end - self.t_start >= LEAST_STORM)

    @property
    def sees_sun(self) -> bool:
        """Whether the Sun was up there; False where nobody knows."""
        elevation = self.best.sun_elevation_deg
        return elevation is not None and elevation >= LOWEST_SUN_DEG

    @property
    def is_dark(self) -> bool:
        """Whether the Sun was down there, so that this is something else; False where nobody knows."""
        return self.best.sun_elevation_deg is not None and not self.sees_sun


def join_files(sightings: Iterable[Sighting]) -> list[Chain]:
    """Join what one receiver saw at the end of a file with what it saw at the beginning of the next, in the same band.

    Of several it goes on with one of its own kind, if there is one: a continuum with the continuum, not with a burst before it.
    """
    by_receiver: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for item in sightings:
        by_receiver[item.receiver].append(item)
    chains = []
    for found in by_receiver.values():
        open_chains: list[list[Sighting]] = []
        for item in sorted(found, key=lambda item: (item.t_start, item.key)):
            before = [chain for chain in open_chains if _goes_on(chain[-1], item)]
            if before:
                kind = item.label
                max(before, key=lambda chain: (alike(chain[-1].label, kind), chain[-1].score, chain[-1].key)).append(item)
            else:
                open_chains.append([item])
        chains += [Chain.of(chain) for chain in open_chains]
    return chains


def _goes_on(before: Sighting, after: Sighting) -> bool:
    if before.key[0] == after.key[0] or upon_a_storm(before, after):
        return False
    return abs(after.t_start - before.t_end) <= GAP and shared_band(before, after) >= SHARED_BAND


def alike(one: str, other: str) -> bool:
    """Whether what has these types may be one burst."""
    return UNKNOWN in (one, other) or one == other or any({one, other} <= family for family in FAMILIES)


def upon_a_storm(one: Sighting | Chain, other: Sighting | Chain) -> bool:
    """Whether one of the two is a storm or a continuum, and the other a burst that comes while it lasts, not a piece of it."""
    return one.is_storm != other.is_storm and not alike(one.label, other.label)


def shared_band(one: Banded, other: Banded) -> float:
    """Octaves that both cover, by those of the narrower one."""
    low, high = max(one.frequency_low_mhz, other.frequency_low_mhz), min(one.frequency_high_mhz, other.frequency_high_mhz)
    narrower = min(math.log2(item.frequency_high_mhz / item.frequency_low_mhz) for item in (one, other))
    return math.log2(high / low) / max(narrower, 1e-6) if high > low else 0.0
