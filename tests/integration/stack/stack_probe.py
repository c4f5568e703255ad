"""How the tests of the stack look at it from outside."""

import signal
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from distributed import Security

from deployments.stack import PartStatus, status
from deployments.stack.files import read_json
from deployments.stack.processes import MARK, end, find

PARTS = {"postgres", "s3", "archives", "dask-scheduler", "dask-workers", "prefect-server", "prefect-worker"}


def by_name(parts: list[PartStatus]) -> dict[str, PartStatus]:
    """Parts by their names."""
    return {part.name: part for part in parts}


def pids(home: Path) -> dict[str, int | None]:
    """Pid of every part."""
    return {part.name: part.pid for part in status(home)}


def kill(home: Path, *names: str) -> None:
    """Kill -9 the named parts' processes."""
    running = pids(home)
    for name in names:
        pid = running[name]
        assert pid is not None
        end([pid], stop_signal=signal.SIGKILL)


def of_home(home: Path) -> list[int]:
    """Pids of all that was started for ``home``, by whomever."""
    data = home / "postgres" / "data"
    inside = str(data.resolve())
    return find(lambda process: process.environ().get(MARK, "").startswith(f"{home}:") or process.cwd() == inside)


def database(home: Path) -> str:
    """Address of the database, as psycopg wants it."""
    return str(read_json(home / "stack.json")["database_url"]).replace("+psycopg", "", 1)


def s3(home: Path, **changes: str) -> Any:
    """S3 client with the key of ``home``, but for ``changes``."""
    known = read_json(home / "stack.json")
    key = {"aws_access_key_id": known["s3_access_key"], "aws_secret_access_key": known["s3_secret_key"], **changes}
    return boto3.client(
        "s3", endpoint_url=known["s3_endpoint"], region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}), **key
    )


def security(home: Path) -> Security:
    """Our certificate."""
    known = read_json(home / "stack.json")
    files = {
        "tls_ca_file": known["dask_tls_ca"],
        "tls_client_cert": known["dask_tls_cert"],
        "tls_client_key": known["dask_tls_key"],
    }
    return Security(**files, require_encryption=True)
