"""Runs whose process died are ended, so that they hold no slot and nobody waits for what they will never say.

Prefect would notice after nine minutes without a heartbeat, and keep their concurrency slots for five. Postgres knows at once: a
run holds the lock of its night as long as it lives.
"""

from collections.abc import Iterator
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from db.nights import end_orphaned_runs, orphaned_runs
from db.session import transaction


def end_orphans() -> list[str]:
    """End every run that was cut off, in Prefect and in the table of runs; return what they were called."""
    with transaction() as connection:
        ids = orphaned_runs(connection)
        ended = _crash(ids) if ids else []
        end_orphaned_runs(connection, ids)
    return ended


def _crash(ids: list[str]) -> list[str]:
    ended = []
    with get_client(sync_client=True) as client:
        for run in {run.id: run for text in ids for run in _with_parents(client, UUID(text))}.values():
            if run.state is None or not run.state.is_final():
                client.set_flow_run_state(run.id, Crashed(message="Its process is gone: it no longer holds its night."), force=True)
                ended.append(run.name)
    return ended


def _with_parents(client: SyncPrefectClient, run_id: UUID) -> Iterator[FlowRun]:
    """A run and the runs that called it; nothing of what the server no longer knows."""
    while True:
        try:
            run = client.read_flow_run(run_id)
            yield run
            if run.parent_task_run_id is None:
                return
            above = client.read_task_run(run.parent_task_run_id).flow_run_id
        except ObjectNotFound:
            return
        if above is None:
            return
        run_id = above
