"""A second machine: a home and a checkout of its own, on the database, the bucket and the Prefect server of the first.

Between it and the bucket stands a wire that can lose answers.
"""

import random
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.settings import Settings, load_settings
from tests.e2e.conftest import ROOT, SimulatedNight

FOLDERS = ("db", "deployments", "flows", "models", "tasks")


class Answers:
    """A wire to S3 by which requests get there, while answers to a PUT may not come back."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._upstream = (parts.hostname or "", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._share = 0.0
        self._random = random.Random(0)
        self.count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def lost(self, draws: random.Random, share: float) -> Iterator[None]:
        """Lose a share of the answers to PUTs, for as long as the block lasts."""
        self._random, self._share, self.count = draws, share, 0
        try:
            yield
        finally:
            self._share = 0.0

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._upstream) as upstream:
            doomed = threading.Event()
            threading.Thread(target=self._forward, args=(client, upstream, doomed), daemon=True).start()
            while data := upstream.recv(65_536):
                # "100 Continue" only asks for the body; what comes after it says that the object is stored.
                if doomed.is_set() and not data.startswith(b"HTTP/1.1 100"):
                    self.count += 1
                    client.shutdown(socket.SHUT_RDWR)  # closing it would wait for the thread that listens to it
                    return
                client.sendall(data)

    def _forward(self, client: socket.socket, upstream: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if data.startswith(b"PUT ") and self._random.random() < self._share:
                    doomed.set()
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_WR)


def given(settings: Settings, endpoint: str) -> dict[str, str]:
    """The environment by which another home uses the services of these settings."""
    secrets = {
        "DATABASE_URL": settings.database_url,
        "S3_SECRET_KEY": settings.s3_secret_key,
        "PREFECT_API_AUTH_STRING": settings.prefect_api_auth_string,
    }
    plain = {"S3_ACCESS_KEY": settings.s3_access_key, "PREFECT_API_URL": settings.prefect_api_url, "S3_ENDPOINT": endpoint}
    values = plain | {name: secret.get_secret_value() if secret else None for name, secret in secrets.items()}
    return {f"NIGHTSHIFT_{name}": value for name, value in values.items() if value}


@pytest.fixture(scope="session")
def answers(stack: Path) -> Iterator[Answers]:
    """The wire between the second machine and the bucket."""
    wire = Answers(str(load_settings().s3_endpoint))
    yield wire
    wire.close()


@pytest.fixture(scope="session")
def other_home(sound_night: SimulatedNight, answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedNight]:
    """The same night as the second machine sees it; it has a Dask cluster of its own."""
    folder = tmp_path_factory.mktemp("other")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / "checkout" / name)
    own = {"PYTHONPATH": str(folder / "checkout"), "NIGHTSHIFT_SIMULATED_URL": sound_night.url}
    other = replace(
        sound_night, home=folder / "home", given={**sound_night.given, **own, **given(load_settings(), answers.address)}
    )
    try:
        repair(other)
        yield other
    finally:
        other.run("down")


def repair(night: SimulatedNight) -> None:
    """Type `nightshift up` there."""
    done = night.run("up")
    assert done.returncode == 0, done.stdout + done.stderr
