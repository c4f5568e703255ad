"""Promises of `deployments.stack.processes`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack.files import read_json, write_json
from deployments.stack.processes import Command, Process, birth, end, marked

SLEEP = Command((sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)"))
STUBBORN = Command(
    (
        sys.executable,
        "-c",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('awake', flush=True); time.sleep(60)",
    )
)


def wait_for_words(process: Process) -> None:
    """Wait until ``process`` has said something."""
    deadline = time.monotonic() + 20
    while not (process.log.exists() and process.log.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A process that is not started yet."""
    one = Process(tmp_path, "one")
    yield one
    one.stop()


def test_started_process_has_its_own_session_and_private_files(process: Process, tmp_path: Path) -> None:
    process.start(SLEEP)
    assert process.pid is not None
    assert os.getsid(process.pid) == process.pid
    assert (tmp_path / "run" / "one.json").stat().st_mode & 0o777 == 0o600
    assert process.log.stat().st_mode & 0o777 == 0o600


def test_process_is_found_again_by_who_did_not_start_it(process: Process, tmp_path: Path) -> None:
    process.start(SLEEP)
    assert Process(tmp_path, "one").pid == process.pid
    assert marked(process.mark) == [process.pid]


def test_it_runs_the_same_command_only(process: Process) -> None:
    process.start(SLEEP)
    assert process.runs(SLEEP)
    assert not process.runs(Command(SLEEP.arguments, {"OTHER": "1"}))


def test_killed_process_is_not_alive_although_its_zombie_has_its_pid(process: Process) -> None:
    process.start(SLEEP)
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while birth(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.pid is None


def test_zombie_of_somebody_else_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        deadline = time.monotonic() + 20
        while birth(child.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert birth(child.pid) is None
        assert Path(f"/proc/{child.pid}").exists() or sys.platform != "linux"


@pytest.mark.skipif(sys.platform != "linux", reason="threads of a zombie are told by /proc")
def test_zombie_lives_while_one_of_its_threads_does(process: Process) -> None:
    code = (
        "import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start(); "
        "print('awake', flush=True); ctypes.CDLL(None).pthread_exit(None)"
    )
    process.start(Command((sys.executable, "-c", code)))
    wait_for_words(process)
    pid = process.pid
    assert pid is not None
    deadline = time.monotonic() + 20
    while ") Z " not in Path(f"/proc/{pid}/stat").read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ") Z " in Path(f"/proc/{pid}/stat").read_text()
    assert process.pid == pid  # its ports are still taken
    assert process.stop()
    assert birth(pid) is None


def test_recycled_pid_is_a_stranger_and_is_not_stopped(process: Process, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        write_json(tmp_path / "run" / "one.json", {"pid": stranger.pid, "birth": "another boot/1", "fingerprint": "", "stop": 15})
        assert process.pid is None
        assert not process.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_stop_ends_a_process_that_ignores_it(process: Process) -> None:
    process.start(STUBBORN)
    wait_for_words(process)
    pid = process.pid
    assert pid is not None
    assert process.stop(grace_s=0.2)
    assert birth(pid) is None


def test_last_words_are_the_end_of_the_log(process: Process) -> None:
    assert process.last_words() == "it said nothing"
    process.start(Command((sys.executable, "-c", "print('one'); print('two'); print(); print('three')")))
    deadline = time.monotonic() + 20
    while process.pid is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.last_words(lines=2) == "two | three"


def test_settled_is_forgotten_at_the_next_start(process: Process, tmp_path: Path) -> None:
    process.start(SLEEP)
    assert not process.settled
    process.settle()
    assert process.settled
    process.stop()
    process.start(SLEEP)
    assert not process.settled
    assert "awake" not in str(read_json(tmp_path / "run" / "one.json"))


def test_end_spares_a_pid_that_nobody_has() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    end([child.pid])
