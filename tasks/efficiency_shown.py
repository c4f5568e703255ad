"""How well a night would have been seen, as its report shows it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from models.radio.efficiency import LEAST_ABOVE, Share, complete_from, expected_share, shares, wilson_interval
from models.radio.injection import STRENGTH_DB
from models.simulate.bursts import BURST_TYPES
from tasks.efficiency import ALL, Injected, right_types, strengths

# Who recovers less than half of what the others do of bursts of the same types and strengths is worth a word.
SHORT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Curve:
    """What was recovered of one type, or of all.

    Attributes
    ----------
    type : burst type, or `ALL`
    injected, recovered, right_type : counts; of those recovered, how many were given their type
    from_90_db : strength from which on 90 % were recovered, dB; None where they were not, or too few were injected
    shares : by strength
    """

    type: str
    injected: int
    recovered: int
    right_type: int
    from_90_db: float | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class EfficiencyShown:
    """What the report says of the injections of a night.

    Attributes
    ----------
    whole : of all types together
    curves : of each type
    short : a line for each station that recovers far less than the others
    """

    whole: Curve
    curves: tuple[Curve, ...]
    short: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """How many were recovered, and from where on nearly all."""
        limit = self.whole.from_90_db
        said = (
            f"90 % completeness was not reached by {LEAST_ABOVE} or more at any strength up to {STRENGTH_DB[1]:.0f} dB"
            if limit is None
            else f"90 % complete above {limit:.1f} dB"
        )
        return f"{self.whole.recovered} of {self.whole.injected} injected bursts were recovered; {said}."


def efficiency_shown(connection: Connection, archive: str, night: date) -> EfficiencyShown | None:
    """Gather what the headline recovered; None where nothing was injected."""
    injected = ask(connection, "injections", Filters(night=night, archive=archive, headline=True))
    if not injected:
        return None
    curves = tuple(_curve(kind, [row for row in injected if row["type"] == kind]) for kind in BURST_TYPES)
    return EfficiencyShown(_curve(ALL, injected), curves, tuple(_short_stations(injected)))


def _curve(kind: str, injected: Injected) -> Curve:
    strength, recovered = strengths(injected)
    counts = (len(injected), int(recovered.sum()), int(right_types(injected).sum()))
    return Curve(kind, *counts, complete_from(strength, recovered, 0.9), tuple(shares(strength, recovered)))


def _short_stations(injected: Injected) -> list[str]:
    """Name the stations that recover less than half of what the others do of the same types and strengths, and not by chance."""
    told = []
    for station in sorted({row["station"] for row in injected}):
        count, total, usual = 0, 0, 0.0
        for kind in BURST_TYPES:
            mine, others = (
                strengths([row for row in injected if row["type"] == kind and (row["station"] == station) is own])
                for own in (True, False)
            )
            if mine[0].size and others[0].size:
                count, total = count + int(mine[1].sum()), total + mine[0].size
                usual += float(expected_share(*others, at_db=mine[0]).sum())
        if count < SHORT_SHARE * usual and wilson_interval(count, total)[1] < usual / total:
            told.append(f"{station or '(no station)'}: {count} of {total}, where the others would have {usual:.0f}")
    return told
