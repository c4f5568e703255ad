"""An archive in a process of its own, so that its cost is not ours."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from deployments.stack.parts import ROOT
from deployments.stack.ports import LOOPBACK, Ports
from models.errors import NightshiftError

PATIENCE_S = 60.0


@contextmanager
def served(module: str, *arguments: str) -> Iterator[tuple[str, int]]:
    """Run ``python -m module … --port N`` and yield its address and pid once it answers.

    Raises
    ------
    NightshiftError
        If it does not answer.
    """
    with TemporaryDirectory() as folder:
        port = Ports(Path(folder)).claim("archive")
    process = subprocess.Popen([sys.executable, "-m", module, *arguments, "--port", str(port)], cwd=ROOT)  # noqa: S603
    try:
        address = f"http://{LOOPBACK}:{port}"
        _wait(process, address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(address, timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise NightshiftError(f"the archive at {address} does not answer")
