"""Homes of the tests' own beside that of the suite."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack_probe import of_home

from db.settings import load_settings
from deployments.stack import discard
from deployments.stack.processes import end


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own, with nothing running."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(folder))
    load_settings.cache_clear()
    yield folder
    end(of_home(folder), stop_signal=signal.SIGKILL)
    discard(folder)
    monkeypatch.undo()
    load_settings.cache_clear()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home beside the suite's, for PostgreSQL and S3; each test starts what it needs."""
    folder = tmp_path_factory.mktemp("small") / "home"
    yield folder
    end(of_home(folder), stop_signal=signal.SIGKILL)
    discard(folder)
