# aioftp's types are skipped by the project's mypy settings, so its base class and decorators count as untyped.
# mypy: disable-error-code="misc,untyped-decorator"
"""The same trees over FTP, read only: ``/solarradio/data/2002-20yy_Callisto/...``, ``/bbso/...``, or behind ``/visit-{n}``."""

import asyncio
import io
import os
import stat
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import aioftp
from aioftp.pathio import AbstractPathIO, defend_file_methods, universal_exception

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.index_page import Entry
from deployments.simulated.sun_server import TOPS, SunArchive

VISITS = ("visit-1", "visit-2", "visit-3")
RADIO = "solarradio"
FOLDERS = (RADIO, *TOPS)


def _split(path: Path) -> tuple[int, PurePosixPath] | None:
    """Visit and path, which begins with the archive's folder; None above it."""
    parts = [part for part in path.as_posix().split("/") if part]
    visit = 1
    if parts and parts[0] in VISITS:
        visit = int(parts.pop(0).removeprefix("visit-"))
    return (visit, PurePosixPath(*parts)) if parts and parts[0] in FOLDERS else None


def _entries(archive: SimulatedArchive, sun: SunArchive, visit: int, path: PurePosixPath) -> list[Entry] | None:
    radio = path.parts[0] == RADIO
    return archive.entries(PurePosixPath(*path.parts[1:]), visit) if radio else sun.entries(path, visit)


def _read(archive: SimulatedArchive, sun: SunArchive, path: Path) -> bytes | None:
    split = _split(path)
    if split is None:
        return None
    visit, below = split
    if below.parts[0] != RADIO:
        place = sun.file(below, visit)
        return place.read_bytes() if place else None
    found = archive.day(PurePosixPath(*below.parts[1:]).parent)
    served = archive.read(*found, path.name, visit) if found else None
    return served.data if served else None


def _virtual_files(archive: SimulatedArchive, sun: SunArchive) -> type[AbstractPathIO[Path]]:
    """File system that shows one archive: folders and files exist where the archive lists them."""

    class VirtualFiles(AbstractPathIO[Path]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._folders: dict[Path, dict[str, Entry] | None] = {}

        async def _folder(self, path: Path) -> dict[str, Entry] | None:
            if path not in self._folders:
                below = _split(path)
                if below is not None:
                    entries = await asyncio.to_thread(_entries, archive, sun, *below)
                    self._folders[path] = None if entries is None else {e.name.rstrip("/"): e for e in entries}
                else:
                    tops: dict[str, tuple[str, ...]] = {f"/{visit}": FOLDERS for visit in VISITS}
                    above = {**tops, "/": (*VISITS, *FOLDERS)}.get(path.as_posix())
                    newest = archive.entries(PurePosixPath("."), 1) or []
                    self._folders[path] = (
                        None if above is None else {name: Entry(f"{name}/", newest[0].modified, None) for name in above}
                    )
            return self._folders[path]

        async def _entry(self, path: Path) -> Entry | None:
            folder = await self._folder(path.parent)
            return folder.get(path.name) if folder else None

        @universal_exception
        async def exists(self, path: Path) -> bool:
            return path.as_posix() == "/" or await self._entry(path) is not None

        @universal_exception
        async def is_dir(self, path: Path) -> bool:
            entry = await self._entry(path)
            return path.as_posix() == "/" or (entry is not None and entry.size is None)

        @universal_exception
        async def is_file(self, path: Path) -> bool:
            entry = await self._entry(path)
            return entry is not None and entry.size is not None

        async def list(self, path: Path) -> AsyncIterator[Path]:
            for name in sorted(await self._folder(path) or ()):
                yield path / name

        @universal_exception
        async def stat(self, path: Path) -> os.stat_result:
            entry = await self._entry(path)
            size = 0 if entry is None else entry.size or 0
            when = 0 if entry is None else int(entry.modified.timestamp())
            mode = stat.S_IFREG | 0o444 if entry is not None and entry.size is not None else stat.S_IFDIR | 0o555
            return os.stat_result((mode, 0, 0, 1, 0, 0, size, when, when, when))

        @universal_exception
        async def _open(self, path: Path, mode: str = "rb") -> io.BytesIO:
            data = await asyncio.to_thread(_read, archive, sun, path) if mode == "rb" else None
            if data is None:
                raise FileNotFoundError(path)
            return io.BytesIO(data)

        @universal_exception
        @defend_file_methods
        async def seek(self, file: io.BytesIO, offset: int, whence: int = io.SEEK_SET) -> int:
            return file.seek(offset, whence)

        @universal_exception
        @defend_file_methods
        async def read(self, file: io.BytesIO, block_size: int) -> bytes:
            return file.read(block_size)

        @universal_exception
        @defend_file_methods
        async def close(self, file: io.BytesIO) -> None:
            file.close()

        async def _refuse(self, *_: object, **__: object) -> None:
            raise PermissionError("read only")

        write = mkdir = rmdir = unlink = rename = _refuse

    return VirtualFiles


class _Server(aioftp.Server):
    """Says 550 of a file that is listed but gone before it opens a data connection, as other servers do."""

    def __init__(self, archive: SimulatedArchive) -> None:
        everybody = aioftp.User(base_path="/", permissions=[aioftp.Permission("/", readable=True, writable=False)])
        self._archive, self._sun = archive, SunArchive(archive.folder)
        super().__init__([everybody], path_io_factory=_virtual_files(archive, self._sun))

    async def retr(self, connection: Any, rest: Any) -> Any:
        """RETR, refused early for files that cannot be had."""
        path, _ = self.get_paths(connection, rest)
        if await asyncio.to_thread(_read, self._archive, self._sun, path) is None:
            connection.response("550", "No such file")
            return True
        return await super().retr(connection, rest)


@asynccontextmanager
async def serve_ftp(archive: SimulatedArchive, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Serve an archive over FTP to anybody, in the running loop.

    Parameters
    ----------
    archive : SimulatedArchive
    host, port : where to listen; a free port for 0

    Yields
    ------
    int, the port
    """
    server = _Server(archive)
    await server.start(host, port)
    try:
        yield server.address[1]
    finally:
        await server.close()


class FtpThread:
    """Serve an archive over FTP from a thread, as a context manager that yields the port.

    Parameters
    ----------
    archive : SimulatedArchive
    host, port : where to listen; a free port for 0
    """

    def __init__(self, archive: SimulatedArchive, host: str = "127.0.0.1", port: int = 0) -> None:
        self._archive, self._host, self._port = archive, host, port
        self._ready: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="simulated-ftp", daemon=True)

    async def _run(self) -> None:
        stop = asyncio.Event()
        try:
            async with serve_ftp(self._archive, self._host, self._port) as port:
                self._ready.set_result((port, asyncio.get_running_loop(), stop))
                await stop.wait()
        except OSError as error:
            self._ready.set_exception(error)

    def __enter__(self) -> int:
        self._thread.start()
        bound_port, _, _ = self._ready.result(timeout=30)
        return bound_port

    def __exit__(self, *_: object) -> None:
        loop, stop = self._ready.result()[1:]
        loop.call_soon_threadsafe(stop.set)
        self._thread.join(timeout=10)
