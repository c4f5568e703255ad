"""The one place of a process where downloads run, so that the limits per host hold over all of its threads."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from db.ledger import Work
from db.settings import load_settings
from models.errors import ConfigurationError
from tasks.archives.archive import Archive
from tasks.archives.folder import FolderTransport
from tasks.archives.ftp import FtpTransport
from tasks.archives.http import HttpTransport
from tasks.archives.index_page import IndexPage
from tasks.archives.listing import NightListing, list_night
from tasks.archives.s3 import S3Transport
from tasks.archives.transport import Fetched, Transport, document

SCHEMES = ("http", "https", "ftp", "s3", "file")
Result = TypeVar("Result")


class Fetcher:
    """An event loop in a thread of its own, with one transport for each kind of address."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._transports: dict[tuple[str, ZoneInfo], Transport] = {}
        threading.Thread(target=self._loop.run_forever, name="fetcher", daemon=True).start()

    def list_night(self, archive: Archive, root: str, products: tuple[str, ...], night: date) -> NightListing:
        """List one night; blocks until done."""

        async def listed() -> NightListing:
            return await list_night(archive, root, products, night, self._transport(root, archive.timezone))

        return self._wait(listed())

    def fetch(self, archive: Archive, work: Sequence[Work]) -> list[Fetched]:
        """Fetch files, in order; blocks until all have ended one way or the other."""

        async def fetched() -> list[Fetched]:
            tasks = (self._transport(item.file.url, archive.timezone).fetch(item, archive.max_bytes) for item in work)
            return await asyncio.gather(*tasks)

        return [_completed(archive, item) for item in self._wait(fetched())]

    def get(self, url: str, max_bytes: int) -> Fetched:
        """Fetch one document that is of no archive; blocks until it has ended one way or the other."""

        async def fetched() -> Fetched:
            _check(url)
            return await self._transport(url, ZoneInfo("UTC")).fetch(document(url), max_bytes)

        return self._wait(fetched())

    def list_directory(self, url: str) -> IndexPage:
        """List one directory that is of no archive; blocks until done.

        Raises
        ------
        SourceUnavailable
            If it cannot be had; ``gone`` where there is none.
        """

        async def listed() -> IndexPage:
            return await self._transport(url, ZoneInfo("UTC")).list_directory(url)

        return self._wait(listed())

    def _wait(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _transport(self, url: str, timezone: ZoneInfo) -> Transport:
        """Return the transport for an address, made inside the loop that uses it."""
        scheme = urlsplit(url).scheme
        key = ("http" if scheme == "https" else scheme, timezone)
        if key not in self._transports:
            settings = load_settings()
            match key[0]:
                case "http":
                    self._transports[key] = HttpTransport(settings, timezone)
                case "ftp":
                    self._transports[key] = FtpTransport(settings)
                case "s3":
                    self._transports[key] = S3Transport()
                case "file":
                    self._transports[key] = FolderTransport()
                case _:
                    _check(url)
        return self._transports[key]


def _completed(archive: Archive, item: Fetched) -> Fetched:
    completed = archive.product(item.work.file.product).completed if item.outcome == "fetched" else None
    return replace(item, body=completed(item.body, item.work.file.url)) if completed else item


@cache
def fetcher() -> Fetcher:
    """Return this process's fetcher."""
    return Fetcher()


def root_url(address: str) -> str:
    """Return the address of an archive's root as a URL that ends in a slash; a folder's path becomes ``file://``.

    Raises
    ------
    ConfigurationError
        If it is neither a URL nor a folder.
    """
    if "://" in address:
        _check(address)
        return address.rstrip("/") + "/"
    folder = Path(address).expanduser().resolve()
    if not folder.is_dir():
        raise ConfigurationError(f"archive: {address} is neither an address (http://, https://, ftp://, s3://) nor a folder")
    return folder.as_uri() + "/"


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in SCHEMES and bool(parts.hostname or parts.scheme == "file") and parts.port != 0
    except ValueError as error:
        raise ConfigurationError(f"archive: {url}: {error}") from error
    if not sound:
        raise ConfigurationError(
            f"archive: {url}: an archive's address starts with http://, https://, ftp://, s3:// or file://, then its host"
        )
