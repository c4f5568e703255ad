"""What the Prefect server must know: the work pool, the watch over dead runs, our deployments."""

import hashlib
import json
import os
import subprocess
import sys

from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT
from deployments.stack.prefect_server import PrefectServer
from deployments.stack.probes import ask
from models.errors import ConfigurationError

POOL = "nightshift"
DEPLOYMENTS = ROOT / "deployments" / "prefect.yaml"

# A run whose process died says nothing more. Prefect sends a heartbeat every 180 s; three missed ones are death. The events
# are named one by one: `prefect.flow-run.*` would count any late event as a sign of life.
ZOMBIES = {
    "name": "Crash zombie flows",
    "description": "A flow run that has missed three heartbeats is marked as crashed.",
    "trigger": {
        "type": "event",
        "posture": "Proactive",
        "after": ["prefect.flow-run.heartbeat"],
        "expect": [f"prefect.flow-run.{event}" for event in ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed")],
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
        "within": 540,
    },
    "actions": [{"type": "change-flow-run-state", "state": "CRASHED", "message": "No heartbeat for 9 minutes."}],
}


def make_pool(server: PrefectServer) -> None:
    """Make the work pool, and the automation that ends runs without heartbeats, where they are missing."""
    _post(server, "/work_pools/", {"name": POOL, "type": "process"}, accepted={201, 409})
    named = {"automations": {"name": {"any_": [ZOMBIES["name"]]}}}
    if not json.loads(_post(server, "/automations/filter", named, accepted={200})):
        _post(server, "/automations/", ZOMBIES, accepted={201})


def register_deployments(server: PrefectServer) -> bool:
    """Register what ``deployments/prefect.yaml`` declares, unless the server has it as the sources now are.

    Returns
    -------
    Whether anything was registered.

    Raises
    ------
    ConfigurationError
        With Prefect's own last words.
    """
    known_file = server.site.home / "run" / "deployments.json"
    sources = b"".join(path.read_bytes() for path in (DEPLOYMENTS, *sorted((ROOT / "flows").rglob("*.py"))))
    fingerprint = hashlib.sha256(sources + server.address.encode()).hexdigest()
    known = read_json(known_file)
    if known.get("fingerprint") == fingerprint and known.get("count") == count_deployments(server):
        return False
    made = subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(DEPLOYMENTS)],
        cwd=ROOT,
        env={**os.environ, **server.client_environment, **server.site.python_environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        said = [line.strip() for line in (made.stdout + made.stderr).splitlines() if line.strip()]
        raise ConfigurationError(f"prefect deploy failed on {DEPLOYMENTS}: {' | '.join(said[-3:])}")
    write_json(known_file, {"fingerprint": fingerprint, "count": count_deployments(server)})
    return True


def count_deployments(server: PrefectServer) -> int:
    """Return how many deployments the server has."""
    return int(_post(server, "/deployments/count", {}, accepted={200}))


def _post(server: PrefectServer, path: str, body: object, accepted: set[int]) -> bytes:
    reply = ask(server.port, f"/api{path}", server.headers, body, timeout_s=20.0)
    if reply is None or reply[0] not in accepted:
        said = "no answer" if reply is None else f"{reply[0]} {reply[1][:200].decode(errors='replace')}"
        raise ConfigurationError(f"prefect-server refused {path}: {said} (more in {server.process.log})")
    return reply[1]
