"""What a catalogue of somebody else says: an event, and who saw it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# How the e-CALLISTO lists mark a station: hardly visible; found only after checking other stations; spectrum out of step in time or
# frequency; both; doubtful.
MARKS = ("", "()", "(())", "[]", "[()]", "?")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A station that saw an event, as the catalogue spells it, and one of `MARKS`."""

    station: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueEvent:
    """One entry of a catalogue.

    Attributes
    ----------
    catalogue : "e-callisto", "swpc" or "hek"
    instrument : "radio" or "sun"
    type : as the catalogue writes it
    t_start, t_end : aware UTC datetimes, the beginnings of the first and the last unit of time that it names
    t_peak : likewise, None where unknown
    resolution_s : s, that unit: what is stated to the minute lasts to the end of its last minute
    sightings : stations that saw it; none where the catalogue does not tell
    frequency_low_mhz, frequency_high_mhz : MHz, None where unknown
    attributes : what else the entry says
    """

    catalogue: str
    instrument: str
    type: str
    t_start: datetime
    t_end: datetime
    t_peak: datetime | None = None
    resolution_s: float = 60.0
    sightings: tuple[Sighting, ...] = ()
    frequency_low_mhz: float | None = None
    frequency_high_mhz: float | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A station and a time: something that it found, or that it observed; aware UTC datetimes."""

    station: str
    t_start: datetime
    t_end: datetime
