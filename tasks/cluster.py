"""The Dask cluster, by address: a local one, or dask-jobqueue's, dask-kubernetes' or dask-cuda's."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dask
from distributed import Client, Future, Security, wait

from db.settings import load_settings
from models.errors import ConfigurationError, NightshiftError

# `nightshift up` brings a dead scheduler back within 15 s. When it has not come, nobody waits once more for a while.
CONNECT_TIMEOUT_S = 60
GIVEN_UP_S = 300.0
NO_WORKER_S = 30.0  # nannies have a killed worker replaced within 5 s
# A task costs Dask 5 to 10 ms of its processes: up to four calls are one, as long as each worker gets four tasks of a batch.
MOST_CALLS = 4
TURNS = 4
# Dask warns of tasks that carry data, as ours do: a dozen files of one part.
LARGE_TASK = "100 MiB"

_lock = threading.Lock()
_client: Client | None = None
_gave_up = float("-inf")


def cluster_client() -> Client:
    """Return this process's client, connected anew where the old connection has ended.

    Raises
    ------
    ConfigurationError
        If no scheduler is set.
    NightshiftError
        If it does not answer.
    """
    global _client, _gave_up
    settings = load_settings()
    if settings.dask_address is None:
        raise ConfigurationError("NIGHTSHIFT_DASK_ADDRESS is not set and no local stack is up; run `nightshift up`")
    with _lock:
        if _client is None or _client.status != "running":
            security = None
            if settings.dask_address.startswith("tls://"):
                security = Security(
                    tls_ca_file=str(settings.dask_tls_ca),
                    tls_client_cert=str(settings.dask_tls_cert),
                    tls_client_key=str(settings.dask_tls_key),
                    require_encryption=True,
                )
            dask.config.set({"distributed.admin.large-graph-warning-threshold": LARGE_TASK})
            # Not the default client: batch tasks run in threads of the flow, which must not steal each other's.
            line = f"the Dask scheduler at {settings.dask_address} does not answer; run `nightshift up`"
            if time.monotonic() - _gave_up < GIVEN_UP_S:
                raise NightshiftError(line)
            try:
                _client = Client(settings.dask_address, security=security, set_as_default=False, timeout=CONNECT_TIMEOUT_S)
            except OSError as error:
                _gave_up = time.monotonic()
                raise NightshiftError(line) from error
        return _client


def on_cluster(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], *, gpu: bool = False) -> Iterator[tuple[int, Any]]:
    """Run ``function(*call)`` on the workers for each of ``calls``; yield (index of the call, result) as they end.

    With ``gpu``, workers that have the resource GPU are asked for, if there are any: otherwise such a call would wait for ever.
    A call that raises ends it all; one whose worker is killed goes to another worker, three times (Dask's ``allowed-failures``).
    Calls still running are cancelled when the caller leaves early.

    Raises
    ------
    NightshiftError
        If there are no workers, and none comes.
    """
    client = cluster_client()
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    resources = {"GPU": 1} if gpu and any(worker.get("resources", {}).get("GPU") for worker in workers) else None
    waiting = list(calls)
    size = max(1, min(MOST_CALLS, len(waiting) // (TURNS * max(1, len(workers)))))
    futures = {
        client.submit(_each, function, waiting[first : first + size], pure=False, resources=resources): first
        for first in range(0, len(waiting), size)
    }
    try:
        pending = set(futures)
        while pending:
            done, pending = _some_ended(client, pending)
            for future in done:
                yield from enumerate(future.result(), futures[future])
                future.release()
    finally:
        client.cancel(list(futures))


def _some_ended(client: Client, pending: set[Future]) -> tuple[set[Future], set[Future]]:
    """Wait until some calls have ended; return them, and the others. Dask itself would wait for workers for ever."""
    while True:
        try:
            with client.as_current():
                ended = wait(pending, timeout=NO_WORKER_S, return_when="FIRST_COMPLETED")
        except TimeoutError as error:
            if not client.scheduler_info()["workers"]:
                raise NightshiftError(
                    f"the Dask cluster at {client.scheduler.address} has no workers; run `nightshift up`"
                ) from error
        else:
            return ended.done, ended.not_done


def _each(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> list[Any]:
    return [function(*call) for call in calls]
