"""What our stations found, as entries of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.catalogue import CatalogueEvent, Sighting, Span
from models.radio.listed_types import listed_type
from tasks.catalogues.burst_list import CATALOGUE

# Two detections are one burst where they share half of the shorter, which is at least a quarter as long as the longer: a stroke
# within a continuum is an entry of its own.
SHARED, ALIKE = 0.5, 0.25


@dataclass(slots=True)
class _Group:
    label: str
    t_start: datetime
    t_end: datetime
    stations: set[str]

    def takes(self, span: Span, label: str) -> bool:
        short, long = sorted(((span.t_end - span.t_start).total_seconds(), (self.t_end - self.t_start).total_seconds()))
        shared = (min(span.t_end, self.t_end) - max(span.t_start, self.t_start)).total_seconds()
        return label == self.label and shared >= SHARED * short and short >= ALIKE * long

    def add(self, span: Span) -> None:
        self.t_start, self.t_end = min(self.t_start, span.t_start), max(self.t_end, span.t_end)
        self.stations.add(span.station)


def listed_bursts(found: Iterable[tuple[Span, str]]) -> list[CatalogueEvent]:
    """Put the detections of all stations together to entries of a burst list, by time.

    Parameters
    ----------
    found : detections and their labels, of any stations, in any order
    """
    groups: list[_Group] = []
    for span, label in sorted(found, key=lambda item: (item[0].t_start, item[0].t_end, item[0].station, item[1])):
        group = next((group for group in reversed(groups) if group.takes(span, label)), None)
        if group:
            group.add(span)
        else:
            groups.append(_Group(label, span.t_start, span.t_end, {span.station}))
    return [_entry(group) for group in sorted(groups, key=lambda group: (group.t_start, group.t_end, group.label))]


def _entry(group: _Group) -> CatalogueEvent:
    seen = tuple(Sighting(station) for station in sorted(group.stations, key=str.lower))
    kind = listed_type(group.label, group.t_end - group.t_start)
    return CatalogueEvent(CATALOGUE, "radio", kind, group.t_start, group.t_end, sightings=seen)
