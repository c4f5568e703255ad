"""The monthly burst lists of e-CALLISTO, in and out: ``YYYYMMDD<tab>HH:MM-HH:MM<tab>TYPE<tab>STATION, STATION, …``."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from models.catalogue import CatalogueEvent
from tasks.catalogues.reading import Problem, Reading
from tasks.catalogues.stations import UNTOLD, read_stations, write_stations

CATALOGUE = "e-callisto"
QUIET = "##:##-##:##"
DAY = timedelta(days=1)
# All 15 entries of 36 real lists that end before they start are slips: a day later they would last 4 to 24 h. What lasts no longer
# than this may well cross midnight.
LONGEST_OVER_MIDNIGHT = timedelta(hours=3)
_TIMES = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)(\+*)", re.ASCII)
_NEARLY_TIMES = re.compile(r"(\d{1,2})[:._]?(\d\d)[-:._](\d{1,2})[:._]?(\d\d)(\+*)", re.ASCII)
HEAD = """# Product: {product}
# Prepared by {author}
#
# Missing data: ##:##-##:##
#
#Date\t\tTime\t\tType\tStations
#-------------------------------------------------------------------------------
"""
FOOT = """


() hardly visible in the spectrum
(()) extremely weak burst which was only found after checking other stations
[] Synchronization error, spectrum messed up either in time and/or in frequency
RBR unidentified radio burst
--- unclassified
/R reverse drifting burst
/p strong circular polarization
* Too many stations to report
+ Burst may take longer
##:##-##:## data checked but no burst observed at all
"""


class _Refused(Exception):
    """A line whose meaning cannot be told."""


def parse_burst_list(text: str, month: date | None = None) -> Reading:
    """Read a list; what is no entry (lines that do not begin with a digit) is passed over.

    Parameters
    ----------
    text : of the whole file
    month : first day of the list's month, by default that of its ``# Product:`` line; entries of other months are refused

    Returns
    -------
    Reading
        Stations are spelt as in the list; a list that was cut off or garbled anywhere still gives all its other lines.
    """
    month = month or _month_of(text)
    events: list[CatalogueEvent] = []
    quiet: list[date] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line[:1].isdigit():
            continue
        try:
            entry, repairs = _entry(line, month)
        except _Refused as reason:
            problems.append(Problem(number, line, "refused", str(reason)))
            continue
        if isinstance(entry, date):
            quiet.append(entry)
        else:
            events.append(entry)
        if repairs:
            problems.append(Problem(number, line, "repaired", "; ".join(repairs)))
    return Reading(CATALOGUE, tuple(events), tuple(quiet), tuple(problems))


def write_burst_list(events: Iterable[CatalogueEvent], quiet: Iterable[date], month: date, author: str = "Nightshift") -> str:
    """Write a list as the archive has them; times are cut to the minute.

    Parameters
    ----------
    events, quiet : of one month, in any order; what `parse_burst_list` gives of such a list is written so that it gives it again
    month : any day of that month
    author : who prepared it
    """
    entries = [(event.t_start.date(), _line(event)) for event in sorted(events, key=_order)]
    entries += [(day, f"{day:%Y%m%d}\t{QUIET}") for day in quiet]
    head = HEAD.format(product=f"e-CALLISTO_{month:%Y_%m}.txt", author=author)
    return head + "".join(f"{line}\n" for _, line in sorted(entries, key=lambda entry: entry[0])) + FOOT


def _order(event: CatalogueEvent) -> tuple[datetime, datetime]:
    return event.t_start, event.t_end


def _line(event: CatalogueEvent) -> str:
    start, end = (moment.astimezone(UTC).replace(second=0, microsecond=0) for moment in (event.t_start, event.t_end))
    midnight = datetime.combine(start.date() + DAY, time(), UTC)
    longer = bool(event.attributes.get("open_end"))
    if end > midnight and end - start > LONGEST_OVER_MIDNIGHT:
        end, longer = midnight, True
    last = "24:00" if end == midnight else f"{end:%H:%M}"
    return f"{start:%Y%m%d}\t{start:%H:%M}-{last}{'+' if longer else ''}\t{event.type}\t{write_stations(event)}"


def _month_of(text: str) -> date | None:
    found = re.search(r"^# Product: *e-CALLISTO_(\d{4})_(\d\d)", text, re.MULTILINE)
    return date(int(found[1]), int(found[2]), 1) if found and 1 <= int(found[2]) <= 12 else None


def _entry(line: str, month: date | None) -> tuple[CatalogueEvent | date, list[str]]:
    """Read one line: an event or a quiet day, and what had to be mended."""
    columns = [column.strip() for column in line.rstrip().split("\t")]
    repairs = []
    if "" in columns[1:-1]:
        columns = [column for column in columns if column]
        repairs.append("an empty column")
    day = _day(columns[0], month)
    if columns[1:2] == [QUIET]:
        return day, repairs
    if len(columns) < 3:
        raise _Refused("no type" if len(columns) == 2 and _NEARLY_TIMES.fullmatch(columns[1]) else "no time")
    start, end, longer = _times(day, columns[1], repairs)
    if len(columns) > 4:
        repairs.append(f"more than four columns: {' '.join(columns[4:])!r} left out")
    sightings, told, mended = read_stations(columns[3] if len(columns) > 3 else "")
    attributes = {**({"open_end": True} if longer else {}), **told}
    event = CatalogueEvent(CATALOGUE, "radio", columns[2], start, end, sightings=sightings, attributes=attributes)
    if not sightings and UNTOLD not in told:
        mended.append("no station")
    return event, repairs + mended


def _day(text: str, month: date | None) -> date:
    try:
        if not re.fullmatch(r"\d{8}", text, re.ASCII):
            raise ValueError
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise _Refused(f"{text!r} is no date") from None
    if month and (day.year, day.month) != (month.year, month.month):
        raise _Refused(f"{day} is not in {month:%Y-%m}")
    return day


def _times(day: date, text: str, repairs: list[str]) -> tuple[datetime, datetime, bool]:
    found = _TIMES.fullmatch(text)
    if not found:
        found = _NEARLY_TIMES.fullmatch(text)
        if not found:
            raise _Refused(f"{text!r} is no pair of times")
        repairs.append(f"time {text!r} mended")
    start, end = _moment(day, found[1], found[2]), _moment(day, found[3], found[4])
    if start.date() != day:
        raise _Refused(f"{text!r} does not start on its day")
    if end < start:
        end += DAY
        if end - start > LONGEST_OVER_MIDNIGHT:
            raise _Refused(f"{text!r} ends before it starts")
    return start, end, bool(found[5])


def _moment(day: date, hour: str, minute: str) -> datetime:
    """Time of a day; 24:00 is its end."""
    if int(minute) > 59 or int(hour) * 60 + int(minute) > 24 * 60:
        raise _Refused(f"{hour}:{minute} is no time of day")
    return datetime.combine(day, time(), UTC) + timedelta(hours=int(hour), minutes=int(minute))
