"""What the report of a night of the Sun says of its forecasts, by list of flares. Imports no Prefect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from tasks.archives.catalogue import SIMULATED
from tasks.catalogues.flare_lists import LISTS
from tasks.flare_events import whole_until
from tasks.forecasts import figures_of


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list: until when it was had, None where never, and what `tasks.forecasts.figures_of` says of it."""

    name: str
    until: datetime | None
    figures: Mapping[str, float]

    @property
    def sentence(self) -> str:
        """All that is known by this list."""
        if self.until is None:
            return f"{self.name}: the list of flares could not be had; nothing is known by it."
        if not self.figures:
            return f"{self.name}: whole until {self.until:%d %B %H:%M} UTC; what came is not yet known, 24 h are not over."
        told, skill = self.figures, "no skill can be told over 30 nights, in which all was quiet or all active"
        if "tss_30_nights" in told:
            values = (f"{word} {told[f'{word.lower()}_30_nights']:.2f}" for word in ("TSS", "HSS", "BSS"))
            skill = f"over 30 nights {', '.join(values)}"
        shares = [f"{word} {told[name]:.2f}" for word, name in (("POD", "pod"), ("FAR", "far")) if name in told]
        return (
            f"{self.name}: of {told['forecasts']:.0f} forecasts {told['hits']:.0f} hits, {told['misses']:.0f} misses, "
            f"{told['false_alarms']:.0f} false alarms, {told['correct_negatives']:.0f} rightly quiet; "
            + ", ".join([*shares, f"Brier score {told['brier']:.3f}"])
            + f"; {skill} ({told['forecasts_30_nights']:.0f} forecasts)."
        )


def lists_shown(connection: Connection, archive: str, night: date) -> list[ListShown]:
    """What each list says of a night; a list that never came is named too."""
    looked = whole_until(connection, night, night + timedelta(days=1))
    shown = []
    for listed in LISTS:
        name = listed.name + (SIMULATED if archive.endswith(SIMULATED) else "")
        days = looked.get(name, {})
        shown.append(ListShown(name, days.get(max(days)) if days else None, figures_of(connection, archive, night, name)))
    return shown
