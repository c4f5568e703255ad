"""How the simulated archive may misbehave beyond the faults of its files, on request."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.simulate.callisto_fits import gzip_bytes


class Misbehaviour(StrEnum):
    """What the archive does wrong on request; those of one file strike the same good file of a night every time."""

    LISTING_ERROR = "listing_error"
    LISTING_FORBIDDEN = "listing_forbidden"
    LISTING_CUT = "listing_cut"
    LISTING_LIMITED = "listing_limited"
    LISTING_GONE = "listing_gone"
    LISTING_HANGS = "listing_hangs"
    FILE_FORBIDDEN = "file_forbidden"
    FILE_LIMITED = "file_limited"
    FILE_HANGS = "file_hangs"
    FILE_RESET = "file_reset"
    FILE_CHANGES = "file_changes"
    FILE_ERROR = "file_error"
    FILE_GONE = "file_gone"
    FILE_ALWAYS_LIMITED = "file_always_limited"
    FILE_CHANGES_MIDWAY = "file_changes_midway"
    FILE_CUT = "file_cut"
    FILE_WRONG_CRC = "file_wrong_crc"
    FILE_WRONG_LENGTH = "file_wrong_length"


# Order in which the misbehaviours of single files take the night's good files.
SINGLE = [m for m in Misbehaviour if m.startswith("file_")]


REFUSALS: Mapping[Misbehaviour, tuple[int, str]] = {
    Misbehaviour.LISTING_ERROR: (500, "Internal Server Error"),
    Misbehaviour.LISTING_FORBIDDEN: (403, "Forbidden"),
    Misbehaviour.LISTING_LIMITED: (429, "Too Many Requests"),
    Misbehaviour.LISTING_GONE: (404, "Not Found"),
    Misbehaviour.FILE_ERROR: (500, "Internal Server Error"),
    Misbehaviour.FILE_FORBIDDEN: (403, "Forbidden"),
    Misbehaviour.FILE_ALWAYS_LIMITED: (429, "Too Many Requests"),
    Misbehaviour.FILE_GONE: (404, "Not Found"),
}
# What a gzip file becomes: half of itself, or one whose trailer (checksum, length) belongs to another.
LIES: Mapping[Misbehaviour, Callable[[bytes], bytes]] = {
    Misbehaviour.FILE_CUT: lambda data: data[: len(data) // 2],
    Misbehaviour.FILE_WRONG_CRC: lambda data: data[:-8] + bytes(255 - byte for byte in data[-8:-4]) + data[-4:],
    Misbehaviour.FILE_WRONG_LENGTH: lambda data: data[:-4] + (int.from_bytes(data[-4:], "little") + 1).to_bytes(4, "little"),
}


@dataclass(frozen=True, slots=True)
class Served:
    """One file as it can be fetched.

    Attributes
    ----------
    data : bytes
    modified : aware UTC datetime
    """

    data: bytes
    modified: datetime


def revised(served: Served) -> Served:
    """A file as its station sends it again, with another comment in the header.

    Parameters
    ----------
    served : the first copy

    Returns
    -------
    Served
    """
    data = gzip_bytes(gzip.decompress(served.data).replace(b"Title of image", b"Title, revised", 1))
    return Served(data, served.modified + timedelta(days=3))
