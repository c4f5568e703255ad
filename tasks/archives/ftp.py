"""Archives over FTP."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import aioftp

from db.ledger import Work
from db.settings import Settings
from models.errors import SourceUnavailable
from tasks.archives.index_page import Entry, IndexPage, is_plain
from tasks.archives.pace import paced
from tasks.archives.transport import Fetched

FIRST_PAUSE_S = 0.5
# What a broken, slow, refused or senseless FTP conversation raises.
TROUBLES = (aioftp.AIOFTPException, OSError, TimeoutError, asyncio.IncompleteReadError, ValueError)


class _Client(aioftp.Client):  # type: ignore[misc]
    """Closes its data connections too: aioftp leaves one open where the server refuses the command that it was opened for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._data: list[asyncio.StreamWriter] = []

    async def get_passive_connection(self, *arguments: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await super().get_passive_connection(*arguments)
        self._data.append(writer)
        return reader, writer

    def close(self) -> None:
        for writer in self._data:
            writer.close()
        super().close()


class FtpTransport:
    """``ftp://`` addresses, a connection for each request, at most ``connections_per_host`` at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.connections_per_host)

    async def close(self) -> None:
        """Nothing stays open."""

    async def list_directory(self, url: str) -> IndexPage:
        """Return what a directory holds, by MLSD, or LIST where the server is old.

        Raises
        ------
        SourceUnavailable
            If it cannot be had; ``gone`` if the server has no such directory (550).
        """
        trouble = ""
        for attempt in range(self._settings.request_retries + 1):
            await asyncio.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1) if attempt else 0)
            try:
                async with self._slots, self._connect(url) as client:
                    path = unquote(urlsplit(url).path)
                    await client.change_directory(path)
                    async with asyncio.timeout(self._settings.listing_timeout_s):
                        listed = [(item.name, facts) for item, facts in await client.list(path)]
                return IndexPage(
                    tuple(sorted((_entry(name, facts) for name, facts in listed if is_plain(name)), key=lambda entry: entry.name)),
                    tuple(name for name, _ in listed if not is_plain(name) and name not in (".", "..")),
                    complete=True,
                )
            except aioftp.StatusCodeError as error:
                trouble = _words(error)
                if "550" in error.received_codes:
                    raise SourceUnavailable(f"{url}: {trouble}", gone=True) from error
            except TROUBLES as error:
                trouble = _words(error)
        raise SourceUnavailable(f"{url}: {trouble}")

    async def fetch(self, work: Work, max_bytes: int) -> Fetched:
        """Get one file, resuming by REST where a connection broke."""
        body = bytearray()
        copy: tuple[str | None, ...] = ()
        trouble = ""
        for attempt in range(self._settings.request_retries + 1):
            await asyncio.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1) if attempt else 0)
            try:
                async with self._slots, self._connect(work.file.url) as client:
                    path = unquote(urlsplit(work.file.url).path)
                    facts = await client.stat(path)
                    size = int(facts.get("size", -1))
                    if copy != (copy := (facts.get("size"), facts.get("modify"))):
                        body.clear()  # another file than the one that broke off
                    if size > max_bytes:
                        return Fetched(work, "refused", reason=f"is {size:,} bytes long, more than the {max_bytes:,} allowed")
                    async with client.download_stream(path, offset=len(body)) as stream:
                        async for block in paced(stream.iter_by_block(), self._settings.request_timeout_s):
                            body += block
                            if len(body) > max_bytes:
                                return Fetched(work, "refused", reason=f"is longer than the {max_bytes:,} bytes allowed")
                if size in (-1, len(body)):
                    return Fetched(work, "fetched", bytes(body))
                trouble = f"the connection ended after {len(body):,} of {size:,} bytes"
                if len(body) > size:
                    body.clear()
            except aioftp.StatusCodeError as error:
                trouble = _words(error)
                if "550" in error.received_codes:
                    return Fetched(work, "absent", reason=f"listed, but the archive says: {trouble}")
            except TROUBLES as error:
                trouble = _words(error)
        return Fetched(work, "unreachable", reason=f"{trouble} ({attempt + 1} tries)")

    def _connect(self, url: str) -> "aioftp.Client.context":
        where = urlsplit(url)
        return _Client.context(
            where.hostname or "",
            where.port or 21,
            user=where.username or "anonymous",
            password=where.password or "nightshift@",
            socket_timeout=self._settings.request_timeout_s,
            connection_timeout=self._settings.request_timeout_s,
        )


def _entry(name: str, facts: dict[str, str]) -> Entry:
    if facts.get("type") == "dir":
        return Entry(name + "/", "", None)
    return Entry(name, facts.get("size", ""), _modified(facts.get("modify", "")[:14]))


def _modified(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _words(error: BaseException) -> str:
    if isinstance(error, aioftp.StatusCodeError):
        return " ".join(line.strip() for line in error.info) or str(error.received_codes)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
