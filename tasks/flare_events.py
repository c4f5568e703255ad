"""Flares as somebody lists them, with the radio bursts that are theirs and the sky above the site. Imports no Prefect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db.catalogues import catalogue_entries, record_catalogue
from db.filters import Filters
from db.queries import ask
from models.catalogue import CatalogueEvent
from models.flare_events import FlareEvent, RadioBurst, join_flares
from models.sun.flares import CLASS, Flare, GoesFlux, merged
from tasks.archives.catalogue import SIMULATED
from tasks.catalogues.flares import SPACEWEATHERLIVE, read_spaceweatherlive

DAY = timedelta(days=1)
LOOKED = "looked"  # type of the entry that says for how long a list was kept
# Frames of the sky so long before and after a flare tell how it was above the site.
AROUND = timedelta(minutes=5)


def record_flares(
    connection: Connection, catalogue: str, night: date, flares: Sequence[Flare], until: datetime | None = None
) -> None:
    """Write the flares that a list names for a UTC day; what it said before is replaced.

    ``until`` is the moment of that day until which the list is whole: without it no flare does not mean that there was none.
    """
    entries = [_entry(catalogue, flare) for flare in flares]
    if until is not None:
        entries.append(CatalogueEvent(catalogue, "sun", LOOKED, datetime.combine(night, time(), UTC), until))
    record_catalogue(connection, catalogue, night, entries)


def flares_of(connection: Connection, first: date, last: date, *, simulated: bool, catalogue: str | None = None) -> list[Flare]:
    """Flares of the days from ``first`` to ``last`` by all lists that were recorded (or one), each once, by time."""
    listed = catalogue_entries(connection, "sun", first, last)
    mine = [entry for entry in listed if entry.catalogue.endswith(SIMULATED) is simulated and catalogue in (None, entry.catalogue)]
    return merged([_flare(entry) for entry in mine if _is_flare(entry)])


def whole_until(connection: Connection, first: date, last: date) -> dict[str, dict[date, datetime]]:
    """Until which moment of each day each list is whole, by its name."""
    told: dict[str, dict[date, datetime]] = {}
    for entry in catalogue_entries(connection, "sun", first, last):
        if entry.type == LOOKED:
            told.setdefault(entry.catalogue, {})[entry.t_start.date()] = entry.t_end
    return told


def flare_events(connection: Connection, filters: Filters) -> list[dict[str, Any]]:
    """Answer the question "flares": a row for each, with what else was seen of it; real and simulated data never mix.

    ``radio`` names the members: archive, night and index of each event, its type, score, stations, and how many seconds after the
    flare's beginning it began. ``cloud_fraction`` is the mean over the frames that the headline of the sky judged meanwhile.
    """
    first, last = filters.night or filters.since or date.min, filters.night or filters.until or date.max
    wanted = replace(filters, archive=None, station=None, label=None, min_score=None, limit=None, headline=True)
    rows = []
    for simulated in (False, True):
        flares = flares_of(connection, first, last, simulated=simulated)
        if not flares:
            continue
        # A burst of the first minutes may stand in the night before, a late type IV in the next.
        days = replace(
            wanted,
            night=None,
            since=flares[0].t_start.date() - DAY,
            until=flares[-1].t_end.date() + DAY,
            time_from=None,
            time_to=None,
        )
        bursts = [row for row in ask(connection, "events", days) if row["archive"].endswith(SIMULATED) is simulated]
        frames = [row for row in ask(connection, "sky", days) if row["archive"].endswith(SIMULATED) is simulated]
        joined = join_flares(flares, [_burst(row) for row in bursts])
        rows += [_row(event, simulated=simulated) | _sky(event.flare, frames) for event in joined]
    rows = [row for row in rows if not filters.label or filters.label in (row["goes_class"], row["goes_class"][0], *row["types"])]
    return rows[: filters.limit]


def import_page(connection: Connection, page: Path, night: date) -> None:
    """Record the flares of a UTC day by a saved page of spaceweatherlive.com, as one more list; a page says nothing of other days.

    Raises
    ------
    CorruptInput
        It is no such page.
    """
    flares = read_spaceweatherlive(page.read_bytes().decode("utf-8", errors="replace"), night, page.name)
    record_flares(connection, SPACEWEATHERLIVE, night, [flare for flare in flares if flare.t_peak.date() == night])


def lists_of(connection: Connection, night: date) -> list[dict[str, Any]]:
    """A row for each flare of a UTC day by any list, simulated ones left out, with the lists that have it."""
    return [
        {
            "t_start": flare.t_start,
            "t_peak": flare.t_peak,
            "t_end": flare.t_end,
            "goes_class": flare.peak.goes_class,
            "region": flare.region,
            "lists": ", ".join(flare.sources),
        }
        for flare in flares_of(connection, night, night, simulated=False)
    ]


def _is_flare(entry: CatalogueEvent) -> bool:
    return "w_m2" in entry.attributes or (entry.attributes.get("event_type") == "FL" and bool(CLASS.fullmatch(entry.type)))


def _entry(catalogue: str, flare: Flare) -> CatalogueEvent:
    told = {
        "w_m2": flare.peak.w_m2,
        "scale": flare.peak.scale,
        "satellite": flare.peak.satellite,
        "region": flare.region,
        "latitude_deg": flare.latitude_deg,
        "longitude_deg": flare.longitude_deg,
        "sources": list(flare.sources),
    }
    return CatalogueEvent(catalogue, "sun", flare.peak.goes_class, flare.t_start, flare.t_end, flare.t_peak, attributes=told)


def _flare(entry: CatalogueEvent) -> Flare:
    told = entry.attributes
    known = "w_m2" in told
    return Flare(
        entry.t_start,
        entry.t_peak or entry.t_start,
        entry.t_end,
        GoesFlux(told["w_m2"], told["scale"], told["satellite"]) if known else GoesFlux.of_class(entry.type),
        told.get("region"),
        told.get("latitude_deg"),
        told.get("longitude_deg"),
        tuple(told.get("sources", (entry.catalogue,))),
    )


def _burst(row: Mapping[str, Any]) -> RadioBurst:
    key = (row["archive"], row["night"].isoformat(), row["index"])
    return RadioBurst(key, row["label"], row["score"], row["t_start"], row["t_peak"], row["t_end"], row["station_count"])


def _row(event: FlareEvent, *, simulated: bool) -> dict[str, Any]:
    flare = event.flare
    return {
        "t_start": flare.t_start,
        "t_peak": flare.t_peak,
        "t_end": flare.t_end,
        "goes_class": flare.peak.goes_class,
        "operational_w_m2": flare.peak.operational,
        "region": flare.region,
        "latitude_deg": flare.latitude_deg,
        "longitude_deg": flare.longitude_deg,
        "types": list(event.types),
        "simulated": simulated,
        "sources": list(flare.sources),
        "radio": [
            {
                "archive": burst.key[0],
                "night": burst.key[1],
                "index": burst.key[2],
                "type": burst.label,
                "score": burst.score,
                "stations": burst.stations,
                "delay_s": (burst.t_start - flare.t_start).total_seconds(),
            }
            for burst in event.bursts
        ],
    }


def _sky(flare: Flare, frames: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Cloud and commonest class of the sky while a flare lasted; None where no frame tells."""
    meanwhile = [
        row
        for row in frames
        if row["start_time"]
        and flare.t_start - AROUND <= row["start_time"] <= flare.t_end + AROUND
        and row["cloud_fraction"] is not None
    ]
    if not meanwhile:
        return {"cloud_fraction": None, "sky_class": None, "frames": 0}
    classes = [row["sky_class"] or row["frame_class"] for row in meanwhile]
    return {
        "cloud_fraction": sum(row["cloud_fraction"] for row in meanwhile) / len(meanwhile),
        "sky_class": max(sorted(set(classes)), key=classes.count),
        "frames": len(meanwhile),
    }
