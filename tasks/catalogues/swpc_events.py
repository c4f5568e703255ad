"""The daily event reports of NOAA's Space Weather Prediction Center (``YYYYMMDDevents.txt``), in and out; 80 columns."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from models.catalogue import CatalogueEvent, Sighting
from tasks.catalogues.reading import Problem, Reading

CATALOGUE = "swpc"
DAY = timedelta(days=1)
MISSING = "////"
NOTHING = "NO EVENT REPORTS."
# Sweep-frequency and fixed-frequency bursts, and noise storms; all others are seen in X-rays or in the optical.
RADIO = ("RSP", "RBR", "RNS")
# Columns of the format (SWPC's README of its event lists); a time may have a letter before it: A after, B before, U uncertain.
_FIELDS = {
    "number": (0, 4), "running": (5, 6), "begin": (10, 15), "max": (17, 22), "end": (27, 32), "observatory": (34, 37),
    "quality": (39, 40), "kind": (43, 46), "where": (48, 57), "particulars": (58, 75), "region": (76, 80),
}  # fmt: skip
HEAD = """:Product: {day:%Y%m%d}events.txt
:Created: {day:%Y %b %d} 2400 UT
:Date: {day:%Y %m %d}
# Prepared by {author}
#
# Missing data: ////
#                            Edited Events for {day:%Y %b %d}
#
#Event    Begin    Max       End  Obs  Q  Type  Loc/Frq   Particulars       Reg#
#-------------------------------------------------------------------------------

"""


def parse_swpc_events(text: str) -> Reading:
    """Read the report of one day: every line that begins with a number is an event.

    The particulars of a sweep (``III/1``) are its type, those of other events stay attributes.

    Parameters
    ----------
    text : of the whole file; its ``:Date:`` line says which day it is

    Raises
    ------
    ValueError
        If it has no date.
    """
    found = re.search(r"^:Date: *(\d{4}) (\d\d) (\d\d)", text, re.MULTILINE)
    if not found:
        raise ValueError("an event report of SWPC has a line ':Date: YYYY MM DD'; this one has none")
    day = date(*map(int, found.groups()))
    events: list[CatalogueEvent] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:4].strip().isdigit():
            try:
                events.append(_event(day, line.rstrip()))
            except ValueError as reason:
                problems.append(Problem(number, line, "refused", str(reason)))
    return Reading(CATALOGUE, tuple(events), () if events else (day,), tuple(problems))


def write_swpc_events(events: Iterable[CatalogueEvent], day: date, author: str = "Nightshift") -> str:
    """Write the events of a day as a report; what `parse_swpc_events` gives of one is written so that it gives it again."""
    lines = [_line(event) for event in events]
    return HEAD.format(day=day, author=author) + "\n".join(lines or [NOTHING]) + "\n"


def _event(day: date, line: str) -> CatalogueEvent:
    told = {name: line[first:last].strip() for name, (first, last) in _FIELDS.items()}
    if told["begin"] in ("", MISSING):
        raise ValueError("no beginning")
    start, end, peak = (_moment(day, told[name]) for name in ("begin", "end", "max"))
    assert start is not None
    end, peak = (moment + DAY if moment and moment < start else moment for moment in (end, peak))
    sweep = told["kind"] == "RSP" and told["particulars"] != ""
    low, high = _frequencies(told["where"]) if told["kind"] in RADIO else (None, None)
    kept = {name: told[name] for name in ("number", "running", "quality", "kind", "where", "particulars", "region") if told[name]}
    before = {f"{name}_qualifier": told[name][0] for name in ("begin", "max", "end") if told[name][:1] in ("A", "B", "U")}
    return CatalogueEvent(
        CATALOGUE,
        "radio" if told["kind"] in RADIO else "sun",
        told["particulars"] if sweep else told["kind"],
        start,
        end or max(start, peak or start),
        peak,
        sightings=(Sighting(told["observatory"]),) if told["observatory"] else (),
        frequency_low_mhz=low,
        frequency_high_mhz=high,
        attributes={**kept, **before, **({} if end else {"end_missing": True})},
    )


def _moment(day: date, text: str) -> datetime | None:
    if text in ("", MISSING):
        return None
    found = re.fullmatch(r"[ABU]? *(\d\d)(\d\d)", text, re.ASCII)
    if not found or int(found[2]) > 59 or int(found[1]) > 24:
        raise ValueError(f"{text!r} is no time of day")
    return datetime.combine(day, time(), UTC) + timedelta(hours=int(found[1]), minutes=int(found[2]))


def _frequencies(text: str) -> tuple[float | None, float | None]:
    """MHz of ``025-180`` or ``245``."""
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text, re.ASCII)
    return (float(found[1]), float(found[2] or found[1])) if found else (None, None)


def _line(event: CatalogueEvent) -> str:
    told: dict[str, Any] = {name: event.attributes.get(name, "") for name in _FIELDS}
    times = {"begin": event.t_start, "max": event.t_peak, "end": None if event.attributes.get("end_missing") else event.t_end}
    for name, moment in times.items():
        told[name] = f"{event.attributes.get(f'{name}_qualifier', ' ')}{moment:%H%M}" if moment else f" {MISSING}"
    told["observatory"] = event.sightings[0].station if event.sightings else ""
    line = " " * 80
    for name, (first, last) in _FIELDS.items():
        line = line[:first] + f"{told[name]:{last - first}}"[: last - first] + line[last:]
    return line.rstrip()
