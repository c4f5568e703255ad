"""What is wrong with some files of the simulated archive, and the bytes of each broken kind."""

import struct
import zlib
from enum import StrEnum

# Inflated size of the bomb: 320 blocks of 1 MiB, about 420 times its gzip.
BOMB_BLOCKS = 320


class Fault(StrEnum):
    """A file that the night has to survive; every default night holds each once."""

    TRUNCATED_GZIP = "truncated_gzip"
    MISSING_AXES = "missing_axes"
    WRONG_DATE = "wrong_date"
    HTML_PAGE = "html_page"
    EMPTY_FILE = "empty_file"
    GZIP_BOMB = "gzip_bomb"
    LISTED_BUT_GONE = "listed_but_gone"
    SERVER_ERROR = "server_error"
    SLOW = "slow"
    LATE = "late"

    @property
    def expected(self) -> str:
        """State in which the ledger should leave the file: "stored", "quarantined" or "absent"."""
        if self in (Fault.SERVER_ERROR, Fault.SLOW, Fault.LATE):
            return "stored"
        return "absent" if self is Fault.LISTED_BUT_GONE else "quarantined"


ALL_FAULTS = frozenset(Fault)


class Oddity(StrEnum):
    """A good file that does not look like most others."""

    SAMPLES_3592 = "samples_3592"
    CHANNELS_100 = "channels_100"
    CHANNELS_300 = "channels_300"
    NINE_SECONDS = "nine_seconds"
    SCALED = "scaled"
    SECOND_60 = "second_60"
    POLARISATION = "polarisation"
    INTENSITY_PRODUCT = "intensity_product"
    NO_FOCUS_CODE = "no_focus_code"


def html_page(name: str) -> bytes:
    """Page that a proxy or a tired server sends under a file's name.

    Parameters
    ----------
    name : of the file

    Returns
    -------
    bytes
    """
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>503 Service Unavailable</title>\n</head><body>\n'
        f"<h1>Service Unavailable</h1>\n<p>The server is temporarily unable to service your request for {name} due to maintenance\n"
        "downtime or capacity problems. Please try again later.</p>\n</body></html>\n"
    ).encode()


def gzip_bomb(header: bytes) -> bytes:
    """A gzip of about 330 kB that inflates to a plausible header and 320 MiB of zeros.

    One compressed mebibyte, flushed so that it stands alone, is repeated: cheap to make and the same every time.

    Parameters
    ----------
    header : bytes that come first

    Returns
    -------
    bytes, one valid gzip member
    """
    zeros = bytes(1 << 20)
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    opening = stream.compress(header) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(zeros) + stream.flush(zlib.Z_FULL_FLUSH)
    checksum = zlib.crc32(header)
    for _ in range(BOMB_BLOCKS):
        checksum = zlib.crc32(zeros, checksum)
    length = len(header) + BOMB_BLOCKS * len(zeros)
    return (
        b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
        + opening
        + block * BOMB_BLOCKS
        + b"\x03\0"
        + struct.pack("<II", checksum, length & 0xFFFFFFFF)
    )
