"""Events of a night as its report shows them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db.events import members_of
from db.filters import Filters
from db.queries import ask


@dataclass(frozen=True, slots=True)
class EventShown:
    """One event, and who saw it.

    Attributes
    ----------
    t_start, t_peak, t_end : aware UTC datetimes
    frequency_low_mhz, frequency_high_mhz : MHz
    label, score, coincident, attributes : as in `db.schema.Event`
    stations : number of those that saw it while the Sun was up there
    name : file of the surest detection, where the Sun was up if that was so anywhere
    places : station and focus code of all, in that order
    in_the_dark : those of them where the Sun was down, or nobody knows where they stand
    """

    t_start: datetime
    t_peak: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    label: str
    score: float
    coincident: bool
    attributes: Mapping[str, Any]
    stations: int
    name: str
    places: tuple[str, ...]
    in_the_dark: tuple[str, ...]

    @property
    def drift(self) -> str:
        """Drift with its standard deviation and where it was measured, MHz/s; empty where it could not be."""
        told = self.attributes
        if "drift_mhz_s" not in told:
            return ""
        return f"{told['drift_mhz_s']:.3g} ± {told['drift_sigma_mhz_s']:.2g} at {told['drift_at_mhz']:.0f} MHz"

    @property
    def speed(self) -> str:
        """Speed of the shock or of the electron beam in Newkirk's corona, without its uncertain density; empty where unknown."""
        if (shock := self.attributes.get("shock_speed_newkirk_x1_km_s")) is not None:
            return f"shock {shock:.0f} km/s"
        beam = self.attributes.get("exciter_speed_newkirk_x1_c")
        return "" if beam is None else f"beam {beam:.2f} c"


def place_of(row: Mapping[str, Any]) -> str:
    """Station and focus code of a row, as tables and pictures name it."""
    return f"{row['station'] or '(no station)'} {row['focus_code']}".strip()


def events_shown(connection: Connection, archive: str, night: date) -> list[EventShown]:
    """Events of the headline model, by time."""
    members = defaultdict(list)
    for row in members_of(connection, archive, night):
        members[row["event"]].append(row)
    rows = ask(connection, "events", Filters(night=night, archive=archive, headline=True))
    return [_shown(row, members[row["index"]]) for row in rows]


def _shown(row: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> EventShown:
    members = sorted(
        members, key=lambda member: member["station"] not in row["stations"]
    )  # who saw the Sun first, else as they are
    places = tuple(dict.fromkeys(place_of(member) for member in members))
    dark = {place_of(member) for member in members if member["station"] not in row["stations"]}
    return EventShown(
        t_start=row["t_start"],
        t_peak=row["t_peak"],
        t_end=row["t_end"],
        frequency_low_mhz=row["frequency_low_mhz"],
        frequency_high_mhz=row["frequency_high_mhz"],
        label=row["label"],
        score=row["score"],
        coincident=row["coincident"],
        attributes=row["attributes"],
        stations=row["station_count"],
        name=members[0]["name"],
        places=places,
        in_the_dark=tuple(place for place in places if place in dark),
    )
