"""Processes die in the middle of a night; after `nightshift up` and another run, if one is needed, it is as if nothing had been."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.schema import Base
from db.session import engine, transaction
from deployments.stack.processes import Process
from tests.e2e.conftest import NIGHT, SimulatedNight

pytestmark = pytest.mark.faults

ARCHIVE = "ecallisto-simulated"
TABLES = ", ".join(table.name for table in Base.metadata.sorted_tables)
# When a fault strikes: a question that is true from then on.
MOMENTS = {
    "preparing": "SELECT count(*) >= 1 FROM source_file WHERE state = 'stored'",
    "judging": "SELECT count(*) >= 1 FROM score",
    "drawing": "SELECT count(*) >= 1 FROM night",
}


def pid_of(night: SimulatedNight, part: str) -> int:
    pid = Process(Path(night.environment["NIGHTSHIFT_HOME"]), part).pid
    assert pid, f"{part} does not run"
    return pid


def kill_part(part: str) -> Callable[[SimulatedNight, int], None]:
    def kill(night: SimulatedNight, _: int) -> None:
        process = psutil.Process(pid_of(night, part))
        process.kill()
        process.wait(10)  # the suite's own process began the stack: unburied, Postgres would count as alive

    return kill


def kill_a_worker(night: SimulatedNight, _: int) -> None:
    nannies = psutil.Process(pid_of(night, "dask-workers"))
    workers = [child for child in nannies.children() if "spawn_main" in " ".join(child.cmdline())]
    workers[0].kill()


def kill_the_flow(_: SimulatedNight, flow: int) -> None:
    os.kill(flow, signal.SIGKILL)


KILLS: dict[str, Callable[[SimulatedNight, int], None]] = {
    "a Dask worker": kill_a_worker,
    "the Dask scheduler": kill_part("dask-scheduler"),
    "the flow": kill_the_flow,
    "Postgres": kill_part("postgres"),
    "S3": kill_part("s3"),
    "the Prefect server": kill_part("prefect-server"),
}


def wait_for(moment: str, night: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert night.poll() is None, f"the night ended before it was {moment}"
        with transaction() as connection:
            if connection.scalar(text(MOMENTS[moment])):
                return
        time.sleep(0.05)
    pytest.fail(f"the night was never {moment}")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", KILLS)
def test_a_kill_leaves_no_trace(
    night: SimulatedNight, undisturbed: str, costs: list[tuple[str, float, float, int]], what: str, moment: str
) -> None:
    with transaction() as connection:
        connection.execute(text(f"TRUNCATE {TABLES} CASCADE"))
    command = [str(Path(sys.executable).with_name("nightshift")), "night", "--archive", "simulated", "--night", NIGHT.isoformat()]
    with subprocess.Popen(command, env=night.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as first:
        wait_for(moment, first)
        KILLS[what](night, first.pid)
        begin = time.monotonic()
        repaired = night.run("up")
        assert repaired.returncode == 0, repaired.stdout + repaired.stderr
        repair_s = time.monotonic() - begin
        said, _ = first.communicate(timeout=200)
    engine().dispose()
    runs = 1
    while first.returncode != 0 and runs < 3:
        again = night.observe()
        runs += 1
        if again.returncode == 0:
            break
    else:
        assert first.returncode == 0, said.decode()
    whole_s = time.monotonic() - begin
    try:
        assert night.export() == undisturbed
    except OperationalError:
        pytest.fail("the database does not answer after `up`")
    with transaction() as connection:
        assert connection.scalar(text("SELECT count(*) FROM run WHERE finished IS NULL")) == 0
    costs.append((f"{what}, while {moment}", whole_s, repair_s, runs))
