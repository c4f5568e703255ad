"""Detections put together for reading: what several stations saw within a minute stands in one line of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# The band drifts and receivers' clocks are off by seconds, rarely by more (a type III crosses 20-80 MHz in about 10 s).
TOGETHER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class BurstSeen:
    """The surest detection of a moment, and where else something was found within `TOGETHER` of it.

    This is an aid for reading a table, not a catalogue of events: two bursts of one minute share a line.

    Attributes
    ----------
    t_start, t_peak, t_end : aware UTC datetimes of the surest detection
    frequency_low_mhz, frequency_high_mhz : MHz, of the surest detection
    label, score, threshold, peak_db, name : of the surest detection; ``name`` is its file
    sure : whether it reached the threshold; else only its file did
    places : station and focus code of the surest detection, then the others, sorted
    stations : number of different stations
    detections : number of detections
    """

    t_start: datetime
    t_peak: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    label: str
    score: float
    threshold: float
    sure: bool
    peak_db: float | None
    name: str
    places: tuple[str, ...]
    stations: int
    detections: int


def place_of(row: Mapping[str, Any]) -> str:
    """Station and focus code of a row, as tables and pictures name it."""
    return f"{row['station'] or '(no station)'} {row['focus_code']}".strip()


def bursts_seen(detections: Sequence[Mapping[str, Any]]) -> list[BurstSeen]:
    """Group detections around the surest ones; sorted by time.

    Parameters
    ----------
    detections : rows of the question "detections", all with times and frequencies
    """
    rows = sorted(detections, key=lambda row: (-row["score"], row["t_start"], row["name"], row["index"]))
    moments = [row["t_peak"] or row["t_start"] for row in rows]
    taken = [False] * len(rows)
    groups = []
    for number, moment in enumerate(moments):
        if taken[number]:
            continue
        members = [other for other in range(number, len(rows)) if not taken[other] and abs(moments[other] - moment) <= TOGETHER]
        for other in members:
            taken[other] = True
        groups.append(_group([rows[other] for other in members]))
    return sorted(groups, key=lambda group: (group.t_start, group.name))


def _group(rows: Sequence[Mapping[str, Any]]) -> BurstSeen:
    surest = rows[0]
    first = place_of(surest)
    return BurstSeen(
        t_start=surest["t_start"],
        t_peak=surest["t_peak"] or surest["t_start"],
        t_end=surest["t_end"],
        frequency_low_mhz=surest["frequency_low_mhz"],
        frequency_high_mhz=surest["frequency_high_mhz"],
        label=surest["label"],
        score=surest["score"],
        threshold=surest["threshold"],
        sure=bool(surest["positive"]),
        peak_db=surest["attributes"].get("peak_db"),
        name=surest["name"],
        places=(first, *sorted({place_of(row) for row in rows} - {first})),
        stations=len({row["station"] or place_of(row) for row in rows}),
        detections=len(rows),
    )
