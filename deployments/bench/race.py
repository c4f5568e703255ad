"""A race: contestants doing the same to the same files, on one core, in turns."""

import ctypes
import gc
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from deployments.bench.result import Role, Row
from deployments.stack.dask_cluster import KEPT_FREE_BYTES, OWN_PAGES_BYTES

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who runs: ``run`` takes a file's path and returns anything; None where it cannot, and ``note`` says why."""

    name: str
    role: Role
    run: Callable[[Path], object] | None
    note: str = ""


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on its last core (interrupts tend to go to the first), and numerical libraries at one thread.

    Freed memory is kept as the Dask workers keep it, for all contestants alike, and until the process ends.
    """
    _keep_freed_memory()
    with threadpool_limits(1):
        if not hasattr(os, "sched_setaffinity"):  # macOS: the limit alone
            yield
            return
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {max(before)})
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)


def _keep_freed_memory() -> None:
    """Tell glibc what the environment tells that of the workers (mallopt(3)); no other C library has this."""
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    for option, size in ((M_TRIM_THRESHOLD, KEPT_FREE_BYTES), (M_MMAP_THRESHOLD, OWN_PAGES_BYTES)):
        if adjust:
            adjust(option, size)


def race(contestants: Sequence[Contestant], files: Sequence[Path], rounds: int) -> tuple[list[Row], dict[str, str]]:
    """Let all contestants treat all files, round after round, each round begun by another.

    First everyone treats every file once, untimed: caches and compiled code are warm then, and a file that one of them cannot
    treat is left out for all.

    Parameters
    ----------
    contestants : who runs
    files : what they treat
    rounds : of which the best counts, separately for wall and processor time

    Returns
    -------
    (rows, left_out), a row each, in the order given, and the files that were left out, each with who could not treat it and why
    """
    left_out: dict[str, str] = {}
    running = [contestant for contestant in contestants if contestant.run]
    best = {contestant.name: (float("inf"), float("inf")) for contestant in running}
    with one_core(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn of every header
        for contestant in running:
            left_out |= _failures(contestant, files)
        good = [path for path in files if path.name not in left_out]
        for number in range(rounds if good else 0):
            first = number % len(running)
            for contestant in running[first:] + running[:first]:
                wall, cpu = _time(contestant, good)
                best[contestant.name] = (min(best[contestant.name][0], wall), min(best[contestant.name][1], cpu))
    rows = []
    for contestant in contestants:
        if contestant.run is None or not good:
            rows.append(Row(contestant.name, contestant.role, note=contestant.note))
            continue
        wall, cpu = (seconds / len(good) for seconds in best[contestant.name])
        rows.append(Row(contestant.name, contestant.role, wall, cpu, len(good), rounds, contestant.note))
    return rows, left_out


def _failures(contestant: Contestant, files: Sequence[Path]) -> dict[str, str]:
    assert contestant.run
    failed = {}
    for path in files:
        try:
            contestant.run(path)
        except Exception as error:
            failed[path.name] = f"{contestant.name}: {type(error).__name__}: {error}"
    return failed


def _time(contestant: Contestant, files: Sequence[Path]) -> tuple[float, float]:
    assert contestant.run
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for path in files:
        contestant.run(path)
    return time.perf_counter() - wall, time.process_time() - cpu
