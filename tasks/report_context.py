"""What a night's report says, gathered from the database; no clock and no run id, so that the same night reads the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.accounts import accounts, reasons
from db.filters import Filters
from db.queries import ask, count
from db.receivers import shortfalls
from models.errors import ConfigurationError
from tasks.archives.catalogue import SIMULATED, archive
from tasks.events_shown import place_of
from tasks.instruments.instrument import find

FILE_STATES = ("stored", "quarantined", "absent", "unreachable")
# Long enough to be read through, short enough for a page; the database has the rest.
MOST_FILES = 100


def build_context(connection: Connection, archive_name: str, night: date) -> dict[str, Any]:
    """Gather what the report of one night shows: what every instrument has, and what is its own.

    Raises
    ------
    ConfigurationError
        If the night was never run.
    """
    here = Filters(night=night, archive=archive_name)
    row = next((row for row in ask(connection, "nights", here) if row["outcome"] != "missing"), None)
    if row is None:
        raise ConfigurationError(f"{archive_name} {night} was never run; run `nightshift night --night {night}`")
    instrument = archive(archive_name).instrument
    models = _models(connection, archive_name, night)
    context = {
        "archive": archive_name,
        "instrument": instrument,
        "night": night,
        "simulated": archive_name.endswith(SIMULATED),
        "outcome": row["outcome"],
        "troubles": [part for part in row["reason"].split("; ") if part],
        "start_time": row["start_time"],
        "end_time": row["end_time"],
        "files": {state: row[state] for state in ("listed", *FILE_STATES)},
        "models": models,
        "headline": next((model for model in models if model["headline"]), None),
        "short": [str(item) for item in shortfalls(connection, archive_name, night)],
        "unsettled": {state: _unsettled(connection, here, state) for state in (*FILE_STATES[1:], "listed")},
        "not_judged": reasons(connection, archive_name, night, instrument),
        "template": find(instrument).template,
    }
    context |= {"files_balance": _balance(context["files"])}
    return context | find(instrument).context(connection, context)


def _models(connection: Connection, archive_name: str, night: date) -> list[dict[str, Any]]:
    """List the enabled versions, the headline first, with their accounts."""
    said = accounts(connection, archive_name, night, archive(archive_name).instrument)
    return sorted(said, key=lambda row: (not row["headline"], row["name"]))


def _unsettled(connection: Connection, here: Filters, state: str) -> dict[str, Any]:
    """Files of one state with their reasons, cut at `MOST_FILES`."""
    mine = replace(here, state=state)
    rows = ask(connection, "files", replace(mine, limit=MOST_FILES))
    kept = [{"place": place_of(row), "name": row["name"], "reason": _reason(row)} for row in rows]
    return {"rows": kept, "left_out": count(connection, "files", mine) - len(kept) if len(kept) == MOST_FILES else 0}


def _reason(row: Mapping[str, Any]) -> str:
    """The reason, without the file's name that it may start with: the name has a column of its own."""
    return str(row["reason"]).removeprefix(f"{row['name']}: ")


def _balance(files: Mapping[str, int]) -> bool:
    return files["listed"] == sum(files[state] for state in FILE_STATES)
