"""Which instrument took a FITS file that is called after none of the archives, by its first header."""

import re
import zlib

HEAD = 64 * 2**10
CARD = 80
GZIP = 31  # window bits by which zlib knows a gzip stream
# Axes of solar images, and keywords that only these have.
SOLAR = re.compile(r"(?mi)^(?:CTYPE1 *= *'(?:HPLN|SOLAR|HGLN|CRLN)|WAVELNTH=|OBJECT *= *'(?:SUN|SOLAR)|RSUN_OBS=|T_REC)")
RADIO = re.compile(r"(?m)^(?:CONTENT *=|FRQFILE *=)")
PICTURE = re.compile(r"(?m)^NAXIS *= *[23] ")


def instrument_of(data: bytes) -> str | None:
    """Return "sky" where ``data`` begins as a FITS picture does that is neither of the Sun nor a spectrogram; else None."""
    head = data[:HEAD]
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(GZIP).decompress(head, HEAD)
        except zlib.error:
            return None
    if not head.startswith(b"SIMPLE  ="):
        return None
    text = head.decode("latin-1")
    cards = [text[place : place + CARD] for place in range(0, len(text), CARD)]
    end = next((number for number, card in enumerate(cards) if card.startswith("END ") or card == "END"), len(cards))
    lines = "\n".join(cards[:end])
    return "sky" if PICTURE.search(lines) and not SOLAR.search(lines) and not RADIO.search(lines) else None
