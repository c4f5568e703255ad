"""A process that outlives the command which started it, and is known again by its pid and its time of birth."""

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deployments.stack.files import make_private_folder, read_json, write_json

MARK = "NIGHTSHIFT_STACK_PART"  # in the environment of every child and of its children: who started them, and as what
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside when its process starts

# Children of this very process. Keeping them lets us reap them: a zombie has a pid but does not live.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Command:
    """What to run: its arguments, what to add to the environment, in which folder, as which user, and how to end it."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    user: int | None = None
    group: int | None = None
    stop_signal: int = signal.SIGTERM

    @property
    def fingerprint(self) -> str:
        """Equal for equal commands; secrets in the environment cannot be read from it."""
        said = repr((self.arguments, sorted(self.environment.items()), str(self.folder), self.user, self.group))
        return hashlib.sha256(said.encode()).hexdigest()


def birth(pid: int) -> str | None:
    """Return when process ``pid`` was born, or None if none lives under that number.

    On Linux in ticks since the boot named by its id, which no correction of the clock moves.
    """
    for child in _children:
        child.poll()
    try:
        # The name in brackets may hold anything; behind it stand the state and, 17 and 19 fields on, the number of threads
        # and the start time (proc(5)). A zombie with other threads than its first has not yet let go of its ports and files.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] == "X" or (fields[0] == "Z" and int(fields[17]) <= 1):
            return None
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}/{fields[19]}"
    except ProcessLookupError:
        return None
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    try:  # no /proc: macOS
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except psutil.NoSuchProcess:
        return None


class Process:
    """One named process of a home: ``run/NAME.json`` says which it is, ``logs/NAME.log`` what it said."""

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self.mark = f"{home}:{name}"
        self.log = home / "logs" / f"{name}.log"
        self._file = home / "run" / f"{name}.json"

    @property
    def pid(self) -> int | None:
        """The pid of the process, if it lives; a stranger who got its number is not it."""
        known = read_json(self._file)
        return known["pid"] if known and birth(known["pid"]) == known["birth"] else None

    @property
    def started(self) -> float:
        """When it was started, in seconds since 1970."""
        return float(read_json(self._file).get("started", 0.0))

    @property
    def settled(self) -> bool:
        """Whether what follows a start had been done when this process was last looked after."""
        return bool(read_json(self._file).get("settled"))

    def settle(self) -> None:
        """Remember that what follows a start is done."""
        write_json(self._file, {**read_json(self._file), "settled": True})

    def runs(self, command: Command) -> bool:
        """Whether the process lives and was started by an equal command."""
        return self.pid is not None and read_json(self._file)["fingerprint"] == command.fingerprint

    def start(self, command: Command) -> None:
        """Start ``command`` in a session of its own; does not wait for it to be ready."""
        now = time.time()
        make_private_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
            child = subprocess.Popen(  # noqa: S603  (our own command lines)
                command.arguments,
                cwd=command.folder,
                env={**os.environ, **command.environment, MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=command.user,
                group=command.group,
                extra_groups=None if command.user is None else [],
                umask=0o077,
            )
        _children.append(child)
        known = {"pid": child.pid, "birth": birth(child.pid), "started": now, "stop": command.stop_signal}
        write_json(self._file, {**known, "fingerprint": command.fingerprint})

    def stop(self, grace_s: float = 15.0) -> bool:
        """End the process, politely first; return whether there was one."""
        known, pid = read_json(self._file), self.pid
        if pid is not None:
            end([pid], grace_s, known["stop"])
        self._file.unlink(missing_ok=True)
        return pid is not None

    def last_words(self, lines: int = 3) -> str:
        """Return the last ``lines`` of the log, in one."""
        if not self.log.exists():
            return "it said nothing"
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4000))
            said = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        return " | ".join(said[-lines:]) or "it said nothing"


def find(wanted: Callable[[psutil.Process], bool]) -> list[int]:
    """Return the pids of the living processes that ``wanted`` picks, among those we may look into, ourselves excepted."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE and wanted(process):
                found.append(process.pid)
        except (psutil.Error, OSError):  # gone meanwhile, or another user's
            continue
    return found


def marked(mark: str) -> list[int]:
    """Return the pids of all processes that carry ``mark``: a part and whatever it started."""
    return find(lambda process: process.environ().get(MARK) == mark)


def end(pids: Iterable[int], grace_s: float = 5.0, stop_signal: int = signal.SIGTERM) -> None:
    """Send ``stop_signal`` to each process, and SIGKILL to those that are still there after ``grace_s`` seconds."""
    born = {pid: birth(pid) for pid in pids}
    for sent, patience_s in ((stop_signal, grace_s), (signal.SIGKILL, 5.0)):
        living = [pid for pid, known in born.items() if known is not None and birth(pid) == known]
        for pid in living:
            try:
                os.kill(pid, sent)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + patience_s
        while any(birth(pid) == born[pid] for pid in living) and time.monotonic() < deadline:
            time.sleep(0.02)
