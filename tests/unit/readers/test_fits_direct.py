import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from callisto_bytes import callisto_bytes, noise_digits
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import CorruptInput
from tasks.readers.fits_astropy import read_astropy
from tasks.readers.fits_cards import plain_value
from tasks.readers.fits_direct import read_direct
from tasks.readers.fits_layout import check_layout
from tasks.readers.inflate import inflate_fits
from tasks.readers.planes import Planes

NAME = "X.fit"


def assert_same(one: Planes, other: Planes) -> None:
    pairs = ((one.picture(), other.picture()), (one.time, other.time), (one.frequency, other.frequency))
    for mine, its in pairs:
        assert (mine.dtype, mine.shape) == (its.dtype, its.shape) and mine.tobytes() == its.tobytes()
    assert repr(one.cards) == repr(other.cards)


def read_both(raw: bytes) -> tuple[Planes | None, Planes | None]:
    """What the direct parser and astropy make of it, None where they make nothing of it."""
    units = check_layout(raw, NAME)
    direct = read_direct(raw, units)
    try:
        return direct, read_astropy(raw, len(units), NAME)
    except CorruptInput:
        return direct, None


def test_every_real_file_is_read_directly_and_as_astropy_reads_it(real_data: Path) -> None:
    for path in sorted((real_data / "radio" / "fits").iterdir()):
        direct, reference = read_both(inflate_fits(path.read_bytes(), path.name))
        assert direct is not None and reference is not None, path.name
        assert_same(direct, reference)
        assert np.abs(direct.picture().astype(np.float64)).max() <= direct.bound


CARDS = [
    "CONTENT = 'it''s a Sun / not a comment' / this is",
    "ORIGIN  = '  leading and trailing  '",
    "OBJECT  = ''",
    "TELESCOP= 'no comment after me'/here",
    "OBS_LAT =  -4.7312E+01 / degrees",
    "OBS_LON = 1.5D2",
    "OBS_ALT =                   +0416.",
    "PWM_VAL = 007",
    "FRQFILE =                    T / truth",
    "OBS_LAC =",
    "INSTRUME= '''quoted'''",
    "BUNIT   = 'a''' / ends in a quote",
]


@pytest.mark.parametrize("card", CARDS)
def test_values_of_cards_are_those_of_astropy(card: str) -> None:
    value = fits.Card.fromstring(card).value
    mine = plain_value(card.ljust(80)[9:])
    assert (mine == value and type(mine) is type(value)) or (mine is None and isinstance(value, fits.card.Undefined))


@pytest.mark.parametrize(
    "card", ["OBJECT  = 'a'' / b' / c", "OBJECT  = 'AXIS.1: 2'", "OBJECT  = 1 2", "OBJECT  = (1, 2)", "OBJECT  = 'open"]
)
def test_cards_of_more_than_one_meaning_are_left_to_astropy(card: str) -> None:
    with pytest.raises(ValueError, match="card"):
        plain_value(card.ljust(80)[9:])


def with_cards(raw: bytes, cards: list[str]) -> bytes:
    """The file with further cards at the end of its first header, which has room for them."""
    end = raw.index(b"END".ljust(80))
    more = b"".join(card[:80].ljust(80).encode() for card in cards)
    return raw[:end] + more + raw[end : 2880 - len(more)] + raw[2880:]


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=72)
KEYS = ["BSCALE  = ", "BZERO   = ", "BLANK   = ", "OBJECT  = ", "BSCALE= ", "GCOUNT  = ", "object  = ", "OBS_LAT = ", "CDELT1  = "]
WORDS = ["COMMENT ", "HISTORY ", "CONTINUE  ", "        ", "HIERARCH ESO = ", "TNULL1  = ", "TDIM1   = ", "THEAP   = "]
JUNK = st.one_of(PRINTABLE, st.sampled_from(CARDS), st.tuples(st.sampled_from(KEYS + WORDS), PRINTABLE).map("".join))
# Mostly what files hold, now and then what they should not.
ODD = st.integers(0, 15).map(lambda number: number == 7)
SCALES = st.one_of(
    *[st.sampled_from(["1", "1.", "2", "0.25", "-0.3", "2.0952430E-07", "6.7D-1"])] * 9, st.sampled_from(["1E300", "'1'", "0", ""])
)
ZEROS = st.one_of(
    *[st.sampled_from(["0", "0.", "-128", "32768", "79.606789", "-9.6D1"])] * 9, st.sampled_from(["2147483648", "128", "T"])
)
WIDTH = {"B": 1, "I": 2, "J": 4, "E": 4, "D": 8, "K": 8, "A": 1}


def unit(cards: list[str], data: bytes) -> bytes:
    """One header and data unit."""
    header = "".join(card[:80].ljust(80) for card in [*cards, "END"]).encode("latin-1")
    return header.ljust(-(-len(header) // 2880) * 2880) + data.ljust(-(-len(data) // 2880) * 2880, b"\0")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A picture of any format and scaling, a table of columns in any order, and cards of any kind among the usual ones."""
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 20))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    bits = draw(st.sampled_from([64, -64] if draw(ODD) else [8, 16, 32, -32]))
    picture = ["SIMPLE  = T", f"BITPIX  = {bits}", "NAXIS   = 2", f"NAXIS1  = {columns}", f"NAXIS2  = {rows}", "EXTEND  = T"]
    picture += [f"{key:8}= {value}" for key, value in (("BSCALE", draw(SCALES)), ("BZERO", draw(ZEROS))) if draw(st.booleans())]
    picture += draw(st.lists(st.sampled_from(CARDS), max_size=3)) + (draw(st.lists(JUNK, max_size=2)) if draw(ODD) else [])
    table: list[str] = []
    width = 0
    names = draw(st.permutations(["TIME", "FREQUENCY", *draw(st.sampled_from([[], ["other"]]))]))
    for index, name in enumerate(names, 1):
        form = draw(st.sampled_from("KA" if draw(ODD) else "DEJIB"))
        length = {"TIME": columns, "FREQUENCY": rows}.get(name, 3)
        width += WIDTH[form] * length
        table += [f"TFORM{index}  = '{length}{form}{draw(st.sampled_from(['', '8.3']))}'", f"TTYPE{index}  = '{name:8}'"]
        table += [f"TSCAL{index}  = {draw(SCALES)}", f"TZERO{index}  = {draw(ZEROS)}"][: draw(st.integers(0, 2))]
    head = ["XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", f"NAXIS1  = {width}", f"NAXIS2  = {1 + draw(ODD)}", "PCOUNT  = 0"]
    head += ["GCOUNT  = 1", f"TFIELDS = {len(names)}", *table] + (draw(st.lists(JUNK, max_size=2)) if draw(ODD) else [])
    raw = unit(picture, chance.bytes(rows * columns * abs(bits) // 8)) + unit(head, chance.bytes(2 * width))
    return raw[: len(raw) - (draw(st.sampled_from([1, 2000])) if draw(ODD) else 0)]


@settings(max_examples=int(os.environ.get("NIGHTSHIFT_EXAMPLES", "150")), deadline=None)
@given(files())
def test_what_is_read_directly_is_what_astropy_reads(raw: bytes) -> None:
    try:
        direct, reference = read_both(raw)
    except CorruptInput:
        return  # refused by its layout, before any parser
    if direct is not None:
        assert reference is not None
        assert_same(direct, reference)


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "f4"])
@pytest.mark.parametrize("scale", [None, 0.25])
def test_the_common_layout_is_read_directly(kind: str, scale: float | None) -> None:
    direct, reference = read_both(callisto_bytes(noise_digits().astype(kind), zipped=False, BSCALE=scale))
    assert direct is not None and reference is not None
    assert_same(direct, reference)
    assert direct.picture().dtype == (np.uint8 if kind == "u1" and scale is None else np.float32)


@pytest.mark.parametrize(
    "card", ["BLANK   = 3", "hello   = 3", "CONTINUE  'more'", "OBJECT  = 'a: 3'", "OBJECT= 'Sun'", "BUNIT   = 'x'"]
)
def test_anything_unusual_is_left_to_astropy(card: str) -> None:
    direct, reference = read_both(with_cards(callisto_bytes(noise_digits(), zipped=False), [card]))
    assert direct is None and reference is not None
