"""A small simulated night, run once by the command line against the suite's stack."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.server import serve
from deployments.simulated.truth import NightTruth

NIGHT = date(2024, 5, 14)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class SimulatedNight:
    """The archive of the night, its address, and how to type a command against it."""

    archive: SimulatedArchive
    url: str
    environment: dict[str, str]
    run: Callable[..., subprocess.CompletedProcess[str]]

    @property
    def truth(self) -> NightTruth:
        """What the archive knows of the night."""
        return self.archive.truth(NIGHT)

    def observe(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Type `nightshift night` for it."""
        return self.run("night", "--archive", "simulated", "--night", NIGHT.isoformat(), *options)

    def query(self, question: str, *options: str) -> list[dict[str, Any]]:
        """Type `nightshift query`."""
        answer = self.run("query", question, "--archive", "ecallisto-simulated", "--format", "json", *options)
        assert answer.returncode == 0, answer.stderr
        rows: list[dict[str, Any]] = json.loads(answer.stdout)
        return rows

    def export(self) -> str:
        """Type `nightshift export night`."""
        answer = self.run("export", "night", "--night", NIGHT.isoformat(), "--archive", "ecallisto-simulated")
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


@pytest.fixture(scope="session")
def small_archive(stack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedNight]:
    """Serve a small archive that holds every fault once; nothing has observed it yet."""
    folder = tmp_path_factory.mktemp("small-archive")
    archive = SimulatedArchive(folder, stations=6, files_per_station=5)
    with serve(folder, archive=archive) as url:
        environment = os.environ | {"NIGHTSHIFT_HOME": str(stack), "NIGHTSHIFT_SIMULATED_URL": url, "NIGHTSHIFT_QUICK_LOOKS": "3"}

        def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
            command = [str(Path(sys.executable).with_name("nightshift")), *arguments]
            extra = more.pop("env", {})
            return subprocess.run(
                command,
                capture_output=True,
                text=True,
                env=environment | extra,
                timeout=280,
                check=False,
                **{"cwd": folder, **more},
            )

        yield SimulatedNight(archive, url, environment, run)


@pytest.fixture(scope="session")
def night(small_archive: SimulatedNight) -> SimulatedNight:
    """The small night, observed once."""
    observed = small_archive.observe()
    assert observed.returncode == 0, observed.stdout + observed.stderr
    return small_archive
