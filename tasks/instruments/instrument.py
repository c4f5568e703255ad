"""What the steps of a night ask of its instrument; all else is the same for each."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from tasks.archives.catalogue import archive
from tasks.source import Source

if TYPE_CHECKING:
    from tasks.picture import Picture


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument's own part of a night.

    Attributes
    ----------
    correlate : (connection, archive, night): write what several files tell together; how many rows
    inject : (source, force): judge what is injected into copies of the night's files; how many
    verify : compare the night with what others say of it; their names
    pictures : (connection, source, most quick-looks) to the pictures that are wanted
    context : (connection, what every report shows) to what its report shows beside: at least ``sentence`` and ``picture_keys``
    summary : what the report shows to lines of markdown
    template : of the report, in ``tasks/templates``
    """

    correlate: Callable[[Connection, str, date], int]
    inject: Callable[[Source, bool], int]
    verify: Callable[[Source], list[str]]
    pictures: "Callable[[Connection, Source, int], list[Picture]]"
    context: Callable[[Connection, Mapping[str, Any]], dict[str, Any]]
    summary: Callable[[Mapping[str, Any]], list[str]]
    template: str


def find(name: str) -> Instrument:
    """The instrument of that name; imported where it is asked for, because its steps import this."""
    found: Instrument = importlib.import_module(f"tasks.instruments.{name}").INSTRUMENT
    return found


def instrument_of(source: Source) -> Instrument:
    """The instrument of an archive."""
    return find(archive(source.archive).instrument)
