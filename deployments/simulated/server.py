"""The simulated archive over real HTTP: ``python -m deployments.simulated.server --home FOLDER --port N``.

Addresses: ``/visit-{n}/solarradio/data/2002-20yy_Callisto/YYYY/MM/DD/`` and ``/visit-{n}/solarradio/qkl/YYYY/MM/DD/``; without
``visit-{n}`` it is the first visit; behind ``/pre`` the index pages are preformatted text.
The sky camera is at ``/visit-{n}/camera/``, the Sun at ``/visit-{n}/bbso/``, ``sdo``, ``aia``, ``swpc`` and ``hek``.
"""

import argparse
import asyncio
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path, PurePosixPath
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from db.settings import load_settings
from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.camera_server import ADDRESS as CAMERA_ADDRESS
from deployments.simulated.camera_server import CameraArchive
from deployments.simulated.conditional import answer
from deployments.simulated.fault import ALL_FAULTS, Fault
from deployments.simulated.ftp import FtpThread
from deployments.simulated.index_page import ordered, pre_page, table_page
from deployments.simulated.misbehaviour import REFUSALS, Misbehaviour, revised
from deployments.simulated.night import DATA
from deployments.simulated.sun_server import ADDRESS as SUN_ADDRESS
from deployments.simulated.sun_server import SunArchive

ADDRESS = re.compile(r"(?P<prefix>(?:/pre)?(?:/visit-(?P<visit>[1-9]\d{0,3}))?)/solarradio(?P<path>/.*|)")
# Answers of 500 before the file with that fault is given, and the delay of the slow one's first answer: longer than an
# impatient client's timeout, harmless with 30 s.
ERRORS_BEFORE_GOOD = 2
SLOW_S = 3.0
# Answers of 429 before the limited file is given, and what its Retry-After asks for.
LIMITS_BEFORE_GOOD, RETRY_AFTER_S = 2, 1
HANG_S = 3600.0
# A night takes half a minute to make; an empty line comes this often meanwhile.
PATIENCE_S = 2.0
HTML = "text/html;charset=UTF-8"


class Reset(Exception):
    """Breaks a connection in the middle of a body."""


@dataclass(frozen=True, slots=True)
class _Ask:
    prefix: str
    visit: int
    path: PurePosixPath
    folder: bool


def _page(status: int, title: str, **headers: str) -> Response:
    head = f'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>{status} {title}</title>\n</head>'
    body = f"{head}<body>\n<h1>{title}</h1>\n</body></html>\n"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, named, "text/html; charset=iso-8859-1")


class _Handler:
    """Answers requests for one archive; counts the tries that heal a fault."""

    def __init__(self, archive: SimulatedArchive) -> None:
        self.archive = archive
        self.tries: Counter[tuple[str, str]] = Counter()

    async def __call__(self, request: Request) -> Response:
        found = ADDRESS.fullmatch(request.url.path)
        if found is None or ".." in PurePosixPath(found["path"]).parts:
            return _page(404, "Not Found")
        ask = _Ask(found["prefix"], int(found["visit"] or 1), PurePosixPath(found["path"].strip("/")), found["path"].endswith("/"))
        day = self.archive.day(ask.path.parent)
        if day is not None:
            return await self._file(request, ask, *day)
        return await self._listing(request, ask)

    async def _listing(self, request: Request, ask: _Ask) -> Response:
        if not ask.folder and (self.archive.day(ask.path) or self.archive.entries(ask.path, ask.visit)):
            return RedirectResponse(request.url.replace(path=request.url.path + "/"), 301)
        if self.archive.day(ask.path) is not None:
            if Misbehaviour.LISTING_HANGS in self.archive.misbehaviour:
                await asyncio.sleep(HANG_S)
            for misbehaviour in self.archive.misbehaviour & REFUSALS.keys():
                if misbehaviour.startswith("listing_"):
                    return _page(*REFUSALS[misbehaviour])
        day = self.archive.day(ask.path)
        if day is not None and not self.archive.ready(day[1]):
            return StreamingResponse(self._patient(request, ask), media_type=HTML)
        page = await run_in_threadpool(self._page, request, ask)
        return _page(404, "Not Found") if page is None else Response(page, media_type=HTML)

    async def _patient(self, request: Request, ask: _Ask) -> AsyncIterator[str]:
        """Page of a night that has to be made first, after an empty line now and then so that nobody gives up."""
        making = asyncio.ensure_future(run_in_threadpool(self._page, request, ask))
        while not (await asyncio.wait([making], timeout=PATIENCE_S))[0]:
            yield "\n"
        yield making.result() or ""

    def _page(self, request: Request, ask: _Ask) -> str | None:
        entries = self.archive.entries(ask.path, ask.visit)
        if entries is None:
            return None
        shown = request.url.path.rstrip("/").removeprefix(ask.prefix)
        parent = request.url.path.rstrip("/").rsplit("/", 1)[0] + "/"
        style = pre_page if ask.prefix.startswith("/pre") else table_page
        server = f"Apache/2.4.29 (Ubuntu) Server at {request.url.hostname} Port {request.url.port or 80}"
        page = style(shown, parent, ordered(entries, request.url.query), server)
        if Misbehaviour.LISTING_CUT in self.archive.misbehaviour and self.archive.day(ask.path) is not None:
            return page[: len(page) * 6 // 10]
        return page

    async def _file(self, request: Request, ask: _Ask, product: Path, night: Any) -> Response:
        name, archive = ask.path.name, self.archive
        listed = await run_in_threadpool(archive.listed, night, ask.visit)
        fault = listed[name].fault if product == DATA and name in listed else None
        refusal = await self._refusal(request, name, fault)
        if refusal is not None:
            return refusal
        reset = False
        if product == DATA:
            for misbehaviour, said in REFUSALS.items():
                if misbehaviour.startswith("file_") and archive.strikes(misbehaviour, night, name):
                    return _page(*said)
            if archive.strikes(Misbehaviour.FILE_HANGS, night, name):
                await asyncio.sleep(HANG_S)
            if (
                archive.strikes(Misbehaviour.FILE_LIMITED, night, name)
                and self._count(request, "limited", name) <= LIMITS_BEFORE_GOOD
            ):
                return _page(429, "Too Many Requests", Retry_After=str(RETRY_AFTER_S))
            reset = archive.strikes(Misbehaviour.FILE_RESET, night, name) and self._count(request, "reset", name) == 1
        served = await run_in_threadpool(archive.read, product, night, name, ask.visit)
        if served is None or ask.folder:
            return _page(404, "Not Found")
        changes = product == DATA and archive.strikes(Misbehaviour.FILE_CHANGES_MIDWAY, night, name)
        if changes and self._count(request, "changes", name) == 1:
            # The connection breaks in this copy; when it is asked for the rest, there is another one.
            served, reset = revised(served), True
        media_type = "image/png" if name.endswith(".png") else "application/x-gzip"
        reply = answer(request.headers, served.data, served.modified, media_type)
        if reset:
            return StreamingResponse(
                _broken_off(reply.body), reply.status, {**reply.headers, "Content-Length": str(len(reply.body))}
            )
        return Response(reply.body, reply.status, dict(reply.headers))

    def _count(self, request: Request, what: str, name: str) -> int:
        if request.method == "GET":
            self.tries[what, name] += 1
        return self.tries[what, name]

    async def _refusal(self, request: Request, name: str, fault: Fault | None) -> Response | None:
        if fault is Fault.LISTED_BUT_GONE:
            return _page(404, "Not Found")
        forever = fault in self.archive.permanent
        if fault is Fault.SERVER_ERROR and (self._count(request, "error", name) <= ERRORS_BEFORE_GOOD or forever):
            return _page(500, "Internal Server Error")
        if fault is Fault.SLOW and (self._count(request, "slow", name) == 1 or forever):
            await asyncio.sleep(SLOW_S)
        return None


async def _broken_off(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await asyncio.sleep(0.05)  # so that the first half is on its way before the connection goes
    raise Reset


def application(archive: SimulatedArchive) -> Starlette:
    """Make the web application of an archive.

    Parameters
    ----------
    archive : SimulatedArchive

    Returns
    -------
    Starlette, an ASGI application
    """
    handler = _Handler(archive)
    sun = SunArchive(archive.folder)
    camera = CameraArchive(archive.folder, load_settings().site_timezone, archive.camera_frames)

    async def endpoint(request: Request) -> Response:
        path = request.url.path
        asked = camera.answer if CAMERA_ADDRESS.fullmatch(path) else sun.answer if SUN_ADDRESS.fullmatch(path) else handler
        reply = await asked(request)
        reply.headers["Date"] = format_datetime(archive.now().replace(microsecond=0), usegmt=True)
        return reply

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET"])])


def _server(archive: SimulatedArchive) -> uvicorn.Server:
    # Critical only: a broken connection is raised through the server on purpose. The date is the archive's own.
    config = uvicorn.Config(
        application(archive),
        log_level="critical",
        timeout_graceful_shutdown=1,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
    )
    return uvicorn.Server(config)


def _listener(host: str, port: int) -> socket.socket:
    # The protocol must be named: asyncio switches Nagle's algorithm off only then, and each answer would wait 40 ms for it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


@contextmanager
def serve(
    folder: Path, *, host: str = "127.0.0.1", port: int = 0, archive: SimulatedArchive | None = None, **options: Any
) -> Iterator[str]:
    """Serve an archive from a thread of this process.

    Parameters
    ----------
    folder : where its nights are kept
    host, port : where to listen; a free port for 0
    archive : an archive made before; else one is made of ``folder`` and ``options``
    **options : of `SimulatedArchive`

    Yields
    ------
    str, address without "/" at its end
    """
    server = _server(archive or SimulatedArchive(folder, **options))
    listener = _listener(host, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="simulated-archive", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)
        listener.close()


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    arguments : of the command line
    """
    parser = argparse.ArgumentParser(
        prog="python -m deployments.simulated.server", description="Serve the simulated e-CALLISTO archive."
    )
    parser.add_argument("--home", type=Path, required=True, help="folder in which nights are kept")
    parser.add_argument("--port", type=int, required=True, help="HTTP port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--ftp-port", type=int, help="serve the same tree over FTP too")
    parser.add_argument("--stations", type=int, default=24)
    parser.add_argument("--files", type=int, default=14, help="files per station and night")
    parser.add_argument("--sound", action="store_true", help="without the files that are broken on purpose")
    chosen = parser.parse_args(arguments)
    faults = frozenset[Fault]() if chosen.sound else ALL_FAULTS
    archive = SimulatedArchive(chosen.home, stations=chosen.stations, files_per_station=chosen.files, faults=faults)
    server = _server(archive)
    listener = _listener(chosen.host, chosen.port)
    if chosen.ftp_port is None:
        server.run(sockets=[listener])
        return
    with FtpThread(archive, chosen.host, chosen.ftp_port):
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
