"""Files that only their owner reads, and the lock that lets one command at a time touch a home."""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

log = logging.getLogger("nightshift.stack")


def make_private_folder(folder: Path) -> Path:
    """Make ``folder``, and parents that are missing, for their owner alone; those that exist keep their modes."""
    for step in (*reversed(folder.parents), folder):
        step.mkdir(mode=0o700, exist_ok=True)
    return folder


def make_home(home: Path) -> Path:
    """Make the folder of a stack. Root's can be passed through, though not read, by the user who runs PostgreSQL for root."""
    if not home.exists():
        make_private_folder(home)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return home


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step by a file of mode 0600, so that no reader sees half of it."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def write_json(path: Path, value: Any) -> None:
    """`write_private` of ``value`` as JSON."""
    write_private(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``; an empty one where there is none, or where it was cut short."""
    try:
        value = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the lock of ``home``; waits for whoever holds it. The kernel drops it when its holder dies."""
    with os.fdopen(os.open(make_private_folder(home) / "lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another command is at work on %s; waiting for it", home)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
