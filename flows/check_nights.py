"""The roll-call of the morning: whether every night is there that should be."""

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
from flows.parameters import ArchiveChoice, NightDate
from tasks.nights_due import CHECKED, NOT_COMPLETE, WATCHED_NIGHTS, troubles
from tasks.source import find_sources, parse_night

RESOURCE = {"prefect.resource.id": "nightshift.nights", "prefect.resource.name": "the nights"}


@flow(name="check-nights")
def check_nights(archive: ArchiveChoice = LIVE, last: NightDate = "") -> State[Any]:
    """Look at the last fortnight of every archive; what is missing, failed, incomplete or short is said, and told by Prefect.

    calendar ─▶ receivers ─▶ event ─▶ (automations)

    It ends Failed where something is wrong, so that it is seen in the UI too.
    """
    night = parse_night(last)
    sources = [source for name in INSTRUMENTS for source in find_sources(name, archive, night, 1, load_settings())]
    with transaction() as connection:
        wrong = [line for source in sources for line in troubles(connection, source.archive, night)]
        short = [str(item) for source in sources for item in shortfalls(connection, source.archive, night)]
    if short:
        get_run_logger().warning("%s, fewer files than usual: %s", night, "; ".join(short))
    emit_event(CHECKED, RESOURCE, payload={"night": night.isoformat(), "wrong": wrong, "short": short})
    if not wrong:
        return Completed(message=f"the last {WATCHED_NIGHTS} nights are whole; {len(short)} receivers are short on {night}")
    message = "; ".join([*wrong, *short])
    emit_event(NOT_COMPLETE, RESOURCE, payload={"night": night.isoformat(), "message": message})
    return Failed(message=message)
