"""Archives that are folders on this machine: mirrors, network drives, simulated trees."""

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from db.ledger import Work
from models.errors import SourceUnavailable
from tasks.archives.index_page import Entry, IndexPage, is_plain
from tasks.archives.transport import Fetched


class FolderTransport:
    """``file://`` addresses."""

    async def close(self) -> None:
        """Nothing is open."""

    async def list_directory(self, url: str) -> IndexPage:
        """Return what a folder holds.

        Raises
        ------
        SourceUnavailable
            If it cannot be read; ``gone`` if it does not exist.
        """
        try:
            entries = await asyncio.to_thread(_entries, _path(url))
        except FileNotFoundError as error:
            raise SourceUnavailable(f"{url}: no such folder", gone=True) from error
        except OSError as error:
            raise SourceUnavailable(f"{url}: {error.strerror}") from error
        return IndexPage(
            tuple(entry for entry in entries if is_plain(entry.name)),
            tuple(ascii(entry.name) for entry in entries if not is_plain(entry.name)),
            complete=True,
        )

    async def fetch(self, work: Work, max_bytes: int) -> Fetched:
        """Read one file."""
        found = locate(work, max_bytes)
        if found.path is None:
            return found
        try:
            return Fetched(work, "fetched", await asyncio.to_thread(found.path.read_bytes))
        except OSError as error:
            return _lost(work, error)


def locate(work: Work, max_bytes: int) -> Fetched:
    """Find one file of a folder without reading it; ``path`` says where, None where it cannot be had."""
    path = _path(work.file.url)
    try:
        status = path.stat()
    except OSError as error:
        return _lost(work, error)
    if not stat.S_ISREG(status.st_mode):
        return Fetched(work, "unreachable", reason="is no file, but a pipe, a device or a folder")
    if status.st_size > max_bytes:
        return Fetched(work, "refused", reason=f"is {status.st_size:,} bytes long, more than the {max_bytes:,} allowed")
    return Fetched(work, "fetched", path=path)


def _lost(work: Work, error: OSError) -> Fetched:
    if isinstance(error, FileNotFoundError):
        return Fetched(work, "absent", reason="listed, but no longer in the folder")
    return Fetched(work, "unreachable", reason=f"cannot be read: {error.strerror}")


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def _entries(folder: Path) -> list[Entry]:
    entries = []
    for path in sorted(folder.iterdir()):
        try:
            status = path.stat()
        except FileNotFoundError:  # a link to nothing, or gone meanwhile: listed all the same, and absent when fetched
            entries.append(Entry(path.name, "", None))
            continue
        modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
        entries.append(Entry(path.name + "/", "", modified) if path.is_dir() else Entry(path.name, str(status.st_size), modified))
    return entries
