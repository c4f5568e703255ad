"""Catalogues of others, and how well a night agrees with them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select

from db.merge import merge
from db.schema import Base, CatalogueEntry, Detection, ModelVersion, Night, Score, SourceFile, Verification
from models.catalogue import CatalogueEvent, Sighting, Span

TABLES = Base.metadata.tables
FIELDS = tuple(field.name for field in fields(CatalogueEvent))


def record_catalogue(connection: Connection, catalogue: str, night: date, events: Sequence[CatalogueEvent]) -> None:
    """Write what a catalogue says of a night, in its order; what it said before is replaced."""
    place = {"catalogue": catalogue, "night": night}
    rows = [_row(event) | place | {"index": index} for index, event in enumerate(events)]
    merge(connection, TABLES["catalogue_event"], rows, key=("catalogue", "night", "index"))
    mine = (CatalogueEntry.catalogue == catalogue, CatalogueEntry.night == night)
    connection.execute(delete(CatalogueEntry).where(*mine, CatalogueEntry.index >= len(rows)))


def _row(event: CatalogueEvent) -> dict[str, Any]:
    plain = {name: getattr(event, name) for name in FIELDS}
    return plain | {"sightings": [asdict(sighting) for sighting in event.sightings], "attributes": dict(event.attributes)}


def catalogue_of(connection: Connection, catalogue: str, night: date) -> tuple[CatalogueEvent, ...]:
    """What a catalogue says of a night."""
    mine = (CatalogueEntry.catalogue == catalogue, CatalogueEntry.night == night)
    columns = (TABLES["catalogue_event"].c[name] for name in FIELDS)
    rows = connection.execute(select(*columns).where(*mine).order_by(CatalogueEntry.index)).mappings()
    return tuple(map(_entry, rows))


def catalogue_entries(connection: Connection, instrument: str, first: date, last: date) -> list[CatalogueEvent]:
    """What all catalogues say of an instrument's nights from ``first`` to ``last``, by time and catalogue."""
    mine = (CatalogueEntry.instrument == instrument, CatalogueEntry.night >= first, CatalogueEntry.night <= last)
    columns = (TABLES["catalogue_event"].c[name] for name in FIELDS)
    order = (CatalogueEntry.t_start, CatalogueEntry.catalogue, CatalogueEntry.night, CatalogueEntry.index)
    return [_entry(row) for row in connection.execute(select(*columns).where(*mine).order_by(*order)).mappings()]


def _entry(row: RowMapping) -> CatalogueEvent:
    return CatalogueEvent(**{**row, "sightings": tuple(Sighting(**seen) for seen in row["sightings"])})


def record_verification(
    connection: Connection, archive: str, night: date, model_id: int, catalogue: str, metrics: Mapping[str, Mapping[str, float]]
) -> None:
    """Write how a model version agrees with a catalogue: figures by name, by station; what was written before is replaced."""
    place = {"archive": archive, "night": night, "model_version_id": model_id, "catalogue": catalogue}
    rows = [
        place | {"station": station, "metric": metric, "value": value}
        for station, figures in metrics.items()
        for metric, value in figures.items()
    ]
    mine = [getattr(Verification, name) == value for name, value in place.items()]
    written = set(connection.execute(select(Verification.station, Verification.metric).where(*mine)).tuples())
    for station, metric in written - {(row["station"], row["metric"]) for row in rows}:
        connection.execute(delete(Verification).where(*mine, Verification.station == station, Verification.metric == metric))
    merge(connection, TABLES["verification"], rows, key=(*place, "station", "metric"))


def headlines(connection: Connection, archive: str, night: date) -> dict[int, str]:
    """Ids and names of the headline model versions that judged files of a night; empty where the night was not run."""
    judged = (
        select(Score.model_version_id)
        .join(SourceFile, SourceFile.id == Score.source_file_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored", Score.state == "judged")
    )
    chosen = (ModelVersion.id.in_(judged), ModelVersion.headline, ModelVersion.enabled)
    rows = connection.execute(select(ModelVersion.id, ModelVersion.name).where(*chosen).order_by(ModelVersion.name))
    return dict(rows.tuples().all())


def archives_of(connection: Connection, night: date) -> list[str]:
    """Archives of which a night was run."""
    return list(connection.scalars(select(Night.archive).where(Night.night == night).order_by(Night.archive)))


def observed_spans(connection: Connection, archive: str, night: date, model_id: int) -> list[Span]:
    """Times for which a model version judged the stations of a night: its stored files."""
    rows = connection.execute(
        select(SourceFile.station, SourceFile.start_time, SourceFile.end_time)
        .join(Score, Score.source_file_id == SourceFile.id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored")
        .where(Score.model_version_id == model_id, Score.state == "judged")
        .where(SourceFile.start_time.is_not(None), SourceFile.end_time.is_not(None))
        .order_by(SourceFile.station, SourceFile.start_time, SourceFile.end_time)
    )
    return [Span(station, start, end) for station, start, end in rows.tuples() if start and end]


def found_spans(connection: Connection, archive: str, night: date, model_id: int) -> list[tuple[Span, str]]:
    """Stations and times of a model version's detections at or above its threshold, and their labels; by time."""
    rows = connection.execute(
        select(SourceFile.station, Detection.t_start, Detection.t_end, Detection.label)
        .join(Score, (Score.source_file_id == Detection.source_file_id) & (Score.model_version_id == Detection.model_version_id))
        .join(SourceFile, SourceFile.id == Detection.source_file_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored")
        .where(Detection.model_version_id == model_id, Detection.score >= Score.threshold)
        .where(Detection.t_start.is_not(None), Detection.t_end.is_not(None))
        .order_by(Detection.t_start, Detection.t_end, SourceFile.station, Detection.label)
    )
    return [(Span(station, start, end), label) for station, start, end, label in rows.tuples() if start and end]
