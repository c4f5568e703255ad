"""Fixtures of the whole suite: the stack, and the folder of real data."""

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.stack_fixture import archives, cluster, stack, stack_home, stores

__all__ = ["archives", "cluster", "real_data", "stack", "stack_home", "stores"]

SHARING = ("e2e", "integration", "faults")
# Of e2e: the one needs no stack, the other a night of its own. Else one process would have twice as much to do as the other.
APART = ("e2e/test_classify.py", "e2e/test_sun_night.py")
ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The seed of the faults (when each strikes, and whom), and the length of the soak."""
    parser.addoption("--fault-seed", default="1", metavar="N", help="moves the moments and victims of tests/faults (1)")
    parser.addoption("--soak-nights", type=int, default=30, metavar="N", help="nights of the soak (30)")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """For the two processes of `make test`."""
    return ByFolder(config, log)


class ByFolder(LoadScopeScheduling):
    """Tests that share a stack stay together, in a stack of their process; others by their file."""

    def _split_scope(self, nodeid: str) -> str:
        folder, file = nodeid.split("/")[1], nodeid.partition("::")[0]
        return folder if folder in SHARING and not file.endswith(APART) else file


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes by their length: gzip's hold the time, and both processes must call a test by the same name."""
    return f"{argname} of {len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files, which are not part of the repository."""
    folder = Path(os.environ.get("NIGHTSHIFT_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "radio").is_dir():
        pytest.skip(f"no real files in {folder}; set NIGHTSHIFT_REAL_DATA to a folder with radio/index and radio/fits")
    return folder
