"""The same file on another date: new header cards, new name, compressed anew."""

from datetime import date

from isal import igzip

BLOCK, CARD = 2880, 80
END = b"END".ljust(CARD)


def restamp(raw: bytes, old: date, new: date) -> bytes:
    """Move a FITS file to another date.

    The date stands in DATE, CONTENT, DATE-OBS and DATE-END of the first header, always in ten characters; times of day stay.

    Parameters
    ----------
    raw : inflated file
    old, new : dates

    Returns
    -------
    bytes, gzipped at level 1, as stations do
    """
    header = _header_bytes(raw)
    cards = raw[:header]
    for form in ("%Y/%m/%d", "%Y-%m-%d"):
        cards = cards.replace(old.strftime(form).encode(), new.strftime(form).encode())
    return bytes(igzip.compress(cards + raw[header:], compresslevel=1, mtime=0))


def _header_bytes(raw: bytes) -> int:
    for first in range(0, len(raw), CARD):
        if raw[first : first + CARD] == END:
            return -(-(first + CARD) // BLOCK) * BLOCK
    raise ValueError("a FITS header without END")
