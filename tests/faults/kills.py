"""Who can be killed in the middle of a night."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

import psutil

from deployments.stack.processes import Process
from tests.e2e.conftest import SimulatedNight
from tests.faults.disturbed import Disturbed


def pid_of(night: SimulatedNight, part: str) -> int:
    """The process of a part of the stack."""
    pid = Process(night.home, part).pid
    assert pid, f"{part} does not run"
    return pid


def workers_of(night: SimulatedNight) -> list[psutil.Process]:
    """The worker processes under the nannies."""
    nannies = psutil.Process(pid_of(night, "dask-workers"))
    return [child for child in nannies.children() if "spawn_main" in " ".join(child.cmdline())]


def kill(pid: int) -> None:
    """Kill a process of the stack at once; what the suite's own process began it buries, else it would count as alive."""
    process = psutil.Process(pid)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def kill_part(part: str) -> Callable[[Disturbed, subprocess.Popen[str]], None]:
    """A fault: one part of the stack is killed."""
    return lambda disturbed, _: kill(pid_of(disturbed.night, part))


def kill_a_worker(disturbed: Disturbed, _: subprocess.Popen[str]) -> None:
    """A fault: one Dask worker is killed; the seed says which."""
    kill(disturbed.random.choice(workers_of(disturbed.night)).pid)


def kill_all_workers(disturbed: Disturbed, _: subprocess.Popen[str]) -> None:
    """A fault: all workers are killed, and the process that would replace them."""
    workers = workers_of(disturbed.night)
    kill(pid_of(disturbed.night, "dask-workers"))
    for worker in workers:
        with suppress(psutil.NoSuchProcess):
            worker.kill()


def kill_the_flow(_: Disturbed, flow: subprocess.Popen[str]) -> None:
    """A fault: the process of the night is killed."""
    os.kill(flow.pid, signal.SIGKILL)
