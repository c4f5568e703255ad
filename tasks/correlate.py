"""Correlate: make events of what the headline found in the files of a night."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.events import Found, found_by, headline, observed_seconds, write_events
from db.session import transaction
from models.radio.events import BurstEvent, find_events
from models.radio.sightings import Sighting
from models.solar import sun_elevation_deg
from tasks.archives.catalogue import archive
from tasks.batch import step_task
from tasks.instruments.instrument import instrument_of
from tasks.source import Source


@step_task
def correlate(source: Source) -> int:
    """Put together what several files of a night tell, as its instrument does; return how many rows that made or changed."""
    with transaction() as connection:
        return instrument_of(source).correlate(connection, source.archive, source.night)


def make_events(connection: Connection, archive_name: str, night: date) -> int:
    """Put the bursts that the headline found together and write the events that they come to; return how many there are."""
    model = headline(connection, archive(archive_name).instrument)
    if model is None:
        return 0
    found = {(item.file_id, item.index): item for item in found_by(connection, archive_name, night, model)}
    observed = observed_seconds(connection, archive_name, night, model)
    events = find_events([sighting(item) for item in found.values()], observed, model.threshold)
    members = [member for index, event in enumerate(events) for member in _members(index, event)]
    rows = [_row(event, [found[item.key] for item in event.members]) for event in events]
    write_events(connection, archive_name, night, model, rows, members)
    return len(events)


def sighting(found: Found) -> Sighting:
    """A detection as events are made of it, with the height of the Sun at its antenna."""
    peak = found.t_peak or found.t_start
    elevation = None
    if found.latitude_deg is not None and found.longitude_deg is not None:
        elevation = round(sun_elevation_deg(found.latitude_deg, found.longitude_deg, peak), 2)
    return Sighting(
        (found.file_id, found.index),
        found.station,
        found.focus_code,
        found.t_start,
        peak,
        found.t_end,
        found.frequency_low_mhz,
        found.frequency_high_mhz,
        found.label,
        found.score,
        elevation,
    )


def _row(event: BurstEvent, members: Sequence[Found]) -> dict[str, Any]:
    """An event with the measures of the surest member of its own type whose drift is known, else of the surest of that type.

    What was taken for a stroke has the speed of an electron beam, which a shock does not have.
    """
    own = [item for item in members if item.label == event.label] or [members[0]]
    measured = next((item for item in own if "drift_mhz_s" in item.attributes), own[0])
    return {
        "label": event.label,
        "score": event.score,
        "t_start": event.t_start,
        "t_peak": event.t_peak,
        "t_end": event.t_end,
        "frequency_low_mhz": event.frequency_low_mhz,
        "frequency_high_mhz": event.frequency_high_mhz,
        "stations": list(event.stations),
        "coincident": event.coincident,
        "attributes": {"measured_at": f"{measured.station} {measured.focus_code}".strip(), **measured.attributes},
    }


def _members(index: int, event: BurstEvent) -> list[Mapping[str, Any]]:
    return [
        {
            "source_file_id": item.key[0],
            "detection": item.key[1],
            "event": index,
            "sun_elevation_deg": item.sun_elevation_deg,
        }
        for item in event.members
    ]
