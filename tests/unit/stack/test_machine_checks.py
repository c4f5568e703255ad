"""Promises of `deployments.stack.machine_checks`."""

import os
from pathlib import Path

import pytest

from db.settings import Settings
from deployments.stack.finding import Finding
from deployments.stack.machine_checks import (
    check_archives_and_clock,
    check_home,
    check_programs,
    check_python,
    check_users_home,
    check_weights,
)
from tasks.archives.catalogue import archives


def test_this_machine_has_python_and_the_programs() -> None:
    assert all(finding.ok for finding in (check_python(), *check_programs()))


def test_home_that_is_not_there_yet_is_judged_by_its_parent_and_not_made(tmp_path: Path) -> None:
    home = tmp_path / "not" / "yet"
    assert next(finding for finding in check_home(home) if finding.what == "home").ok
    assert not (tmp_path / "not").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    found = next(finding for finding in check_home(tmp_path) if finding.what == "home")
    assert not found.ok
    assert str(tmp_path) in found.line
    assert "NIGHTSHIFT_HOME" in found.line


def test_a_users_home_where_sunpy_cannot_make_its_folders_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_users_home().ok
    nowhere = tmp_path / "file"
    nowhere.touch()
    monkeypatch.setenv("HOME", str(nowhere))
    found = check_users_home()
    assert (found.ok, found.essential) == (False, False)
    assert str(nowhere) in found.line
    assert "set HOME" in found.line


def test_shipped_weights_are_those_of_their_cards() -> None:
    findings = list(check_weights())
    assert findings
    assert [finding.line for finding in findings if not finding.ok] == []


def _ecallisto_and_clock(home: Path, root: str) -> tuple[Finding, Finding]:
    """What is found of one archive and of the clock; the roots of the others are folders, but the camera's, which is not named."""
    roots = {name: str(home) for name, archive in archives().items() if archive.root} | {"ecallisto": root}
    found = {finding.what: finding for finding in check_archives_and_clock(Settings(home=home, archive_roots=roots))}
    assert found.keys() == {*(f"archive {name}" for name in roots), "clock"}
    return found["archive ecallisto"], found["clock"]


@pytest.mark.parametrize("there", [True, False])
def test_archive_in_a_folder_is_looked_for(tmp_path: Path, there: bool) -> None:
    root = tmp_path if there else tmp_path / "gone"
    archive, clock = _ecallisto_and_clock(tmp_path, str(root))
    assert archive.ok is there
    assert not archive.essential
    assert clock.ok


def test_archive_that_does_not_answer_is_named_and_is_not_essential(tmp_path: Path) -> None:
    archive, _ = _ecallisto_and_clock(tmp_path, "http://127.0.0.1:9/")
    assert not archive.ok
    assert not archive.essential
    assert "127.0.0.1:9" in archive.line
