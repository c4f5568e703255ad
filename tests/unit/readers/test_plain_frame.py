"""The camera's own files give without astropy what astropy gives."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from models.simulate.camera.tau2_fits import tau2_bytes
from tasks.readers.plain_frame import plain_picture
from tasks.readers.sky_frame import read_picture

MOMENT = datetime(2023, 1, 24, 20, 18, 53, 809658, tzinfo=UTC)


def plain() -> bytes:
    counts = np.random.default_rng(1).integers(-5, 16383, (512, 640)).astype(np.int16)
    return tau2_bytes(counts, MOMENT, air_c=4.77, shutter_c=4.32, since_correction_s=21.8)


def assert_same(data: bytes) -> None:
    quick, slow = plain_picture(data), read_picture(data, "x.fits")
    assert quick is not None and quick[0] == slow[0]
    assert quick[1].dtype == slow[1].dtype
    np.testing.assert_array_equal(quick[1], slow[1])


def test_header_and_counts_are_those_of_astropy() -> None:
    assert_same(plain())


def test_real_frames_too(real_data: Path) -> None:
    for path in sorted((real_data / "sky/stardice_raw").glob("*.fits")):
        assert_same(path.read_bytes())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"NAXIS1  =                  640", b"NAXIS1  =                  320"),
        (b"FOCAL   =", b"BZERO   ="),
        (b"APERTURE=", b"FOCAL   ="),
        (b"EXTEND  = ", b"EXTEND    "),
        (b"APERTURE=                 1.25", b"APERTURE=            (1.0,2.0)"),
        (b"'FLIR TAU2'", b"'FLIR  ''2'"),
    ],
)
def test_whatever_is_not_plain_is_left_to_astropy(old: bytes, new: bytes) -> None:
    data = plain()
    assert old in data and plain_picture(data.replace(old, new)) is None


def test_a_longer_or_shorter_file_is_not_plain() -> None:
    assert plain_picture(plain()[:-1]) is None and plain_picture(plain() + bytes(2880)) is None
