"""Promises of `deployments.stack.files` and `deployments.stack.credentials`."""

import fcntl
import os
from pathlib import Path

import pytest

from deployments.stack.credentials import Credentials
from deployments.stack.files import locked, make_home, make_private_folder, read_json, write_json, write_private


def mode(path: Path) -> int:
    """Permission bits of ``path``."""
    return path.stat().st_mode & 0o777


def test_private_file_is_private_whatever_the_umask_and_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write_private(path, "new")
    finally:
        os.umask(before)
    assert mode(path) == 0o600
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_all_new_folders_are_private_and_old_ones_keep_their_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    made = make_private_folder(tmp_path / "a" / "b")
    assert mode(tmp_path) == 0o755
    assert mode(made) == mode(made.parent) == 0o700


def test_home_can_not_be_read_by_others(tmp_path: Path) -> None:
    assert mode(make_home(tmp_path / "home")) & 0o066 == 0


@pytest.mark.parametrize("content", [None, "", '{"port": 1', "[1]"])
def test_file_that_holds_no_object_reads_as_empty(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "some.json"
    if content is not None:
        path.write_text(content)
    assert read_json(path) == {}


def test_lock_is_held_inside_and_dropped_outside(tmp_path: Path) -> None:
    with locked(tmp_path), (tmp_path / "lock").open("w") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_secrets_are_made_once_and_are_private_and_do_not_print(tmp_path: Path) -> None:
    made = Credentials.of(tmp_path)
    assert Credentials.of(tmp_path) == made
    assert mode(tmp_path / "secrets.json") == 0o600
    assert made.s3_secret_key not in repr(made)
    assert len({made.postgres_password, made.s3_access_key, made.s3_secret_key, made.prefect_password}) == 4


def test_a_secret_that_is_missing_is_added_and_the_others_stay(tmp_path: Path) -> None:
    made = Credentials.of(tmp_path)
    write_json(tmp_path / "secrets.json", {"postgres_password": made.postgres_password})
    again = Credentials.of(tmp_path)
    assert again.postgres_password == made.postgres_password
    assert again.s3_secret_key != made.s3_secret_key
    assert Credentials.of(tmp_path) == again
