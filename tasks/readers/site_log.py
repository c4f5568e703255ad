"""Logs of the site, CSV: what weather station and mount said, joined with frames by time."""

import csv
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from models.errors import ConfigurationError

TIME = "time"
# Stations write every minute or so; what is older says nothing of a frame.
MOST_AWAY_S = 600.0


@dataclass(frozen=True, slots=True)
class SiteLog:
    """Rows of a log by time.

    Attributes
    ----------
    moments : seconds since 1970, ascending
    columns : values by name, as many as moments; None where a row has none
    """

    moments: tuple[float, ...]
    columns: dict[str, tuple[float | None, ...]]

    def at(self, moment: datetime, column: str) -> float | None:
        """Value at a moment, in proportion between the rows around it; None where one of them is more than 10 minutes away."""
        values = self.columns.get(column)
        second = moment.timestamp()
        place = bisect_left(self.moments, second)
        if values is None or not self.moments:
            return None
        if place < len(self.moments) and self.moments[place] == second:
            return values[place]
        if not 0 < place < len(self.moments):
            return None
        before, after = place - 1, place
        low, high = values[before], values[after]
        if low is None or high is None or max(second - self.moments[before], self.moments[after] - second) > MOST_AWAY_S:
            return None
        return low + (high - low) * (second - self.moments[before]) / (self.moments[after] - self.moments[before])


def site_log(path: Path) -> SiteLog:
    """Read a log, once for as long as it does not change.

    The first row names the columns: ``time`` (ISO 8601, UTC unless it says otherwise), ``air_c`` and ``humidity`` (0 to 1) of a
    weather station, ``altitude_deg`` and ``position_deg`` (the frame's angle against the vertical) of a mount; others are left
    alone.

    Raises
    ------
    ConfigurationError
        It cannot be read, or a row is no row.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{path}: is no log of the site ({type(error).__name__}: {error})") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> SiteLog:
    with path.open(newline="", encoding="utf-8") as file:
        rows = sorted(((_second(row[TIME]), row) for row in csv.DictReader(file)), key=lambda item: item[0])
    names = [name for name in (rows[0][1] if rows else {}) if name != TIME]
    columns = {name: tuple(_number(row[name]) for _, row in rows) for name in names}
    return SiteLog(tuple(second for second, _ in rows), columns)


def _second(text: str) -> float:
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
