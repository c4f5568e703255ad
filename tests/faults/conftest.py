"""The night that faults befall, and a table of how long each cost."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from deployments.simulated.archive import SimulatedArchive
from tests.e2e.conftest import SimulatedNight, simulated_night
from tests.faults.disturbed import COSTS, NOTES, Disturbed

NIGHT = date(2024, 5, 11)  # no other test's


@pytest.fixture(scope="session")
def sound_night(stack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedNight]:
    """A night of files without a fault of their own, each part of it a batch; nothing has observed it yet."""
    archive = SimulatedArchive(tmp_path_factory.mktemp("sound"), stations=4, files_per_station=5, faults=())
    with simulated_night(archive, stack, NIGHT) as night:
        archive.truth(NIGHT)
        night.given["NIGHTSHIFT_BATCH_PARTS"] = "1"
        yield night


@pytest.fixture(scope="session")
def undisturbed(sound_night: SimulatedNight) -> str:
    """The export of the night that nothing befell."""
    observed = sound_night.observe()
    assert observed.returncode == 0, observed.stdout + observed.stderr
    return sound_night.export()


@pytest.fixture
def disturbed(sound_night: SimulatedNight, undisturbed: str, request: pytest.FixtureRequest) -> Disturbed:
    """The night, forgotten, for one test to disturb."""
    seed = request.config.getoption("--fault-seed")
    found = Disturbed(sound_night, undisturbed, random.Random(f"{seed} {request.node.name}"), COSTS)
    try:
        found.forget()
    except OperationalError:  # a test before this one failed with Postgres down
        found.up()
        found.forget()
    return found


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show the table."""
    if COSTS:
        terminalreporter.section(f"faults, seed {config.getoption('--fault-seed')}")
        terminalreporter.write_line(f"{'fault':<84}{'seconds until whole':>20}{'of these `up`':>15}{'runs':>6}")
        for cost in COSTS:
            terminalreporter.write_line(f"{cost.fault:<84}{cost.whole_s:>20.1f}{cost.repair_s:>15.1f}{cost.runs:>6}")
        for note in NOTES:
            terminalreporter.write_line(note)
