"""The roll-call: whether every night is there that should be, in the morning for UTC days, after noon for a site's own nights."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed, Failed

from db.queries import LIVE
from db.receivers import shortfalls
from db.session import transaction
from db.settings import load_settings
from flows.nightly import INSTRUMENTS
from flows.parameters import ArchiveChoice, NightDate, NightsOf
from tasks.night_events import CHECKED, NOT_COMPLETE
from tasks.nights_due import WATCHED_NIGHTS, kind_of, last_due, troubles
from tasks.source import find_sources, parse_night

RESOURCE = {"prefect.resource.id": "nightshift.nights", "prefect.resource.name": "the nights"}


@flow(name="check-nights")
def check_nights(archive: ArchiveChoice = LIVE, last: NightDate = "", nights_of: NightsOf = "all") -> State[Any]:
    """Look at the last fortnight of every archive; what is missing, failed, incomplete or short is said, and told by Prefect.

    calendar ─▶ receivers ─▶ event ─▶ (automations)

    The schedule asks for UTC days at 09:00, and at 14:00 for the nights of a site, which end at its noon.
    It ends Failed where something is wrong, so that it is seen in the UI too.
    """
    found = [source for name in INSTRUMENTS for source in find_sources(name, archive, parse_night(last), 1, load_settings())]
    sources = [source for source in found if nights_of in ("all", kind_of(source.archive))]
    now = datetime.now(UTC)
    nights = {source.archive: source.night if last else last_due(source.archive, now) for source in sources}
    with transaction() as connection:
        wrong = [line for name, night in nights.items() for line in troubles(connection, name, night)]
        short = [f"{name} {night}, {item}" for name, night in nights.items() for item in shortfalls(connection, name, night)]
    if short:
        get_run_logger().warning("fewer files than usual: %s", "; ".join(short))
    emit_event(CHECKED, RESOURCE, payload={"wrong": wrong, "short": short})
    if not sources:
        return Completed(message=f"no archive has nights of the kind {nights_of!r}")
    if not wrong:
        return Completed(message=f"the last {WATCHED_NIGHTS} nights are whole; {len(short)} receivers were short in the last one")
    message = "; ".join([*wrong, *short])
    emit_event(NOT_COMPLETE, RESOURCE, payload={"message": message})
    return Failed(message=message)
