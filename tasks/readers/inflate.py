"""Bytes of an archive file as they were before gzip, with a bound on the memory they may take."""

import re

from isal import igzip_lib, isal_zlib

from models.errors import CorruptInput

# The largest real file (PHOENIX-2, 200 x 9000) inflates to 1.9 MB; 64 MiB leaves room for any receiver to come.
MAX_BYTES = 64 * 2**20
GZIP_MAGIC = b"\x1f\x8b"
FITS_MAGIC = b"SIMPLE  ="
FIRST_LOOK = 64 * 2**10
STEP = 2**20
# What follows the picture is its axes (28 kB). A stream that goes on beyond eight pictures and 4 MiB is a bomb.
MAX_PICTURES = 8
SLACK_BYTES = 4 * 2**20
TRAILER_BYTES = 4  # of gzip: the inflated length
HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|title|h1)\b", re.IGNORECASE)


def inflate_fits(data: bytes, name: str, limit: int = MAX_BYTES) -> bytes:
    """The FITS bytes in ``data``, gunzipped where they are gzipped.

    Parameters
    ----------
    data : the file as fetched
    name : file name, for the reason
    limit : most bytes it may inflate to; the stream is cut there, so that a bomb takes no more memory than this

    Returns
    -------
    bytes, beginning with a FITS header

    Raises
    ------
    CorruptInput
        Empty, HTML, neither gzip nor FITS, truncated, damaged, or larger than ``limit``.
    """
    if not data:
        raise CorruptInput(f"{name}: the file is empty")
    if not data.startswith(GZIP_MAGIC):
        _look(data, name)
        if len(data) > limit:
            raise CorruptInput(f"{name}: {len(data):,} bytes are more than the {limit:,} that it may take")
        return data
    whole = _at_once(data, limit)
    return whole if whole is not None else _gunzip(data, name, limit)


def _look(head: bytes, name: str) -> None:
    """Refuse what does not begin as FITS does."""
    if head.startswith(FITS_MAGIC):
        return
    if HTML.match(head[:1024]):
        raise CorruptInput(f"{name}: an HTML page, not a FITS file")
    if not head.strip(b"\0 \r\n\t"):
        raise CorruptInput(f"{name}: holds only blanks or zeros, not a FITS file")
    raise CorruptInput(f"{name}: neither gzip nor FITS, begins with {head[:8]!r}")


def _at_once(data: bytes, limit: int) -> bytes | None:
    """The ordinary file, one sound member of the length that its trailer tells, in one call; else None: `_gunzip` says what it is.

    Streams up to `SLACK_BYTES` are no bombs, whatever their header promises.
    """
    told = int.from_bytes(data[-TRAILER_BYTES:], "little")
    if told > min(limit, SLACK_BYTES):
        return None
    stream = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    try:
        whole: bytes = stream.decompress(data, told + 1)
    except igzip_lib.error:  # type: ignore[misc]
        return None
    return whole if stream.eof and not stream.unused_data and whole.startswith(FITS_MAGIC) else None


def _gunzip(data: bytes, name: str, limit: int) -> bytes:
    """All members of a gzip file, checked against their CRC and length; zeros and foreign bytes after the last are left out."""
    parts: list[bytes] = []
    size = 0
    promised: int | None = None
    rest = data
    while rest.startswith(GZIP_MAGIC):
        stream = isal_zlib.decompressobj(wbits=31)
        while not stream.eof:
            try:
                part = stream.decompress(rest, FIRST_LOOK if not size else STEP)
            except isal_zlib.error as error:  # type: ignore[misc]
                raise CorruptInput(f"{name}: damaged gzip stream after {size:,} inflated bytes ({error})") from error
            rest = stream.unconsumed_tail
            if not size and part:
                _look(part, name)
                promised = _picture_bytes(part)
                limit = min(limit, MAX_PICTURES * promised + SLACK_BYTES) if promised else limit
            size += len(part)
            if size > limit:
                raise CorruptInput(f"{name}: {len(data):,} gzipped bytes inflate to more than {limit:,}, a gzip bomb")
            parts.append(part)
            if not part and not rest and not stream.eof:
                of = f" of at least {promised:,}" if promised else ""
                raise CorruptInput(f"{name}: gzip stream ends early, after {len(data):,} bytes that gave {size:,}{of}")
        rest = stream.unused_data
    if not size:
        raise CorruptInput(f"{name}: the gzip file holds nothing")
    return b"".join(parts)


def _picture_bytes(head: bytes) -> int | None:
    """Bytes of the picture alone, as the first header promises them; None where it does not."""
    axes = [int(number) for number in re.findall(rb"NAXIS[12]  = +(\d{1,9}) ", head)[:2]]
    bits = re.search(rb"BITPIX  = +-?(\d{1,2}) ", head)
    return axes[0] * axes[1] * int(bits[1]) // 8 if len(axes) == 2 and bits else None
