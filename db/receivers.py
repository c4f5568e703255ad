"""How many files each receiver sent in a night, and how many it usually sends: who was expected and did not come.

The history of a night is the nights of the `HISTORY_DAYS` before it that were run and had files. What is expected of a receiver is
the median over them, where a night without it counts as zero: who was off half of the time is not expected.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, case, cast, func, select, union

from db.schema import Night, SourceFile

HISTORY_DAYS = 30
# Fewer nights say little of a usual one.
LEAST_NIGHTS = 7
# Stations observe from sunrise to sunset, which moves the number by some per cent in a month; half a day lost is worth a word.
SHORT_SHARE = 0.5
# A receiver that sends one or two files is late, not broken.
LEAST_EXPECTED = 4

STATES = ("short", "usual", "unknown")
COUNTED = ("stored", "quarantined", "absent", "unreachable")
RECEIVER = ("archive", "station", "focus_code")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A receiver that sent far fewer files than usual: less than half of the median of the nights before."""

    station: str
    focus_code: str
    listed: int
    expected: int

    def __str__(self) -> str:
        """Say it as a part of a sentence."""
        return f"{' '.join(filter(None, (self.station, self.focus_code)))}: {self.listed} of about {self.expected} files"


def shortfalls(connection: Connection, archive: str, night: date) -> list[Shortfall]:
    """Name the receivers that are short in a night, by name; none where fewer than `LEAST_NIGHTS` nights say what is usual."""
    rows = connection.execute(receivers(archive=archive, first=night, last=night, state="short")).mappings()
    return [Shortfall(row["station"], row["focus_code"], row["listed"], row["expected"]) for row in rows]


def receivers(
    *,
    archive: str | None = None,
    first: date | None = None,
    last: date | None = None,
    station: str | None = None,
    state: str | None = None,
) -> Select[Any]:
    """Select a row for each receiver of each night that was run, also for those expected that sent nothing.

    Parameters
    ----------
    archive : that one alone
    first, last : nights, both included
    station : that one alone
    state : one of `STATES`: "short" of files, with as many as usual, or "unknown" where too few nights say what is usual
    """
    wanted = [
        *([Night.archive == archive] if archive else []),
        *([Night.night >= first] if first else []),
        *([Night.night <= last] if last else []),
    ]
    sent = _sent(archive, first, last, station)
    tonight = select(Night.archive, Night.night).where(*wanted).cte("tonight")
    history = (
        select(tonight.c.archive, tonight.c.night, Night.night.label("before"))
        .join(
            tonight,
            and_(Night.archive == tonight.c.archive, Night.night.between(tonight.c.night - HISTORY_DAYS, tonight.c.night - 1)),
        )
        .where(Night.outcome.in_(("complete", "incomplete")))
        .cte("history")
    )
    seen = union(
        select(history.c.night, *(sent.c[name] for name in RECEIVER)).join(
            sent, and_(sent.c.archive == history.c.archive, sent.c.night == history.c.before)
        ),
        select(tonight.c.night, *(sent.c[name] for name in RECEIVER)).join(
            sent, and_(sent.c.archive == tonight.c.archive, sent.c.night == tonight.c.night)
        ),
    ).cte("seen")
    usual = _usual(seen, history, sent)
    listed, expected = func.coalesce(sent.c.listed, 0), func.coalesce(usual.c.expected, 0)
    known = func.coalesce(usual.c.nights, 0)
    is_short = and_(expected >= LEAST_EXPECTED, listed < SHORT_SHARE * expected)
    is_now = case((known < LEAST_NIGHTS, "unknown"), (is_short, "short"), else_="usual")
    return (
        select(
            seen.c.archive,
            seen.c.night,
            seen.c.station,
            seen.c.focus_code,
            is_now.label("state"),
            listed.label("listed"),
            *(func.coalesce(sent.c[state], 0).label(state) for state in COUNTED),
            case((known >= LEAST_NIGHTS, expected)).label("expected"),
        )
        .outerjoin(sent, and_(sent.c.night == seen.c.night, *(sent.c[name] == seen.c[name] for name in RECEIVER)))
        .outerjoin(usual, and_(usual.c.night == seen.c.night, *(usual.c[name] == seen.c[name] for name in RECEIVER)))
        .where((listed > 0) | (expected > 0), *([is_now == state] if state else []))
        .order_by(seen.c.night, seen.c.archive, seen.c.station, seen.c.focus_code)
    )


def _sent(archive: str | None, first: date | None, last: date | None, station: str | None) -> Any:
    """Files by receiver and night, in the nights asked for and in their history; superseded versions left out."""
    file = SourceFile
    here = [
        file.state != "superseded",
        *([file.archive == archive] if archive else []),
        *([file.station == station] if station else []),
        *([file.night >= first - timedelta(days=HISTORY_DAYS)] if first else []),
        *([file.night <= last] if last else []),
    ]
    columns = (file.archive, file.night, file.station, file.focus_code)
    counts = (func.count().filter(file.state == state).label(state) for state in COUNTED)
    return select(*columns, func.count().label("listed"), *counts).where(*here).group_by(*columns).cte("sent")


def _usual(seen: Any, history: Any, sent: Any) -> Any:
    """Median of each receiver's files over its history, and of how many nights."""
    median = func.percentile_disc(0.5).within_group(func.coalesce(sent.c.listed, 0))
    return (
        select(
            seen.c.night,
            *(seen.c[name] for name in RECEIVER),
            cast(median, Integer).label("expected"),
            func.count().label("nights"),
        )
        .join(history, and_(history.c.archive == seen.c.archive, history.c.night == seen.c.night))
        .outerjoin(sent, and_(sent.c.night == history.c.before, *(sent.c[name] == seen.c[name] for name in RECEIVER)))
        .group_by(seen.c.night, *(seen.c[name] for name in RECEIVER))
        .cte("usual")
    )
