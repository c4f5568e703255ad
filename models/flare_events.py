"""Flares with what else was seen of them: radio bursts, and the sky above the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.sun.flares import Flare

# Minutes before a flare begins and after it ends that a burst of each type may overlap and still be of it. Own choice: beams
# (III) leave with the impulsive phase; a shock (II) needs some minutes to form and is seen for ten or more; the trapped electrons
# of V and IV stay behind. Noise storms (I) belong to regions, not to flares.
WINDOWS_MIN = {"III": (5, 5), "IIIg": (5, 5), "V": (5, 10), "II": (0, 30), "IV": (0, 60), "unclassified": (5, 10)}


@dataclass(frozen=True, slots=True)
class RadioBurst:
    """A radio event as flares are joined with it.

    Attributes
    ----------
    key : of the event in the tables: archive, night, index
    label : its type
    score : probability
    t_start, t_peak, t_end : aware datetimes
    stations : that saw it
    """

    key: tuple[str, str, int]
    label: str
    score: float
    t_start: datetime
    t_peak: datetime
    t_end: datetime
    stations: int


@dataclass(frozen=True, slots=True)
class FlareEvent:
    """One flare and the bursts that are its, by time."""

    flare: Flare
    bursts: tuple[RadioBurst, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """Types of its bursts in the order in which they began, each once."""
        return tuple(dict.fromkeys(burst.label for burst in self.bursts))


def join_flares(flares: Sequence[Flare], bursts: Sequence[RadioBurst]) -> list[FlareEvent]:
    """Give each burst to the flare that it belongs to.

    A burst belongs to one flare at most: of those within whose time, widened by `WINDOWS_MIN`, it lies, to the one whose peak is
    nearest to its own, and of two as near to the larger.

    Parameters
    ----------
    flares, bursts : in any order

    Returns
    -------
    list of FlareEvent, all flares by time, those without a burst too
    """
    mine: dict[int, list[RadioBurst]] = {}
    for burst in bursts:
        near = [place for place, flare in enumerate(flares) if _within(burst, flare)]
        if near:
            mine.setdefault(min(near, key=lambda place: _distance(burst, flares[place])), []).append(burst)
    events = [
        FlareEvent(flare, tuple(sorted(mine.get(place, ()), key=lambda burst: (burst.t_start, burst.key))))
        for place, flare in enumerate(flares)
    ]
    return sorted(events, key=lambda event: (event.flare.t_start, event.flare.t_peak, event.flare.peak.operational))


def _within(burst: RadioBurst, flare: Flare) -> bool:
    if burst.label not in WINDOWS_MIN:
        return False
    before, after = (timedelta(minutes=minutes) for minutes in WINDOWS_MIN[burst.label])
    return burst.t_start <= flare.t_end + after and burst.t_end >= flare.t_start - before


def _distance(burst: RadioBurst, flare: Flare) -> tuple[timedelta, float]:
    return abs(burst.t_peak - flare.t_peak), -flare.peak.operational
