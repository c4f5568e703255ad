"""Many nights at once: a run of the deployment `nightly` for each, which the worker takes one after the other."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.deployments import run_deployment

from flows.nightly import INSTRUMENTS
from models import registry

DEPLOYMENT = "nightly/nightly"
PAGE = 100  # runs that the server is asked for at once


@dataclass(frozen=True, slots=True)
class Entered:
    """One run: its id, its night, and whether it had been asked for before."""

    run_id: str
    night: date
    is_known: bool


def enter_runs(nights: Sequence[date], archive: str) -> list[Entered]:
    """Enter a run for each night, in order; a night that was asked for of the same models is not entered twice.

    Parameters
    ----------
    nights : their dates
    archive : "live", or the folder or address of a mirror
    """
    models = models_fingerprint()
    keys = {night: f"backfill {archive} {night} {models}" for night in nights}
    known = _known(list(keys.values()))
    entered = []
    for night, key in keys.items():
        parameters = {"night": night.isoformat(), "archive": archive}
        run: Any = run_deployment(
            DEPLOYMENT, parameters=parameters, timeout=0, as_subflow=False, idempotency_key=key, tags=["backfill"]
        )
        entered.append(Entered(str(run.id), night, key in known))
    return entered


def models_fingerprint() -> str:
    """Hash of all that makes verdicts what they are: names, versions, weights and preparation of the classifiers."""
    said = [
        (item.name, item.version, item.weights_sha256, item.preprocessing_version)
        for instrument in INSTRUMENTS
        for item in registry.describe(instrument)
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _known(keys: Sequence[str]) -> set[str]:
    """Those of the keys that the server has a run of."""
    found: set[str] = set()
    with get_client(sync_client=True) as client:
        for first in range(0, len(keys), PAGE):
            wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=list(keys[first : first + PAGE])))
            found |= {run.idempotency_key for run in client.read_flow_runs(flow_run_filter=wanted) if run.idempotency_key}
    return found
