"""Many nights at once: a run of the deployment `nightly` for each, which the worker takes one after the other."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.deployments import run_deployment

from flows.nightly import INSTRUMENTS
from models import registry

DEPLOYMENT = "nightly/nightly"
PAGE = 100  # runs that the server is asked for at once


def enter_runs(nights: Sequence[date], archive: str) -> int:
    """Enter a run for each night, in order, unless it was asked for of the same models before.

    Parameters
    ----------
    nights : their dates
    archive : "live", or the folder or address of a mirror

    Returns
    -------
    Number of runs that are new.
    """
    models = models_fingerprint()
    keys = {f"backfill {archive} {night} {models}": night for night in nights}
    known = _known(list(keys))
    for key, night in keys.items():
        if key not in known:
            parameters = {"night": night.isoformat(), "archive": archive}
            run_deployment(DEPLOYMENT, parameters=parameters, timeout=0, as_subflow=False, idempotency_key=key, tags=["backfill"])
    return len(keys) - len(known)


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
