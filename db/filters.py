"""What narrows a question, and the conditions that this makes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_

from db.schema import Detection, Event, Injection, ModelVersion, SourceFile

# What orders rows of equal times: these are never equal together.
BY_NAME = (SourceFile.archive, SourceFile.name, SourceFile.version, ModelVersion.name, ModelVersion.version)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a question; None and False do not.

    Attributes
    ----------
    night : that night alone; since, until : nights, both included
    time_from, time_to : aware datetimes; what overlaps them
    frequency_low_mhz, frequency_high_mhz : MHz; what overlaps them
    name, names : of one file, of any of several
    min_score : scores at or above it
    positive : only scores at or above the threshold stored with their model version
    headline : only the instrument's headline model
    superseded : files: older versions too
    sky_class : frames of the sky of that class
    min_cloud, max_cloud : frames whose cloud fraction is at least, at most so much
    limit : at most so many rows
    """

    night: date | None = None
    since: date | None = None
    until: date | None = None
    archive: str | None = None
    station: str | None = None
    product: str | None = None
    name: str | None = None
    names: tuple[str, ...] | None = None
    state: str | None = None
    label: str | None = None
    model: str | None = None
    min_score: float | None = None
    positive: bool = False
    headline: bool = False
    superseded: bool = False
    time_from: datetime | None = None
    time_to: datetime | None = None
    frequency_low_mhz: float | None = None
    frequency_high_mhz: float | None = None
    sky_class: str | None = None
    min_cloud: float | None = None
    max_cloud: float | None = None
    limit: int | None = None


def given(value: Any, column: Any) -> list[Any]:
    """A condition on one column, none where nothing is asked for."""
    return [] if value is None else [column == value]


def file_filters(filters: Filters, *, state: bool = True) -> list[Any]:
    """Conditions on files; without ``state`` not on theirs."""
    file = SourceFile
    return [
        *given(filters.night, file.night),
        *([file.night >= filters.since] if filters.since else []),
        *([file.night <= filters.until] if filters.until else []),
        *given(filters.archive, file.archive),
        *given(filters.station, file.station),
        *given(filters.product, file.product),
        *given(filters.name, file.name),
        *([file.name.in_(filters.names)] if filters.names is not None else []),
        *(given(filters.state, file.state) if state else []),
        *([] if filters.superseded or filters.state == "superseded" else [file.state != "superseded"]),
        *([or_(file.end_time >= filters.time_from, file.end_time.is_(None))] if filters.time_from else []),
        *([or_(file.start_time <= filters.time_to, file.start_time.is_(None))] if filters.time_to else []),
    ]


def overlaps(filters: Filters, found: type[Detection] | type[Event] | type[Injection]) -> list[Any]:
    """Conditions on what has a place in time and frequency."""
    return [
        *([found.t_end >= filters.time_from] if filters.time_from else []),
        *([found.t_start <= filters.time_to] if filters.time_to else []),
        *([found.frequency_high_mhz >= filters.frequency_low_mhz] if filters.frequency_low_mhz is not None else []),
        *([found.frequency_low_mhz <= filters.frequency_high_mhz] if filters.frequency_high_mhz is not None else []),
    ]


def model_filters(filters: Filters) -> list[Any]:
    """Conditions on model versions."""
    return [*given(filters.model, ModelVersion.name), *([ModelVersion.headline, ModelVersion.enabled] if filters.headline else [])]
