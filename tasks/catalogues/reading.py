"""What reading a catalogue gives."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.catalogue import CatalogueEvent


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that is not as it should be.

    Attributes
    ----------
    line : its number, from 1
    text : the line
    kind : "repaired" where its meaning is beyond doubt, else "refused"
    reason : what is wrong
    """

    line: int
    text: str
    kind: Literal["repaired", "refused"]
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalogue as read.

    Attributes
    ----------
    catalogue : "e-callisto", "swpc" or "hek"
    events : in the order of the text
    quiet : days that the catalogue looked at and found empty
    problems : lines that were repaired or refused
    """

    catalogue: str
    events: tuple[CatalogueEvent, ...]
    quiet: tuple[date, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> frozenset[date]:
        """Days that somebody looked at: those with an entry, of whatever kind."""
        return frozenset(self.quiet) | {event.t_start.date() for event in self.events}

    def of_night(self, night: date) -> tuple[CatalogueEvent, ...]:
        """Events that touch a UTC day."""
        return tuple(event for event in self.events if event.t_start.date() <= night <= event.t_end.date())
