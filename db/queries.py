"""The questions that people ask in the morning, as SELECTs over the tables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Date, Select, String, and_, case, cast, func, literal, select, union, union_all
from sqlalchemy.dialects.postgresql import JSONB

from db.filters import BY_NAME, Filters, file_filters, given, model_filters, overlaps
from db.injections import select_injections
from db.receivers import receivers as select_receivers
from db.schema import (
    NIGHT_COUNTS,
    Detection,
    Event,
    Injection,
    ModelVersion,
    Night,
    Run,
    Score,
    SkyMetric,
    SourceFile,
)
from db.sky_questions import clouds, sky

Rows = Select[Any]

LIVE = "live"  # what a run of the schedule is told of the archive


def ask(connection: Connection, question: str, filters: Filters) -> list[dict[str, Any]]:
    """Answer one of `QUESTIONS`; rows as mappings, in a fixed order."""
    statement = QUESTIONS[question](filters)
    if filters.limit is not None:
        statement = statement.limit(filters.limit)
    return [dict(row) for row in connection.execute(statement).mappings()]


def count(connection: Connection, question: str, filters: Filters) -> int:
    """How many rows `ask` would give."""
    rows = QUESTIONS[question](filters).order_by(None).subquery()
    return connection.scalar(select(func.count()).select_from(rows)) or 0


def files(filters: Filters) -> Rows:
    """Every file that was listed, and how it ended."""
    file = SourceFile
    return (
        select(
            file.archive,
            file.night,
            file.name,
            file.version,
            file.product,
            file.station,
            file.focus_code,
            file.state,
            file.reason,
            file.start_time,
            file.end_time,
            file.bytes,
            file.sha256,
            file.raw_key,
            file.shard_key,
            file.shard_index,
            file.url,
        )
        .where(*file_filters(filters))
        .order_by(file.night, file.archive, file.station, file.name, file.version)
    )


def scores(filters: Filters) -> Rows:
    """What each model version says of each stored file."""
    said = _said()
    return (
        select(
            SourceFile.archive,
            SourceFile.night,
            SourceFile.name,
            SourceFile.station,
            SourceFile.focus_code,
            SourceFile.start_time,
            SourceFile.end_time,
            ModelVersion.name.label("model"),
            ModelVersion.version,
            ModelVersion.headline,
            said.c.state,
            said.c.reason,
            said.c.label,
            said.c.score,
            said.c.threshold,
            said.c.positive,
            said.c.scores,
            said.c.metrics,
        )
        .join(said, said.c.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == said.c.model_version_id)
        .where(*file_filters(filters, state=False), *model_filters(filters))
        .where(*given(filters.state, said.c.state), *given(filters.label, said.c.label))
        .where(*([said.c.score >= filters.min_score] if filters.min_score is not None else []))
        .where(*([said.c.positive.is_(True)] if filters.positive else []))
        .order_by(SourceFile.night, SourceFile.start_time, *BY_NAME)
    )


def _said() -> Any:
    """All verdicts as one table: those on frames of the sky stand in one of their own."""
    columns = ("source_file_id", "model_version_id", "state", "reason", "label", "score", "threshold", "positive")
    each = {Score: (Score.scores, Score.metrics), SkyMetric: (literal({}, JSONB).label("scores"), SkyMetric.metrics)}
    return union_all(
        *(select(*(getattr(table, column) for column in columns), *documents) for table, documents in each.items())
    ).subquery("said")


def detections(filters: Filters) -> Rows:
    """What was found: one row per detection of one model version in one file."""
    found = Detection
    without_time = replace(filters, time_from=None, time_to=None)
    return (
        select(
            SourceFile.archive,
            SourceFile.night,
            SourceFile.station,
            SourceFile.focus_code,
            found.t_start,
            found.t_peak,
            found.t_end,
            found.frequency_low_mhz,
            found.frequency_high_mhz,
            found.label,
            found.score,
            Score.threshold,
            (found.score >= Score.threshold).label("positive"),
            ModelVersion.name.label("model"),
            ModelVersion.version,
            ModelVersion.headline,
            SourceFile.name,
            found.index,
            found.box,
            found.attributes,
            found.artifact,
        )
        .join(Score, and_(Score.source_file_id == found.source_file_id, Score.model_version_id == found.model_version_id))
        .join(SourceFile, SourceFile.id == found.source_file_id)
        .join(ModelVersion, ModelVersion.id == found.model_version_id)
        .where(*file_filters(without_time, state=False), *model_filters(filters), *overlaps(filters, found))
        .where(*given(filters.label, found.label), *given(filters.state, Score.state))
        .where(*([found.score >= filters.min_score] if filters.min_score is not None else []))
        .where(*([found.score >= Score.threshold] if filters.positive else []))
        .order_by(SourceFile.night, found.t_start, *BY_NAME, found.index)
    )


def events(filters: Filters) -> Rows:
    """What the network saw: one row per event of one model version."""
    return (
        select(
            Event.archive,
            Event.night,
            Event.index,
            Event.t_start,
            Event.t_peak,
            Event.t_end,
            Event.frequency_low_mhz,
            Event.frequency_high_mhz,
            Event.label,
            Event.score,
            Event.coincident,
            func.cardinality(Event.stations).label("station_count"),
            Event.stations,
            ModelVersion.name.label("model"),
            ModelVersion.version,
            Event.attributes,
        )
        .join(ModelVersion, ModelVersion.id == Event.model_version_id)
        .where(*given(filters.night, Event.night), *given(filters.archive, Event.archive), *given(filters.label, Event.label))
        .where(
            *([Event.night >= filters.since] if filters.since else []), *([Event.night <= filters.until] if filters.until else [])
        )
        .where(*([Event.stations.contains([filters.station])] if filters.station else []))
        .where(*overlaps(filters, Event), *model_filters(filters))
        .where(*([Event.score >= filters.min_score] if filters.min_score is not None else []))
        .order_by(Event.night, Event.archive, ModelVersion.name, ModelVersion.version, Event.index)
    )


def nights(filters: Filters) -> Rows:
    """Every night between the first and the last that is asked for or known, also those never run (outcome ``missing``).

    The last night of an archive that was ever observed live is the last that has ended: it should be there.
    """
    first, last = filters.night or filters.since, filters.night or filters.until
    asked = [select(literal(filters.archive, String))] if filters.archive else []  # an archive may never have been run at all
    names = union(select(Night.archive.label("archive")), *asked).subquery()
    spans = (
        select(
            names.c.archive,
            (literal(first, Date) if first else func.min(Night.night)).label("first"),
            (literal(last, Date) if last else func.greatest(func.max(Night.night), _expected_until(names.c.archive))).label("last"),
        )
        .select_from(names)
        .outerjoin(Night, Night.archive == names.c.archive)
        .group_by(names.c.archive)
        .subquery()
    )
    dates = select(
        spans.c.archive, cast(func.generate_series(spans.c.first, spans.c.last, literal(timedelta(days=1))), Date).label("night")
    ).subquery()
    outcome = func.coalesce(Night.outcome, "missing")
    return (
        select(
            dates.c.archive,
            dates.c.night,
            outcome.label("outcome"),
            *(func.coalesce(count, 0).label(count.key) for count in NIGHT_COUNTS),
            func.coalesce(Night.reason, "never run").label("reason"),
            Night.start_time,
            Night.end_time,
        )
        .select_from(dates)
        .outerjoin(Night, and_(Night.archive == dates.c.archive, Night.night == dates.c.night))
        .where(*given(filters.archive, dates.c.archive), *given(filters.state, outcome))
        .order_by(dates.c.night, dates.c.archive)
    )


def _expected_until(archive: Any) -> Any:
    """Yesterday (UTC) where an archive was ever observed live, else NULL, which `greatest` passes over."""
    yesterday = cast(func.timezone("UTC", func.now()), Date) - 1
    live = select(Run.id).where(Run.archive == archive, Run.parameters["archive"].astext == LIVE)
    return case((live.exists(), yesterday))


def receivers(filters: Filters) -> Rows:
    """How many files each receiver sent in each night, and how many it usually sends."""
    first, last = filters.night or filters.since, filters.night or filters.until
    return select_receivers(archive=filters.archive, first=first, last=last, station=filters.station, state=filters.state)


def injections(filters: Filters) -> Rows:
    """What was put into copies of the files, and whether it was found: one row per burst and model version."""
    without_time = replace(filters, time_from=None, time_to=None)
    conditions = (*file_filters(without_time, state=False), *model_filters(filters), *overlaps(filters, Injection))
    return select_injections(*conditions, *given(filters.label, Injection.type))


QUESTIONS: Mapping[str, Callable[[Filters], Rows]] = {
    "files": files,
    "nights": nights,
    "scores": scores,
    "detections": detections,
    "events": events,
    "injections": injections,
    "receivers": receivers,
    "sky": sky,
    "clouds": clouds,
}
