"""Frames as they arrive: the names that are new in tonight's folder, or in tonight's listing of a remote tree."""

import os
import stat
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from db.ledger import Work
from db.remote_file import RemoteFile
from models.errors import SourceUnavailable
from tasks.archives.archive import Archive, Product
from tasks.archives.fetcher import fetcher
from tasks.archives.index_page import is_plain

# Frames of the night before may still be arriving when the new one begins.
STRAGGLERS = timedelta(minutes=10)
FOLDER_POLL_S, REMOTE_POLL_S = 0.2, 5.0


class Arrivals(Protocol):
    """Where frames come from."""

    poll_s: float

    def new(self, night: date) -> list[tuple[RemoteFile, datetime]]:
        """Return the files of a night that were not there before, the oldest first, each with the moment of its arrival.

        Raises
        ------
        SourceUnavailable
            If the place cannot be listed.
        """
        ...

    def skip(self, night: date, older_than: timedelta) -> int:
        """Take the files of a night that are older than that as known; return how many."""
        ...

    def read(self, file: RemoteFile) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        SourceUnavailable
            If they cannot be had.
        """
        ...


class FolderArrivals:
    """A folder of this machine; only names that are new are looked at closer: 100,000 old ones cost 0.4 s on two busy cores."""

    poll_s = FOLDER_POLL_S

    def __init__(self, root: str, product: Product) -> None:
        self._root = root
        self._product = product
        self._known: set[str] = set()
        self._looked = datetime.now(UTC)

    def new(self, night: date) -> list[tuple[RemoteFile, datetime]]:
        """Names of tonight's folder that were not there before; a file arrived when it was last written, or since the last look."""
        directory = self._product.directory.format(night=night)
        url = self._root + directory
        folder = _path(url)
        looked = datetime.now(UTC)
        found = []
        try:
            unknown = set(os.listdir(folder)) - self._known  # noqa: PTH208  (names alone: a Path for each costs 1.7 times as much)
        except FileNotFoundError:
            unknown = set()  # before the first frame of the night
        except OSError as error:
            raise SourceUnavailable(f"{url}: {error.strerror}") from error
        for name in unknown:
            if not name.endswith(self._product.suffixes) or not is_plain(name):
                continue
            try:
                status = (folder / name).stat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
                file = self._product.remote_file(name, url + quote(name), str(status.st_size), modified)
                written = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append((file, written if written >= self._looked else looked, status.st_mtime_ns))
                self._known.add(name)
        self._looked = looked
        return [(file, arrived) for file, arrived, _ in sorted(found, key=lambda item: (item[2], item[0].name))]

    def skip(self, night: date, older_than: timedelta) -> int:
        """Take the files of a night that were written before that as known; return how many."""
        limit = datetime.now(UTC) - older_than
        waiting = self.new(night)
        young = {file.name for file, _ in waiting if file.modified and file.modified >= limit}
        self._known -= young
        return len(waiting) - len(young)

    def read(self, file: RemoteFile) -> bytes:
        """Read one."""
        try:
            return _path(file.url).read_bytes()
        except OSError as error:
            raise SourceUnavailable(f"{file.name}: cannot be read: {error.strerror}") from error


class RemoteArrivals:
    """A tree behind an address that the archives' transports know; it is listed every few seconds."""

    poll_s = REMOTE_POLL_S

    def __init__(self, archive: Archive, root: str, product: Product) -> None:
        self._archive = archive
        self._root = root
        self._product = product
        self._known: set[str] = set()

    def new(self, night: date) -> list[tuple[RemoteFile, datetime]]:
        """Names of tonight's listing that were not there before; they arrive when the listing shows them."""
        listing = fetcher().list_night(self._archive, self._root, (self._product.name,), night)
        if listing.state == "broken" and not listing.files:
            raise SourceUnavailable("; ".join(listing.troubles))
        now = datetime.now(UTC)
        fresh = [file for file in listing.files if file.name not in self._known]
        self._known.update(file.name for file in fresh)
        return [(file, now) for file in sorted(fresh, key=lambda file: (file.start is None, file.start, file.name))]

    def skip(self, night: date, older_than: timedelta) -> int:
        """Take the files of a night that are older than that as known; return how many."""
        limit = datetime.now(UTC) - older_than
        waiting = self.new(night)
        young = {file.name for file, _ in waiting if (file.start or file.modified or limit) > limit}
        self._known -= young
        return len(waiting) - len(young)

    def read(self, file: RemoteFile) -> bytes:
        """Fetch one."""
        (fetched,) = fetcher().fetch(self._archive, [Work(file, file.part)])
        if fetched.outcome != "fetched":
            raise SourceUnavailable(f"{file.name}: {fetched.reason}")
        return fetched.body


class Unfinished:
    """Files whose bytes cannot be read yet: while they go on changing, they are being written."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._seen: dict[str, tuple[int, float]] = {}

    def waits(self, name: str, body: bytes) -> bool:
        """Whether a file that cannot be read should be tried again: until its bytes have been the same for as long as patience."""
        now, print_ = time.monotonic(), hash(body)
        before = self._seen.get(name)
        if before is None or before[0] != print_:
            self._seen[name] = (print_, now)
            return True
        if now - before[1] < self._patience_s:
            return True
        del self._seen[name]
        return False

    def done(self, name: str) -> None:
        """Forget a file that could be read."""
        self._seen.pop(name, None)


def nights_now(archive: Archive, now: datetime) -> list[date]:
    """Nights whose frames may arrive at a moment: the one that has begun, after the one before where that has just ended."""
    days = (now.date() + timedelta(days=off) for off in (-2, -1, 0, 1))
    return [day for day in days if archive.bounds(day)[0] <= now < archive.bounds(day)[1] + STRAGGLERS]


def arrivals_of(archive: Archive, root: str, product: Product) -> FolderArrivals | RemoteArrivals:
    """Return the way to watch an address."""
    return FolderArrivals(root, product) if root.startswith("file:") else RemoteArrivals(archive, root, product)


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))
