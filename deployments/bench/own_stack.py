"""A stack of the benchmark's own: a fresh home, everything in it started, all of it gone afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deployments.stack import discard
from deployments.stack.parts import ROOT
from deployments.stack.processes import Process
from deployments.stack.stack import PARTS
from models.errors import NightshiftError

# What the parts of the stack are called in a table.
KINDS = {
    "postgres": "Postgres",
    "s3": "S3 (rclone)",
    "prefect-server": "Prefect server",
    "prefect-worker": "Prefect worker (idle)",
    "dask-scheduler": "Dask scheduler",
    "dask-workers": "Dask workers",
    "archives": "simulated archives",
}


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command of this home: no service given by the caller's own stands in for the local ones."""
    given = {f"NIGHTSHIFT_{kind.setting.upper()}" for kind in PARTS}
    mine = {name: value for name, value in os.environ.items() if name not in given}
    return {**mine, "NIGHTSHIFT_HOME": str(home), "PYTHONPATH": str(ROOT), **more}


def command(*arguments: str) -> list[str]:
    """Return the command line of a ``nightshift`` command with this interpreter."""
    return [sys.executable, "-m", "deployments.cli", *arguments]


def run(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """Run a command to its end and return what it printed.

    Raises
    ------
    NightshiftError
        With its last words, if it fails.
    """
    done = subprocess.run(arguments, env=dict(variables), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        words = " | ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise NightshiftError(f"{' '.join(arguments[2:])} ended with status {done.returncode}: {words}")
    return done.stdout


@contextmanager
def fresh_stack(home: Path, **settings: str) -> Iterator[dict[str, str]]:
    """Start a stack, yield the environment of its commands, stop and delete it; what a killed run left in the home goes first.

    Parameters
    ----------
    home : folder for it
    **settings : further environment variables, ``NIGHTSHIFT_...``
    """
    discard(home)
    variables = environment(home, **settings)
    try:
        run(command("up"), variables)
        yield variables
    finally:
        discard(home)


@contextmanager
def ending(process: subprocess.Popen[Any]) -> Iterator[None]:
    """End a process should the block be left early: it must not outlive the stack that it works with."""
    try:
        yield
    except BaseException:
        process.terminate()
        raise


def stack_roots(home: Path) -> dict[str, int]:
    """Find the pid of each part that runs in a home, by what it is called in a table."""
    pids = {KINDS[kind.name]: Process(home, kind.name).pid for kind in PARTS}
    return {name: pid for name, pid in pids.items() if pid is not None}
