import gzip
import zlib

import pytest
from callisto_bytes import callisto_bytes, noise_digits

from models.errors import CorruptInput
from tasks.readers.inflate import inflate_fits

PLAIN = callisto_bytes(noise_digits(), zipped=False)
ZIPPED = gzip.compress(PLAIN, 1)


def refused(data: bytes, limit: int = 2**26) -> str:
    with pytest.raises(CorruptInput) as caught:
        inflate_fits(data, "X.fit.gz", limit)
    assert str(caught.value).startswith("X.fit.gz: ")
    return str(caught.value)


def test_gzipped_and_plain_files_give_the_same_bytes() -> None:
    assert inflate_fits(ZIPPED, "X") == inflate_fits(PLAIN, "X") == PLAIN


def test_members_and_padding_after_the_first_are_taken_as_gzip_does() -> None:
    assert inflate_fits(gzip.compress(PLAIN[:5000]) + gzip.compress(PLAIN[5000:]) + bytes(512), "X") == PLAIN


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE HTML PUBLIC>\n<html><head><title>404 Not Found</title>", "an HTML page"),
        (gzip.compress(b"\n <html><body>Service Unavailable</body></html>"), "an HTML page"),
        (bytes(4096), "only blanks or zeros"),
        (b"PK\x03\x04 a zip file", "neither gzip nor FITS"),
        (gzip.compress(b""), "the gzip file holds nothing"),
        (gzip.compress(b"nothing to do with FITS"), "neither gzip nor FITS"),
    ],
)
def test_what_is_no_fits_file_is_named(data: bytes, reason: str) -> None:
    assert reason in refused(data)


def test_a_truncated_stream_says_after_how_many_of_how_many_bytes() -> None:
    cut = ZIPPED[: int(0.6 * len(ZIPPED))]
    got = len(zlib.decompressobj(31).decompress(cut))
    assert refused(cut) == f"X.fit.gz: gzip stream ends early, after {len(cut):,} bytes that gave {got:,} of at least {60 * 480:,}"


@pytest.mark.parametrize("place", [-8, -1])
def test_a_stream_that_lies_about_its_checksum_or_length_is_damaged(place: int) -> None:
    lying = bytearray(ZIPPED)
    lying[place] ^= 0x55
    assert "damaged gzip stream" in refused(bytes(lying))


def test_a_bomb_is_refused_long_before_it_is_inflated() -> None:
    bomb = gzip.compress(PLAIN + bytes(2**25), 9)
    assert len(bomb) < 2**16
    allowed = 8 * 60 * 480 + 4 * 2**20
    assert refused(bomb) == f"X.fit.gz: {len(bomb):,} gzipped bytes inflate to more than {allowed:,}, a gzip bomb"


def test_no_more_than_the_limit_is_inflated() -> None:
    assert "a gzip bomb" in refused(ZIPPED, limit=10_000)


def test_zeros_that_inflate_for_ever_are_refused_after_the_first_look() -> None:
    assert "only blanks or zeros" in refused(gzip.compress(bytes(2**24), 9))
