"""Starting, stopping, and the neighbours: stacks in homes of their own."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from stack_probe import by_name, database, kill, of_home, pids, s3

from db.settings import load_settings
from deployments.stack import down, status, up
from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT
from models.errors import ConfigurationError


def test_two_ups_at_once_start_one_stack(small: Path) -> None:
    command = f"from pathlib import Path; from deployments.stack import up; up(Path({str(small)!r}), only={{'postgres', 's3'}})"
    both = [subprocess.Popen([sys.executable, "-c", command], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    masters = [pid for pid in of_home(small) if psutil.Process(pid).name() == "postgres" and "-D" in psutil.Process(pid).cmdline()]
    assert masters == [pids(small)["postgres"]]
    assert [pid for pid in of_home(small) if psutil.Process(pid).name() == "rclone"] == [pids(small)["s3"]]


def test_down_stops_all_it_started_and_leaves_the_data(small: Path) -> None:
    up(small, only={"postgres", "s3"})
    s3(small).put_object(Bucket="nightshift", Key="a/b", Body=b"c")
    assert down(small) == ["s3", "postgres"]
    assert of_home(small) == []
    assert not (small / "stack.json").exists()
    assert (small / "s3" / "nightshift" / "a" / "b").read_bytes() == b"c"
    assert down(small) == []


def test_down_leaves_a_strangers_process_alone(home: Path) -> None:
    up(home, only={"s3"})
    file = home / "run" / "s3.json"
    known = read_json(file)
    down(home)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        write_json(file, {**known, "pid": stranger.pid})
        assert not by_name(status(home))["s3"].alive
        assert down(home) == []
        assert stranger.poll() is None
        stranger.kill()


def test_port_taken_by_a_stranger_while_down_is_exchanged(home: Path) -> None:
    up(home, only={"s3"})
    endpoint = read_json(home / "stack.json")["s3_endpoint"]
    down(home)
    with socket.create_server(("127.0.0.1", int(endpoint.rpartition(":")[2]))):
        up(home, only={"s3"})
        assert read_json(home / "stack.json")["s3_endpoint"] != endpoint
        s3(home).put_object(Bucket="nightshift", Key="a", Body=b"b")


def test_postgres_starts_though_its_lock_names_a_living_stranger(small: Path) -> None:
    up(small, only={"postgres"})
    lock = small / "postgres" / "data" / "postmaster.pid"
    words = lock.read_text()
    owner = lock.stat()
    kill(small, "postgres")
    time.sleep(0.2)
    user = {} if os.geteuid() else {"user": owner.st_uid}  # a process of the same user is what PostgreSQL would believe in
    with subprocess.Popen(["/bin/sleep", "60"], **user) as stranger:  # type: ignore[call-overload]
        lock.write_text("\n".join([str(stranger.pid), *words.splitlines()[1:]]) + "\n")
        up(small, only={"postgres"})
        with psycopg.connect(database(small)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
        stranger.kill()


def test_part_that_the_environment_gives_is_not_started(home: Path, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_json(stores / "stack.json")
    for name in ("database_url", "s3_endpoint", "s3_access_key", "s3_secret_key"):
        monkeypatch.setenv(f"NIGHTSHIFT_{name.upper()}", given[name])
    monkeypatch.setenv("NIGHTSHIFT_PREFECT_API_URL", "http://127.0.0.1:1/api")
    parts = by_name(up(home, only={"postgres", "s3", "prefect"}))
    assert [part.name for part in parts.values() if part.alive] == []
    assert parts["postgres"].given == "NIGHTSHIFT_DATABASE_URL"
    assert of_home(home) == []
    assert read_json(home / "stack.json") == {}
    assert load_settings().s3_endpoint == given["s3_endpoint"]


def test_up_says_which_part_does_not_start_and_what_it_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCLONE_TRANSFERS", "not a number")
    with pytest.raises(ConfigurationError, match=r"s3 ended at once: .*not a number.*s3\.log"):
        up(home, only={"s3"})


def test_postgres_never_runs_as_root_and_its_data_are_its_own(small: Path) -> None:
    up(small, only={"postgres"})
    pid = pids(small)["postgres"]
    assert pid is not None
    user = psutil.Process(pid).uids().real
    assert user == (os.geteuid() or user) != 0
    data = (small / "postgres" / "data").stat()
    assert (data.st_uid, data.st_mode & 0o777) == (user, 0o700)
