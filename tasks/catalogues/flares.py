"""Lists of flares: a table of GOES flares, SWPC's JSON, the HEK's replies, and pages of spaceweatherlive.com."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lxml import html

from models.catalogue import CatalogueEvent
from models.errors import CorruptInput
from models.sun.flares import CLASS, Flare, GoesFlux, merged, region_number
from tasks.catalogues.reading import Problem

# Of the HEK's methods those that list GOES flares, the more trusted first; SSW's has positions of its own.
METHODS = ("SWPC", "SSW Latest Events")
SPACEWEATHERLIVE = "spaceweatherlive"
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class FlareReading:
    """A list as read: its flares, and the entries that could not be read, each with its place."""

    flares: tuple[Flare, ...]
    problems: tuple[Problem, ...] = ()


def read_flare_list(text: str, name: str) -> list[Flare]:
    """A table with the columns Flare Class, Start Time, Peak Time, End Time, Active Region Number; rows that break are left out.

    Raises
    ------
    CorruptInput
        It has no such columns.
    """
    rows = csv.DictReader(io.StringIO(text))
    wanted = {"Flare Class", "Start Time", "Peak Time", "End Time", "Active Region Number"}
    if not wanted <= set(rows.fieldnames or ()):
        raise CorruptInput(f"{name}: lacks the columns {', '.join(sorted(wanted - set(rows.fieldnames or ())))}")
    flares = []
    for row in rows:
        try:
            start, peak, end = (_moment(row[key]) for key in ("Start Time", "Peak Time", "End Time"))
            region = _listed_region(int(row["Active Region Number"] or 0), start)
            flares.append(Flare(start, peak, end, GoesFlux.of_class(row["Flare Class"]), region, sources=("GOES list",)))
        except (ValueError, TypeError):
            continue
    return flares


def _listed_region(number: int, start: datetime) -> int | None:
    """This list adds 10,000 to every number, also before June 2002, when there were four digits only."""
    early = start < datetime(2002, 6, 14, tzinfo=UTC) and number > 10_000
    return region_number(number - 10_000 if early else number, start)


def read_swpc_flares(data: bytes, name: str) -> FlareReading:
    """SWPC's ``xray-flares-7-day.json``; flares that have not ended yet end with the last time that is told.

    A damaged entry costs itself: it is among the problems, with its number in the list, from 1.

    Raises
    ------
    CorruptInput
        It is no such reply, or no entry of it can be read.
    """
    try:
        entries = json.loads(data)
    except ValueError as error:
        raise CorruptInput(f"{name}: no flares of SWPC ({type(error).__name__}: {str(error)[:120]})") from error
    if not isinstance(entries, list):
        raise CorruptInput(f"{name}: no flares of SWPC, which come as a list")
    flares, problems = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            if entry.get("max_class") and entry.get("begin_time"):
                flares.append(_swpc(entry))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            problems.append(Problem(number, json.dumps(entry)[:200], "refused", f"{type(error).__name__}: {str(error)[:120]}"))
    if problems and not flares:
        raise CorruptInput(f"{name}: no flares of SWPC; none of {len(entries)} entries can be read ({problems[0].reason})")
    return FlareReading(tuple(flares), tuple(problems))


def _swpc(entry: dict[str, Any]) -> Flare:
    start = _moment(entry["begin_time"])
    peak = _moment(entry.get("max_time") or entry["begin_time"])
    end = _moment(entry.get("end_time") or entry.get("time_tag") or entry["begin_time"])
    return Flare(start, peak, max(end, peak), GoesFlux.of_class(entry["max_class"]), sources=("SWPC",))


def flares_of_hek(events: Iterable[CatalogueEvent]) -> list[Flare]:
    """GOES flares among the events of the HEK, each once.

    SWPC's report of one gives its times, SSW's the position that SWPC's lacks; of several by one method the last run counts.
    """
    latest: dict[tuple[str, datetime, str], tuple[str, Flare]] = {}
    for event in events:
        method = str(event.attributes.get("frm_name", ""))
        if event.attributes.get("event_type") != "FL" or method not in METHODS or not CLASS.fullmatch(event.type):
            continue
        run = str(event.attributes.get("frm_daterun", ""))
        key = (method, event.t_start, event.type)
        if key not in latest or run >= latest[key][0]:
            latest[key] = (run, _of_hek(event, method))
    ordered = sorted(latest.items(), key=lambda item: (METHODS.index(item[0][0]), item[0][1]))
    return merged([flare for _, (_, flare) in ordered])


def _of_hek(event: CatalogueEvent, method: str) -> Flare:
    told = event.attributes
    west, north = (float(told.get(key) or 0) for key in ("hgs_x", "hgs_y"))
    placed = (west, north) != (0, 0)  # SWPC's flares without a position stand at 0, 0
    number = region_number(float(told.get("ar_noaanum") or 0), event.t_start)
    return Flare(
        event.t_start,
        event.t_peak or event.t_start,
        event.t_end,
        GoesFlux.of_class(event.type),
        number,
        north if placed else None,
        west if placed else None,
        (method,),
    )


def read_spaceweatherlive(page: str, day: date, name: str) -> list[Flare]:
    """Flares of a page ``/en/archive/YYYY/MM/DD/xray`` of spaceweatherlive.com, saved by hand: the site refuses programs.

    A row has a class, the region's number or nothing, and three times of day: begin, maximum, end. A time before the one that it
    follows is of the next day.

    Raises
    ------
    CorruptInput
        It has no such row: another page, or one of a day without flares, which cannot be told apart.
    """
    flares = []
    if not page.strip():
        raise CorruptInput(f"{name}: is empty")
    for row in html.document_fromstring(page).iter("tr"):
        cells = [" ".join(cell.text_content().split()) for cell in row.iter("td")]
        classes = [cell for cell in cells if CLASS.fullmatch(cell)]
        clocks = [found for cell in cells if (found := CLOCK.fullmatch(cell))]
        if not classes or len(clocks) < 3:
            continue
        start, peak, end = (
            datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), tzinfo=UTC) for clock in clocks[:3]
        )
        peak += timedelta(days=peak < start)
        end += timedelta(days=end < peak)
        numbers = [int(cell) for cell in cells if re.fullmatch(r"\d{4,5}", cell)]
        region = region_number(numbers[0], start) if numbers else None
        flares.append(Flare(start, peak, end, GoesFlux.of_class(classes[0]), region, sources=(SPACEWEATHERLIVE,)))
    if not flares:
        raise CorruptInput(f"{name}: lists no flare; no page of flares, or of a day without any")
    return flares


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
