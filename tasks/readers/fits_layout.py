"""What the headers of a FITS file promise, checked against its length before anything is allocated."""

import math
import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Unit:
    """One header and data unit: what its header promises, and where its data lie."""

    cards: dict[str, str]
    start: int
    size: int


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
        cards, start = _header(raw, at, name)
        size = _picture_size(cards, name) if not units else _extension_size(cards, name)
        if start + size > len(raw):
            raise CorruptInput(f"{name}: its header promises {size:,} bytes of data, the file holds {len(raw) - start:,}")
        units.append(Unit(cards, start, size))
        at = start + math.ceil(size / BLOCK) * BLOCK
    return units


def _header(raw: bytes, at: int, name: str) -> tuple[dict[str, str], int]:
    """Values of the cards as text, and where the data begin."""
    cards: dict[str, str] = {}
    for place in range(at, min(at + MAX_HEADER, len(raw) - CARD + 1), CARD):
        card = raw[place : place + CARD].decode("latin-1")
        key = card[:8].rstrip()
        if key == "END":
            return cards, at + math.ceil((place + CARD - at) / BLOCK) * BLOCK
        if card[8] == "=":
            cards.setdefault(key, card[9:].split("/")[0].strip())
    raise CorruptInput(f"{name}: the FITS header that begins at byte {at:,} has no END card")


def _integer(cards: dict[str, str], key: str, name: str, default: str = "") -> int:
    text = cards.get(key, default)
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
    if cards.get("XTENSION", "").strip("' ") == "BINTABLE":
        _check_columns(cards, axes, name)
    return (math.prod(axes) + heap) * abs(bits) // 8 if axes else 0


def _check_columns(cards: dict[str, str], axes: list[int], name: str) -> None:
    """The columns of a table must fit in its rows: what is read is allocated from their formats, not from the file's length."""
    count = _integer(cards, "TFIELDS", name)
    if not 0 <= count <= MAX_COLUMNS or len(axes) != 2:
        raise CorruptInput(f"{name}: a table of {count} columns is absurd for the axes of a spectrogram")
    width = 0
    for index in range(1, count + 1):
        text = cards.get(f"TFORM{index}", "").strip("' ")
        form = FORMAT.match(text)  # what follows, as in 3600D8.3, is how to print it
        if form is None:
            raise CorruptInput(f"{name}: column {index} of its table has the format {text!r}, which holds no plain numbers")
        width += int(form[1] or "1") * WIDTH[form[2]]
    if width > axes[0]:
        raise CorruptInput(f"{name}: the columns of its table need {width:,} bytes a row, a row has {axes[0]:,}")
