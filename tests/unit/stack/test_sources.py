"""A change of what workers import or read is seen; what Python leaves behind is not a change."""

import os
from pathlib import Path

import pytest

from deployments.stack.sources import ON_WORKERS, fingerprint_sources


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("db/ledger.py", "models/weights/gate.safetensors", "tasks/templates/report.html.j2", "flows/nightly.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first")
    return tmp_path


@pytest.mark.parametrize("name", ["db/ledger.py", "models/weights/gate.safetensors", "tasks/templates/report.html.j2"])
def test_changed_module_weights_and_template_are_seen(checkout: Path, name: str) -> None:
    before = fingerprint_sources(checkout, ON_WORKERS)
    (checkout / name).write_text("other")
    assert fingerprint_sources(checkout, ON_WORKERS) != before


def test_moved_and_new_modules_are_seen(checkout: Path) -> None:
    before = fingerprint_sources(checkout, ON_WORKERS)
    (checkout / "tasks/new.py").touch()
    added = fingerprint_sources(checkout, ON_WORKERS)
    (checkout / "db/ledger.py").rename(checkout / "db/book.py")
    assert len({before, added, fingerprint_sources(checkout, ON_WORKERS)}) == 3


def test_bytecode_dates_and_flows_are_no_change(checkout: Path) -> None:
    before = fingerprint_sources(checkout, ON_WORKERS)
    (checkout / "db/__pycache__").mkdir()
    (checkout / "db/__pycache__/ledger.cpython-311.pyc").write_text("code")
    (checkout / "flows/nightly.py").write_text("other")  # each run is a process of its own, which imports them anew
    os.utime(checkout / "db/ledger.py", (0, 0))
    assert fingerprint_sources(checkout, ON_WORKERS) == before
