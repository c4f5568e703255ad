"""Promises of `deployments.stack.postgres_place`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack.files import make_home
from deployments.stack.postgres_place import executable, find_place, installed_version
from models.errors import ConfigurationError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A home under a folder that only its owner can enter."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    home = make_home(folder / "home")
    yield home
    if (home / "postgres").is_symlink():
        shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)


@pytest.fixture
def open_() -> Iterator[Path]:
    """A home that everybody can pass through."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield make_home(Path(folder) / "home")


def says_its_version(home: Path) -> bool:
    """Whether the user who is to run the server can run it."""
    place = find_place(home)
    said = subprocess.run(
        [executable(place, "postgres"), "--version"], user=place.user, group=place.group, cwd=place.folder, capture_output=True
    )
    return installed_version().split(".")[0] in said.stdout.decode()


def test_server_can_be_run_by_its_user_wherever_the_home_lies(closed: Path) -> None:
    assert says_its_version(closed)
    assert find_place(closed) == find_place(closed)


@as_root
def test_home_that_nobody_else_can_enter_keeps_its_modes_and_links_to_a_place_outside(closed: Path) -> None:
    modes = {folder: folder.stat().st_mode for folder in (closed, *closed.parents)}
    place = find_place(closed)
    assert closed not in place.folder.parents
    assert (closed / "postgres").resolve() == place.folder
    assert (place.folder / "home").read_text().strip() == str(closed)
    assert {folder: folder.stat().st_mode for folder in modes} == modes


@as_root
def test_home_that_can_be_passed_through_keeps_its_database_inside(open_: Path) -> None:
    assert find_place(open_).folder == (open_ / "postgres").resolve()
    assert says_its_version(open_)


@as_root
def test_place_that_is_gone_is_not_replaced_by_an_empty_one(closed: Path) -> None:
    shutil.rmtree(find_place(closed).folder)
    with pytest.raises(ConfigurationError, match="is gone"):
        find_place(closed)


@as_root
def test_others_can_not_write_to_the_binaries(closed: Path) -> None:
    place = find_place(closed)
    for path in (place.folder, place.binaries, *place.binaries.rglob("*")):
        assert path.stat().st_uid == 0, path
        assert not path.stat().st_mode & 0o022, path
