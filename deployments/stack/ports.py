"""The loopback ports of a home: chosen once, then remembered."""

import random
import socket
import threading
from pathlib import Path

from deployments.stack.files import read_json, write_json
from models.errors import ConfigurationError

LOOPBACK = "127.0.0.1"
# Below 32768, where Linux begins to hand out ports to outgoing connections, which would take ours while we are down.
CHOICE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether nobody listens on loopback port ``port``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections of an earlier run do not count
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


class Ports:
    """Port numbers by name, kept in ``ports.json``."""

    def __init__(self, home: Path) -> None:
        self._file = home / "ports.json"
        self._lock = threading.Lock()

    def get(self, name: str) -> int:
        """Return the remembered port of ``name``, 0 if it has none yet."""
        return int(read_json(self._file).get(name, 0))

    def claim(self, name: str) -> int:
        """Return a port that ``name`` can listen on now: the remembered one, or a new one if a stranger took that.

        Raises
        ------
        ConfigurationError
            If no port of `CHOICE` is free.
        """
        with self._lock:
            known = read_json(self._file)
            if known.get(name) and is_free(known[name]):
                return int(known[name])
            for candidate in random.sample(CHOICE, len(CHOICE)):
                if candidate not in known.values() and is_free(candidate):
                    write_json(self._file, {**known, name: candidate})
                    return candidate
        raise ConfigurationError(f"no free port between {CHOICE.start} and {CHOICE.stop} on {LOOPBACK}")
