"""A small simulated night, run once by the command line against the suite's stack."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.server import serve
from deployments.simulated.truth import NightTruth

NIGHT = date(2024, 5, 14)
ROOT = Path(__file__).parents[2]
CAMERA_FRAMES = 40  # of the hour of the sky: every 90 s


@dataclass(frozen=True)
class SimulatedNight:
    """The archive of the night, its address, and how to type a command against it."""

    archive: SimulatedArchive
    url: str
    home: Path
    date: date = NIGHT
    given: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command."""
        own = {"NIGHTSHIFT_HOME": str(self.home), "NIGHTSHIFT_SIMULATED_URL": self.url}
        few = {"NIGHTSHIFT_QUICK_LOOKS": "3", "NIGHTSHIFT_INJECTIONS": "30"}
        return {**os.environ, **own, **few, **self.given}

    @property
    def truth(self) -> NightTruth:
        """What the archive knows of the night."""
        return self.archive.truth(self.date)

    def command(self, *arguments: str) -> list[str]:
        """The command line of `nightshift`."""
        return [str(Path(sys.executable).with_name("nightshift")), *arguments]

    def observation(self, *options: str) -> list[str]:
        """The command line of `nightshift night` for it: the radio alone."""
        return self.command("night", "--archive", "simulated", "--night", self.date.isoformat(), "--only", "radio", *options)

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Type a command."""
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            env={**self.environment, **(env or {})},
            timeout=280,
            check=False,
            cwd=self.archive.folder,
        )

    def observe(self, *options: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Type `nightshift night` for it."""
        return self.run(*self.observation(*options)[1:], env=env)

    def query(self, question: str, *options: str) -> list[dict[str, Any]]:
        """Type `nightshift query`."""
        answer = self.run("query", question, "--archive", "ecallisto-simulated", "--format", "json", *options)
        assert answer.returncode == 0, answer.stderr
        rows: list[dict[str, Any]] = json.loads(answer.stdout)
        return rows

    def export(self) -> str:
        """Type `nightshift export night`."""
        answer = self.run("export", "night", "--night", self.date.isoformat(), "--archive", "ecallisto-simulated")
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


@contextmanager
def simulated_night(archive: SimulatedArchive, home: Path, night: date = NIGHT) -> Iterator[SimulatedNight]:
    """Serve an archive for as long as the block lasts."""
    with serve(archive.folder, archive=archive) as url:
        yield SimulatedNight(archive, url, home, night)


@pytest.fixture(scope="session")
def small_archive(stack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedNight]:
    """Serve a small archive that holds every fault once; nothing has observed it yet."""
    folder = tmp_path_factory.mktemp("small-archive")
    archive = SimulatedArchive(folder, stations=6, files_per_station=5, camera_frames=CAMERA_FRAMES)
    with simulated_night(archive, stack) as small:
        yield small


@pytest.fixture(scope="session")
def night(small_archive: SimulatedNight) -> SimulatedNight:
    """The small night, observed once."""
    observed = small_archive.observe()
    assert observed.returncode == 0, observed.stdout + observed.stderr
    return small_archive


@pytest.fixture(scope="session")
def sky(small_archive: SimulatedNight) -> SimulatedNight:
    """The same night of the sky camera, observed once."""
    observed = small_archive.run("night", "--archive", "simulated", "--night", NIGHT.isoformat(), "--only", "sky")
    assert observed.returncode == 0, observed.stdout + observed.stderr
    return small_archive
