"""What the headers of a FITS file promise, checked against its length before anything is allocated."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from models.errors import CorruptInput

BLOCK = 2880
CARD = 80
MAX_HDUS = 4  # e-CALLISTO has two: the picture and the axes
MAX_HEADER = 64 * BLOCK
# 16 Mi values are 64 MiB as float32; the largest real picture has 1.8 M.
MAX_VALUES = 16 * 2**20
MAX_COLUMNS = 64
WIDTH = {"L": 1, "B": 1, "I": 2, "J": 4, "K": 8, "A": 1, "E": 4, "D": 8, "C": 8, "M": 16}
INTEGER = re.compile(r"[+-]?\d{1,18}")
FORMAT = re.compile(r"(\d{0,9})([LBIJKAEDCM])")
# A header that leaves nothing to interpretation: keywords, value indicators and comments in their columns, in ASCII; blanks after
# END. CONTINUE and HIERARCH cards change the meaning of others.
STRICT = re.compile(
    rb"(?:(?!CONTINUE|HIERARCH)(?=[A-Z0-9_-]{1,8}+ *+=)[A-Z0-9_ -]{8}= [ -~]{70}|(?:COMMENT |HISTORY | {8})[ -~]{72})*+END *+"
)

REMARKS = {"COMMENT", "HISTORY", ""}


@dataclass(frozen=True, slots=True)
class Unit:
    """One header and data unit: what its header promises, and where its data lie.

    Attributes
    ----------
    cards : keyword to what follows its "=", value and comment; of a repeated keyword the first
    strict : whether the header leaves nothing to interpretation: every card in its form, no keyword twice
    start, size : first byte and number of bytes of the data, padding left out
    """

    cards: dict[str, str]
    strict: bool
    start: int
    size: int

    def text(self, key: str, default: str = "") -> str:
        """The value of a card as it is written, without its comment."""
        return _text(self.cards, key, default)


def check_layout(raw: bytes, name: str) -> list[Unit]:
    """Walk the first units of a FITS file.

    Parameters
    ----------
    raw : inflated FITS bytes
    name : file name, for the reason

    Returns
    -------
    list of `Unit`, the picture first; a tail that is no extension is left out

    Raises
    ------
    CorruptInput
        A header is broken, promises more than the file holds, or is of an absurd size.
    """
    units: list[Unit] = []
    at = 0
    while at < len(raw) and len(units) < MAX_HDUS:
        if units and not raw.startswith(b"XTENSION", at):
            break
        end, start = _header_end(raw, at, name)
        cards, strict = (_repeated_cards if units else _cards)(raw[at:start], end - at)
        size = _picture_size(cards, name) if not units else _extension_size(cards, name)
        if start + size > len(raw):
            raise CorruptInput(f"{name}: its header promises {size:,} bytes of data, the file holds {len(raw) - start:,}")
        units.append(Unit(cards, strict, start, size))
        at = start + math.ceil(size / BLOCK) * BLOCK
    return units


def _header_end(raw: bytes, at: int, name: str) -> tuple[int, int]:
    """Where the END card stands, and where the data begin: after its block."""
    end = min(at + MAX_HEADER, len(raw))
    place = raw.find(b"END", at, end)
    while place >= 0:
        if (place - at) % CARD == 0 and place + CARD <= end and not raw[place + 3 : place + 8].strip():
            return place, at + math.ceil((place + CARD - at) / BLOCK) * BLOCK
        place = raw.find(b"END", place + 1, end)
    raise CorruptInput(f"{name}: the FITS header that begins at byte {at:,} has no END card")


def _cards(header: bytes, end: int) -> tuple[dict[str, str], bool]:
    """What follows the "=" of each card before the END card at ``end``, by keyword, and whether the header is strict."""
    text = header.decode("latin-1")
    # Backwards, so that of a repeated keyword the first stays.
    places = range(end - CARD, -1, -CARD)
    pairs = [(text[place : place + 8].rstrip(), text[place + 9 : place + CARD]) for place in places if text[place + 8] == "="]
    cards = dict(pairs)
    # Readers differ about which of two they take.
    twice = len(cards) < len(pairs) and len(cards.keys() - REMARKS) < sum(key not in REMARKS for key, _ in pairs)
    return cards, not twice and STRICT.fullmatch(header) is not None


# The headers of the tables differ only where their axes have other lengths: a few hundred bytes remembered save 50 microseconds.
_repeated_cards = lru_cache(maxsize=32)(_cards)


def _text(cards: dict[str, str], key: str, default: str = "") -> str:
    return cards[key].split("/")[0].strip() if key in cards else default


def _integer(cards: dict[str, str], key: str, name: str, default: str = "") -> int:
    text = _text(cards, key, default)
    if not INTEGER.fullmatch(text):
        raise CorruptInput(f"{name}: FITS card {key} is {text!r}, not a whole number")
    return int(text)


def _axes(cards: dict[str, str], name: str) -> list[int]:
    count = _integer(cards, "NAXIS", name)
    if not 0 <= count <= 4:
        raise CorruptInput(f"{name}: NAXIS = {count} axes, a spectrogram has 2")
    axes = [_integer(cards, f"NAXIS{index + 1}", name) for index in range(count)]
    if any(axis < 0 for axis in axes):
        raise CorruptInput(f"{name}: a negative axis length, {' x '.join(map(str, axes))}")
    return axes


def _picture_size(cards: dict[str, str], name: str) -> int:
    axes = _axes(cards, name)
    bits = _integer(cards, "BITPIX", name)
    if bits not in (8, 16, 32, 64, -32, -64):
        raise CorruptInput(f"{name}: BITPIX = {bits} is no FITS number format")
    if len(axes) < 2 or any(axis != 1 for axis in axes[2:]) or 0 in axes:
        raise CorruptInput(f"{name}: the picture has {' x '.join(map(str, axes)) or 'no'} values, not times x frequencies")
    if math.prod(axes) > MAX_VALUES:
        raise CorruptInput(f"{name}: a picture of {axes[0]:,} x {axes[1]:,} values is absurd for a spectrogram")
    return math.prod(axes) * abs(bits) // 8


def _extension_size(cards: dict[str, str], name: str) -> int:
    axes = _axes(cards, name)
    heap = _integer(cards, "PCOUNT", name, "0")
    bits = _integer(cards, "BITPIX", name, "8")
    if heap < 0 or math.prod(axes) + heap > MAX_VALUES or bits not in (8, 16, 32, 64, -32, -64):
        raise CorruptInput(f"{name}: an extension of {' x '.join(map(str, axes))} values is absurd for the axes of a spectrogram")
    if _text(cards, "XTENSION").strip("' ") == "BINTABLE":
        _check_columns(cards, axes, name)
    return (math.prod(axes) + heap) * abs(bits) // 8 if axes else 0


def _check_columns(cards: dict[str, str], axes: list[int], name: str) -> None:
    """The columns of a table must fit in its rows: what is read is allocated from their formats, not from the file's length."""
    count = _integer(cards, "TFIELDS", name)
    if not 0 <= count <= MAX_COLUMNS or len(axes) != 2:
        raise CorruptInput(f"{name}: a table of {count} columns is absurd for the axes of a spectrogram")
    width = 0
    for index in range(1, count + 1):
        text = _text(cards, f"TFORM{index}").strip("' ")
        form = FORMAT.match(text)  # what follows, as in 3600D8.3, is how to print it
        if form is None:
            raise CorruptInput(f"{name}: column {index} of its table has the format {text!r}, which holds no plain numbers")
        width += int(form[1] or "1") * WIDTH[form[2]]
    if width > axes[0]:
        raise CorruptInput(f"{name}: the columns of its table need {width:,} bytes a row, a row has {axes[0]:,}")
