"""Which of the last nights are not as they should be by now, and what to do: the roll-call. Imports no Prefect."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from db.receivers import SHORT_SHARE
from tasks.archives.catalogue import archive as declared

WATCHED_NIGHTS = 14
# The schedule takes a night up six hours after its end; two more to observe it. East of Europe 09:00 is earlier than that.
DUE_AFTER = timedelta(hours=8)
SITE_DUE_AFTER = timedelta(hours=2)  # the camera of a site sends nothing late, and its nights end at noon there
REMEDIES = {
    "missing": "was never run; run `nightshift night --night {night}`",
    "failed": "has failed ({reason}); run `nightshift doctor`, then `nightshift night --night {night}`",
    "incomplete": "is incomplete ({reason}); it is tried again every day by `nightshift reconcile`",
}


def kind_of(archive: str) -> Literal["utc", "site"]:
    """Return whether the nights of an archive are UTC days, or run from a site's noon to the next."""
    return "utc" if declared(archive).site is None else "site"


def last_due(archive: str, now: datetime) -> date:
    """Return the newest night of an archive that should have been observed by now, an aware datetime."""
    night, declaration = now.astimezone(UTC).date(), declared(archive)
    after = DUE_AFTER if kind_of(archive) == "utc" else SITE_DUE_AFTER
    while declaration.bounds(night)[1] + after > now:
        night -= timedelta(days=1)
    return night


def troubles(connection: Connection, archive: str, last: date) -> list[str]:
    """Say of each of the last `WATCHED_NIGHTS` nights what is wrong with it, newest first; nights before the first are not missed.

    Parameters
    ----------
    archive : its name in the tables
    last : the newest night that should be there
    """
    first = last - timedelta(days=WATCHED_NIGHTS - 1)
    rows = ask(connection, "nights", Filters(archive=archive, since=first, until=last))
    known = [row["night"] for row in rows if row["outcome"] != "missing"]
    begin = min(known, default=last)
    said = [
        f"{archive} {row['night']} {REMEDIES[row['outcome']].format(**row)}"
        for row in rows
        if row["outcome"] in REMEDIES and (row["night"] >= begin or row["night"] == last)
    ]
    return [*said[::-1], *_short(connection, archive, last)]


def _short(connection: Connection, archive: str, night: date) -> list[str]:
    """Say that a night as a whole has less than half of its usual files."""
    rows = ask(connection, "receivers", Filters(archive=archive, night=night))
    listed, expected = sum(row["listed"] for row in rows), sum(row["expected"] or 0 for row in rows)
    if listed >= SHORT_SHARE * expected:
        return []
    where = f"`nightshift query receivers --night {night} --state short`"
    return [f"{archive} {night} is short: {listed} of about {expected} files are listed; see {where}, and the archive's own pages"]
