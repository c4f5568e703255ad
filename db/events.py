"""Events of a night: what they are made of, and what was made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, cast, delete, func, select

from db.ledger import CURRENT
from db.merge import merge
from db.schema import Base, Detection, Event, EventMember, ModelVersion, Score, SourceFile

TABLES = Base.metadata.tables


@dataclass(frozen=True, slots=True)
class Headline:
    """The model version whose detections become events."""

    id: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Found:
    """One detection with the file it is in.

    Attributes
    ----------
    file_id, index : its key, with the model version's
    station, focus_code : receiver
    latitude_deg, longitude_deg : of its antenna, None where the file does not say
    t_start, t_peak, t_end : aware datetimes; ``t_peak`` may be None
    frequency_low_mhz, frequency_high_mhz : MHz
    label, score : what, and how probable
    attributes : its measures
    """

    file_id: int
    index: int
    station: str
    focus_code: str
    latitude_deg: float | None
    longitude_deg: float | None
    t_start: datetime
    t_peak: datetime | None
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    label: str
    score: float
    attributes: Mapping[str, Any]


def headline(connection: Connection, instrument: str) -> Headline | None:
    """Return the enabled headline of an instrument, None where it has none or its weights were never had."""
    chosen = (ModelVersion.instrument == instrument, ModelVersion.headline, ModelVersion.enabled)
    row = connection.execute(select(ModelVersion.id, ModelVersion.threshold).where(*chosen)).one_or_none()
    return Headline(*row) if row and row.threshold is not None else None


def headline_name(connection: Connection, instrument: str) -> str | None:
    """Return the name of the enabled headline of an instrument, None where it has none."""
    chosen = (ModelVersion.instrument == instrument, ModelVersion.headline, ModelVersion.enabled)
    return connection.scalar(select(ModelVersion.name).where(*chosen))


def found_by(connection: Connection, archive: str, night: date, model: Headline) -> Iterator[Found]:
    """Yield the detections of a night that have a place in time and frequency."""
    rows = connection.execute(
        select(
            SourceFile.id,
            Detection.index,
            SourceFile.station,
            SourceFile.focus_code,
            SourceFile.latitude_deg,
            SourceFile.longitude_deg,
            Detection.t_start,
            Detection.t_peak,
            Detection.t_end,
            Detection.frequency_low_mhz,
            Detection.frequency_high_mhz,
            Detection.label,
            Detection.score,
            Detection.attributes,
        )
        .join(Detection, Detection.source_file_id == SourceFile.id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored")
        .where(Detection.model_version_id == model.id)
        .where(Detection.t_start.is_not(None), Detection.t_end.is_not(None), Detection.frequency_low_mhz.is_not(None))
    )
    return (Found(*row) for row in rows)


def observed_seconds(connection: Connection, archive: str, night: date, model: Headline) -> dict[tuple[str, str], float]:
    """Seconds of the files that the model judged, by station and focus code."""
    lasted = func.sum(func.extract("epoch", SourceFile.end_time - SourceFile.start_time))
    rows = connection.execute(
        select(SourceFile.station, SourceFile.focus_code, lasted)
        .join(Score, Score.source_file_id == SourceFile.id)
        .where(SourceFile.archive == archive, SourceFile.night == night, CURRENT)
        .where(Score.model_version_id == model.id, Score.state == "judged")
        .group_by(SourceFile.station, SourceFile.focus_code)
    )
    return {(station, focus_code): float(seconds or 0) for station, focus_code, seconds in rows}


def write_events(
    connection: Connection,
    archive: str,
    night: date,
    model: Headline,
    events: Sequence[Mapping[str, Any]],
    members: Sequence[Mapping[str, Any]],
) -> None:
    """Make the events of a night these, by this model version; those that are as they were are not touched.

    Parameters
    ----------
    events : columns of `Event` but its key and index, in order of time
    members : ``source_file_id``, ``detection``, ``event`` (index of the event), ``sun_elevation_deg``
    """
    key = {"archive": archive, "night": night, "model_version_id": model.id}
    here = (Event.archive == archive, Event.night == night, Event.model_version_id == model.id)
    connection.execute(delete(Event).where(*here, Event.index >= len(events)))
    rows = [{**key, "index": index, **event} for index, event in enumerate(events)]
    merge(connection, TABLES["event"], rows, key=(*key, "index"))
    belongs = [{**key, **member} for member in members]
    merge(connection, TABLES["event_member"], belongs, key=("source_file_id", "model_version_id", "detection"))
    mine = (EventMember.archive == archive, EventMember.night == night, EventMember.model_version_id == model.id)
    columns = (cast([member[name] for member in members], ARRAY(BigInteger)) for name in ("source_file_id", "detection"))
    kept = func.unnest(*columns).table_valued("file", "detection").render_derived(name="kept")
    among = select(kept.c.file).where(kept.c.file == EventMember.source_file_id, kept.c.detection == EventMember.detection)
    connection.execute(delete(EventMember).where(*mine, ~among.exists()))


def members_of(connection: Connection, archive: str, night: date) -> list[dict[str, Any]]:
    """Return what belongs to the events of the enabled headline: file, receiver and Sun's height, by event, the surest first."""
    rows = connection.execute(
        select(EventMember.event, SourceFile.name, SourceFile.station, SourceFile.focus_code, EventMember.sun_elevation_deg)
        .join(SourceFile, SourceFile.id == EventMember.source_file_id)
        .join(ModelVersion, ModelVersion.id == EventMember.model_version_id)
        .join(
            Detection,
            (Detection.source_file_id == EventMember.source_file_id)
            & (Detection.model_version_id == EventMember.model_version_id)
            & (Detection.index == EventMember.detection),
        )
        .where(EventMember.archive == archive, EventMember.night == night, ModelVersion.headline, ModelVersion.enabled)
        .order_by(EventMember.event, Detection.score.desc(), Detection.t_start, SourceFile.name, Detection.index)
    )
    return [dict(row) for row in rows.mappings()]
