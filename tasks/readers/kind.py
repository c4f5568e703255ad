"""Which instrument took a file that is called after none of the archives, by its first bytes."""

import re
import zlib

from tasks.readers.sun.picture import is_picture, shows_sun

HEAD = 64 * 2**10
CARD = 80
GZIP = 31  # window bits by which zlib knows a gzip stream
# Axes of solar images, and keywords that only these have; spectrograms too may name the Sun as their object.
SOLAR = re.compile(r"(?mi)^(?:CTYPE1 *= *'(?:HPLN|SOLAR|HGLN|CRLN)|WAVELNTH=|RSUN_OBS=|T_REC|FNDLMBXC=)")
OF_THE_SUN = re.compile(r"(?mi)^OBJECT *= *'(?:SUN|SOLAR)")
RADIO = re.compile(r"(?m)^(?:CONTENT *=|FRQFILE *=)")
PICTURE = re.compile(r"(?m)^NAXIS *= *[23] ")
# Compressed images stand in the second unit, whose header follows an empty first one.
COMPRESSED = re.compile(r"(?m)^ZIMAGE *= *T ")


def instrument_of(data: bytes, name: str = "") -> str | None:
    """Return "sun" for pictures of the Sun, "sky" for any other FITS picture that is no spectrogram; None where neither is told.

    A JPG or PNG is the Sun's where its name says so, or GONG's layout; every JP2 is, for nobody else publishes in it.
    """
    if is_picture(data):
        return "sun" if shows_sun(data, name) else None
    head = data[:HEAD]
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(GZIP).decompress(head, HEAD)
        except zlib.error:
            return None
    if not head.startswith(b"SIMPLE  ="):
        return None
    lines = "\n".join(_cards(head))
    if SOLAR.search(lines):
        return "sun"
    if RADIO.search(lines):
        return None
    if OF_THE_SUN.search(lines):
        return "sun"
    return "sky" if PICTURE.search(lines) else None


def _cards(head: bytes) -> list[str]:
    """Cards of the first header, and of the second where the first has no data and the second holds a compressed image."""
    text = head.decode("latin-1")
    cards = [text[place : place + CARD] for place in range(0, len(text), CARD)]
    ends = [number for number, card in enumerate(cards) if card.rstrip() == "END"] or [len(cards)]
    if len(ends) > 1 and COMPRESSED.search("\n".join(cards[ends[0] : ends[1]])):
        return cards[: ends[1]]
    return cards[: ends[0]]
