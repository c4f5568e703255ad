"""What the Prefect server must know: the work pool, what it watches by itself, our deployments."""

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from db.settings import Settings
from deployments.stack.automations import ensure_automations
from deployments.stack.environment import child_environment
from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT
from deployments.stack.prefect_api import PrefectApi
from models.errors import ConfigurationError

log = logging.getLogger("nightshift.stack")
POOL = "nightshift"
DEPLOYMENTS = ROOT / "deployments" / "prefect.yaml"


def register(settings: Settings) -> bool:
    """Make the server that the settings name know the pool, the automations and the deployments.

    Returns
    -------
    Whether deployments were registered; False where they were there already.
    """
    if settings.prefect_api_url is None:
        raise ConfigurationError("NIGHTSHIFT_PREFECT_API_URL is not set and no local stack is up; run `nightshift up`")
    environment = child_environment(settings)
    with PrefectApi(settings.prefect_api_url, environment.get("PREFECT_API_AUTH_STRING")) as api:
        make_pool(api, settings.notify_block)
        return register_deployments(api, settings.folder, settings.site_timezone.key, environment)


def make_pool(api: PrefectApi, notify_block: str | None) -> None:
    """Make the work pool and the automations, where they are missing or not as they should be."""
    api.post("/work_pools/", {"name": POOL, "type": "process"}, or_there=True)
    for name in ensure_automations(api, notify_block):
        log.info("the automation %r is set", name)


def register_deployments(api: PrefectApi, home: Path, site_timezone: str, environment: Mapping[str, str]) -> bool:
    """Register what ``deployments/prefect.yaml`` declares, unless the server has it as the sources now are.

    Parameters
    ----------
    home : where to remember what was registered
    site_timezone : IANA name of the time by which the nights are checked
    environment : what a process needs to use this server

    Returns
    -------
    Whether anything was registered.

    Raises
    ------
    ConfigurationError
        With Prefect's own last words.
    """
    known_file = home / "run" / "deployments.json"
    sources = b"".join(path.read_bytes() for path in (DEPLOYMENTS, *sorted((ROOT / "flows").rglob("*.py"))))
    fingerprint = hashlib.sha256(sources + f"{api.url} {site_timezone}".encode()).hexdigest()
    known = read_json(known_file)
    if known.get("fingerprint") == fingerprint and known.get("count") == count_deployments(api):
        return False
    made = subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(DEPLOYMENTS)],
        cwd=ROOT,
        env={**os.environ, **environment, "NIGHTSHIFT_SITE_TIMEZONE": site_timezone},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        said = [line.strip() for line in (made.stdout + made.stderr).splitlines() if line.strip()]
        raise ConfigurationError(f"prefect deploy failed on {DEPLOYMENTS}: {' | '.join(said[-3:])}")
    write_json(known_file, {"fingerprint": fingerprint, "count": count_deployments(api)})
    return True


def count_deployments(api: PrefectApi) -> int:
    """Return how many deployments the server has."""
    return int(api.post("/deployments/count", {}))
