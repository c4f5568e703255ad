"""Nights and the runs over them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, select, text, update

from db.merge import merge
from db.schema import Base, Night, Run

NIGHTS = Base.metadata.tables["night"]
RUNS = Base.metadata.tables["run"]

Outcome = Literal["complete", "incomplete", "empty", "failed"]
CUT_OFF = "crashed"  # outcome of a run, not of its night


@dataclass(frozen=True, slots=True)
class NightRecord:
    """One night of one archive with both of its accounts; see `Night`.

    ``artifacts`` maps the name of a picture or report to its key and the fingerprint of what it was made of.
    """

    archive: str
    night: date
    start_time: datetime
    end_time: datetime
    outcome: Outcome
    reason: str
    listed: int
    stored: int
    quarantined: int
    absent: int
    unreachable: int
    models: int
    judged: int
    declined: int
    skipped: int
    timings: Mapping[str, float] = field(default_factory=dict)


def imbalances(listed: int, files: Counter[str], judgements: Mapping[str, Counter[str]]) -> list[str]:
    """Check both accounts of a night; return a sentence for each that does not balance.

    Parameters
    ----------
    listed : how many files the archive ever listed for the night, counted when it was crawled
    files : states in the ledger, superseded versions left out
    judgements : states of scores by enabled model
    """
    troubles = []
    settled = sum(files[state] for state in ("stored", "quarantined", "absent", "unreachable"))
    if listed != settled:
        troubles.append(f"{listed} files were listed, but {settled} are settled ({files['listed']} still pending)")
    for model, states in sorted(judgements.items()):
        if states.total() != files["stored"]:
            troubles.append(f"{files['stored']} files are stored, but {model} has spoken on {states.total()}")
    return troubles


def start_run(
    connection: Connection, flow_run_id: str, archive: str, night: date, parameters: Mapping[str, Any], code: str
) -> None:
    """Write down that a run begins; a retried run keeps its row."""
    row = {"flow_run_id": flow_run_id, "archive": archive, "night": night, "parameters": parameters, "code_revision": code}
    merge(connection, RUNS, [row], key=("flow_run_id", "archive"), overwrite=False)


def finish_run(connection: Connection, flow_run_id: str, archive: str, outcome: Outcome, timings: Mapping[str, float]) -> None:
    """Write down how a run ended."""
    connection.execute(
        update(Run)
        .where(Run.flow_run_id == flow_run_id, Run.archive == archive)
        .values(finished=func.now(), outcome=outcome, timings=dict(timings))
    )


def orphaned_runs(connection: Connection) -> list[str]:
    """Return the flow runs that began nights, never said how these ended, and hold none of them: their processes died."""
    unfinished = select(Run.flow_run_id, Run.archive, Run.night).where(Run.finished.is_(None)).order_by(Run.id)
    # The lock that `night_lock` takes, until this transaction ends.
    free = text("SELECT pg_try_advisory_xact_lock(hashtext(:archive), :night)")
    dead: dict[str, bool] = {}
    for flow_run_id, archive, night in connection.execute(unfinished).tuples().all():
        is_free = bool(connection.scalar(free, {"archive": archive, "night": night.toordinal()}))
        dead[flow_run_id] = dead.get(flow_run_id, True) and is_free
    return [flow_run_id for flow_run_id, is_dead in dead.items() if is_dead]


def end_orphaned_runs(connection: Connection, flow_run_ids: Sequence[str]) -> None:
    """Write down that runs were cut off."""
    cut_off = (Run.flow_run_id.in_(flow_run_ids), Run.finished.is_(None))
    connection.execute(update(Run).where(*cut_off).values(finished=func.now(), outcome=CUT_OFF))


def write_night(connection: Connection, record: NightRecord) -> None:
    """Write a night's row, over the one that an earlier run left; its artifacts stay."""
    merge(connection, NIGHTS, [asdict(record) | {"timings": dict(record.timings)}], key=("archive", "night"))


def unfinished(connection: Connection, archive: str, before: date) -> list[date]:
    """Return the nights before a date that ended incomplete or failed. Files that are bad after so long stay bad."""
    here = (Night.archive == archive, Night.night < before, Night.outcome.in_(("incomplete", "failed")))
    return list(connection.scalars(select(Night.night).where(*here)))


def night_artifacts(connection: Connection, archive: str, night: date) -> dict[str, dict[str, str]]:
    """Pictures and reports of a night: name to key and fingerprint."""
    found = connection.scalar(select(Night.artifacts).where(Night.archive == archive, Night.night == night))
    return dict(found or {})


def write_artifacts(connection: Connection, archive: str, night: date, artifacts: Mapping[str, Mapping[str, str]]) -> None:
    """Replace the pictures and reports of a night."""
    here = (Night.archive == archive, Night.night == night)
    connection.execute(update(Night).where(*here, Night.artifacts != dict(artifacts)).values(artifacts=dict(artifacts)))


def artifact_before(connection: Connection, archive: str, night: date, name: str, days: int) -> str | None:
    """Key of an artifact of the newest of so many nights before one that has it; None where none has."""
    key = Night.artifacts[name]["key"].astext
    here = (Night.archive == archive, Night.night < night, Night.night >= night - timedelta(days=days))
    return connection.scalar(select(key).where(*here, key.is_not(None)).order_by(Night.night.desc()).limit(1))
