"""Cheap questions to a port: no client library, so that `status` is quick."""

import http.client
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from deployments.stack.ports import LOOPBACK

TIMEOUT_S = 1.0


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None, body: object = None, timeout_s: float = TIMEOUT_S
) -> tuple[int, bytes] | None:
    """Return status and text of a GET, or of a POST of ``body`` as JSON; None where nothing answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        if body is None:
            connection.request("GET", path, headers=dict(headers or {}))
        else:
            connection.request("POST", path, json.dumps(body), {**(headers or {}), "Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def ask_json(port: int, path: str, headers: Mapping[str, str] | None = None, body: object = None) -> Any:
    """Return the JSON that `ask` brings with status 200, else None."""
    reply = ask(port, path, headers, body)
    try:
        return json.loads(reply[1]) if reply and reply[0] == 200 else None
    except json.JSONDecodeError:
        return None


def postgres_asks_password(port: int, user: str, database: str) -> bool:
    """Whether a PostgreSQL server on ``port`` is past its recovery: it answers a login with a question (message ``R``).

    Protocol 3.0, https://www.postgresql.org/docs/18/protocol-message-formats.html (StartupMessage).
    """
    words = b"".join(word.encode() + b"\0" for word in ("user", user, "database", database)) + b"\0"
    try:
        with socket.create_connection((LOOPBACK, port), TIMEOUT_S) as connection:
            connection.settimeout(TIMEOUT_S)
            connection.sendall(struct.pack("!II", len(words) + 8, 196_608) + words)  # 196608 is version 3.0
            return connection.recv(1024)[:1] == b"R"  # all of it: leaving the rest unread would be logged as a reset
    except OSError:
        return False
