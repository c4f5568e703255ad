"""The nights that may have changed since they were observed, visited again."""

from datetime import timedelta
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from db.nights import unfinished
from db.session import transaction
from db.settings import load_settings
from flows.nightly import INSTRUMENTS, nightly
from flows.observe import ended_together
from flows.parameters import ArchiveChoice, Visit
from tasks.archives.catalogue import archives
from tasks.source import find_sources, parse_night


@flow(name="reconcile")
def reconcile(archive: ArchiveChoice = "live", visit: Visit = 1) -> State[Any]:
    """Visit again, newest first, every night of the time in which files may still arrive, and every older one that is not whole.

    nights ─▶ nightly ─▶ nightly ─▶ …

    It ends Failed where one of them does, after all else is done.
    """
    return ended_together((night, nightly(night, archive, visit, return_state=True)) for night in nights_to_visit(archive, visit))


def nights_to_visit(archive: str, visit: int) -> list[str]:
    """Dates to visit, newest first: those within the archives' `revisit`, and older ones that are not whole."""
    last = parse_night("")
    days = max(declared.revisit for declared in archives().values() if declared.instrument in INSTRUMENTS).days
    recent = {last - timedelta(days=back) for back in range(days)}
    sources = [source for name in INSTRUMENTS for source in find_sources(name, archive, last, visit, load_settings())]
    with transaction() as connection:
        older = {night for source in sources for night in unfinished(connection, source.archive, before=min(recent))}
    return [night.isoformat() for night in sorted(recent | older, reverse=True)]
