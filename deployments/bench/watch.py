"""What groups of processes cost while something runs: memory together, processor time each."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

INTERVAL_S = 0.5


@dataclass(slots=True)
class Group:
    """One kind of process, with its children.

    Attributes
    ----------
    root : pid of the one that started the others
    processes : the most that there were at a time
    peak_mb, last_mb : memory, MB
    first_s, last_s : processor time since it was born, s, when first and last seen
    """

    root: int
    processes: int = 0
    peak_mb: float = 0.0
    last_mb: float = 0.0
    first_s: float | None = None
    last_s: float = 0.0

    @property
    def cpu_s(self) -> float:
        """Processor time used meanwhile, s."""
        return self.last_s - (self.first_s or 0.0)


@dataclass
class Watch:
    """Looks at the groups every half second, as long as it is open.

    Memory is the resident set, added up: an upper bound, for pages that processes share, as those of Postgres, count in each
    (2.5 GB where the proportional set was 1.7). The kernel takes 45 ms to add up the proportional set of 26 processes: too long
    for every half second, but not for once a night, and a backend that has touched more of the shared pages has not grown.

    Attributes
    ----------
    roots : pid by name of the group
    new : groups born with the watch, all of whose processor time counts
    proportional : memory is the proportional set size, where the kernel tells it (Linux)
    peak_mb : the most that all groups held at a time
    """

    roots: Mapping[str, int]
    new: frozenset[str] = frozenset()
    proportional: bool = False
    peak_mb: float = 0.0
    groups: dict[str, Group] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = {name: Group(pid, first_s=0.0 if name in self.new else None) for name, pid in self.roots.items()}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self.look()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self.look()

    def look(self) -> float:
        """Look once; return the memory of all groups together, MB."""
        together = 0.0
        families = _families([group.root for group in self.groups.values()])
        for group in self.groups.values():
            family = families[group.root]
            if not family:
                continue
            memory = sum(_memory_mb(process, self.proportional) for process in family)
            used = sum(_cpu_s(process) for process in family)
            group.processes = max(group.processes, len(family))
            group.last_mb, group.peak_mb = memory, max(group.peak_mb, memory)
            # A child that nobody waited for takes its time along: what a group has used never shrinks.
            group.last_s = max(group.last_s, used)
            group.first_s = used if group.first_s is None else group.first_s
            together += memory
        self.peak_mb = max(self.peak_mb, together)
        return together

    def table(self) -> list[dict[str, Any]]:
        """Rows by group, the dearest first."""
        return [
            {"processes of": name, "count": group.processes, "CPU s": round(group.cpu_s, 1), "peak MB": round(group.peak_mb)}
            for name, group in sorted(self.groups.items(), key=lambda item: -item[1].cpu_s)
        ]

    def _run(self) -> None:
        while not self._over.wait(INTERVAL_S):
            self.look()


def _families(roots: Collection[int]) -> dict[int, list[psutil.Process]]:
    """Living processes by the root that they descend from; one look at the table of processes for all (5 ms for 140)."""
    known = {process.pid: process for process in psutil.process_iter()}
    children: dict[int, list[int]] = {}
    for process in known.values():
        try:
            children.setdefault(process.ppid(), []).append(process.pid)
        except psutil.Error:  # gone meanwhile
            continue
    families = {}
    for root in roots:
        waiting, family = [root], []
        while waiting:
            pid = waiting.pop()
            family += [known[pid]] if pid in known else []
            waiting += children.get(pid, [])
        families[root] = family
    return families


def _memory_mb(process: psutil.Process, proportional: bool) -> float:
    if proportional:
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
        except (OSError, StopIteration):  # no Linux, another user's, or just gone
            pass
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0


def _cpu_s(process: psutil.Process) -> float:
    """Time of a process and of those children that it has waited for."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.Error:
        return 0.0
