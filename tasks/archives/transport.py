"""What every way to an archive can do: list a directory, fetch a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from db.ledger import Work
from db.remote_file import RemoteFile
from tasks.archives.index_page import IndexPage


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file as it came, or why it did not.

    Attributes
    ----------
    work : what was asked for
    outcome : "fetched" with a body; "unchanged" where the archive says that we hold it; "absent" where it says that it is gone;
        "unreachable" where we could not get it; "refused" where it is longer than the archive's files may be
    body : the bytes, empty unless fetched
    path : where they lie instead, of an archive whose files the workers read in place
    etag : the archive's name for these bytes, "" where it gives none
    reason : a sentence, empty where fetched or unchanged
    """

    work: Work
    outcome: Literal["fetched", "unchanged", "absent", "unreachable", "refused"]
    body: bytes = b""
    etag: str = ""
    reason: str = ""
    path: Path | None = None


def document(url: str) -> Work:
    """Work to fetch something that is no file of an archive: a list, an answer."""
    return Work(RemoteFile(url.rpartition("/")[2], url, "", "", "", None, "", None), "")


class Transport(Protocol):
    """A way to an archive, by the scheme of its address.

    ``list_directory`` raises `SourceUnavailable`, with ``gone`` where the archive says that the directory does not exist.
    """

    async def list_directory(self, url: str) -> IndexPage:
        """Return what a directory holds."""
        ...

    async def fetch(self, work: Work, max_bytes: int) -> Fetched:
        """Get one file; never raises for what an archive may do."""
        ...
