"""The small night of the end-to-end tests, and a table of how long each fault cost."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import SimulatedNight, night, small_archive

__all__ = ["costs", "night", "small_archive", "undisturbed"]

COSTS: list[tuple[str, float, float, int]] = []


@pytest.fixture(scope="session")
def undisturbed(night: SimulatedNight) -> str:
    """The export of the night that nothing befell."""
    return night.export()


@pytest.fixture
def costs() -> Iterator[list[tuple[str, float, float, int]]]:
    """Where a test writes down its fault, the seconds from the fault to the end of the night, those of the repair, and the runs."""
    yield COSTS


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the table."""
    if COSTS:
        terminalreporter.section("faults")
        terminalreporter.write_line(f"{'fault':<60}{'seconds until whole':>20}{'of these `up`':>15}{'runs':>6}")
        for fault, whole_s, repair_s, runs in COSTS:
            terminalreporter.write_line(f"{fault:<60}{whole_s:>20.1f}{repair_s:>15.1f}{runs:>6}")
