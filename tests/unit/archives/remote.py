"""A small web server that misbehaves as a test asks, and what a test needs to fetch from it."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from db.ledger import Work
from db.remote_file import RemoteFile
from db.settings import Settings

Headers = dict[str, str]
Answer = Callable[["Request"], Awaitable["Reply"]]


class BreakOff(Exception):
    """Ends a connection in the middle of an answer."""


@dataclass(frozen=True)
class Request:
    """What was asked: path, headers with names in lower case, how often this path was asked for before, the query, and the body."""

    path: str
    headers: Headers
    earlier: int
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """An answer; with ``sent`` the connection breaks after so many bytes of the body, with ``drip_s`` each byte takes so long."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    sent: int | None = None
    drip_s: float = 0.0


class Server:
    """Answers by a function of the test's, and remembers what was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        path = scope["path"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode()))
        sent, more = b"", True
        while more:
            part = await receive()
            sent, more = sent + part.get("body", b""), part.get("more_body", False)
        request = Request(path, headers, sum(earlier.path == path for earlier in self.requests), query, sent)
        self.requests.append(request)
        self.times.append(time.monotonic())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            reply = await self._answer(request)
        finally:
            self.at_once -= 1
        named = {"Content-Length": str(len(reply.body)), "Content-Type": "text/html"} | reply.headers
        listed = [(name.encode(), value.encode()) for name, value in named.items() if value]
        await send({"type": "http.response.start", "status": reply.status, "headers": listed})
        if reply.sent is not None:
            await send({"type": "http.response.body", "body": reply.body[: reply.sent], "more_body": True})
            await asyncio.sleep(0.05)  # so that these bytes are on their way before the connection goes
            raise BreakOff
        for place in range(len(reply.body) if reply.drip_s else 0):
            await send({"type": "http.response.body", "body": reply.body[place : place + 1], "more_body": True})
            await asyncio.sleep(reply.drip_s)
        await send({"type": "http.response.body", "body": b"" if reply.drip_s else reply.body})


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    """Serve from a thread on a free port; the server's ``url`` ends in a slash."""
    server = Server(answer)
    config = uvicorn.Config(server, log_level="critical", timeout_graceful_shutdown=1, lifespan="off", ws="none")
    runner = uvicorn.Server(config)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not runner.started and thread.is_alive():
            time.sleep(0.01)
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        try:
            yield server
        finally:
            runner.should_exit = runner.force_exit = True
            thread.join(timeout=10)


def quick_settings(home: Path, **changes: Any) -> Settings:
    """Settings of an impatient client that tries three times."""
    return Settings(**({"home": home, "request_timeout_s": 1.0, "listing_timeout_s": 1.0, "request_retries": 2} | changes))


def work(url: str, name: str = "BIR_20240514_120000_01.fit.gz", **held: Any) -> Work:
    """A file to fetch from the directory at ``url``."""
    modified: datetime | None = held.get("held_modified")
    return Work(RemoteFile(name, url + name, "spectrogram", "BIR", "01", None, "1K", modified), "spectrogram/BIR/12", **held)
