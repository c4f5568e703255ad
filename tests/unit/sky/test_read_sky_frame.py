"""A frame is read whatever wrote it, or what keeps it from being one is named."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import CorruptInput, Declined
from models.sky.clear import check_frame
from models.sky.frame import prepare
from tasks.readers.binned_frames import read_binned
from tasks.readers.kind import instrument_of
from tasks.readers.sky_frame import read_sky_frame
from tests.unit.readers.callisto_bytes import callisto_bytes, noise_digits
from tests.unit.sky.frames import MOMENT, clear_counts, fits_bytes, tau2_file

COUNTS = clear_counts()


def test_a_frame_keeps_its_counts_its_time_and_its_temperatures() -> None:
    frame = read_sky_frame(tau2_file(COUNTS), "a.fits")
    assert np.array_equal(frame.adu, COUNTS)
    assert frame.t_start == MOMENT
    assert (frame.state.ambient_c, frame.state.shutter_c, frame.state.fpa_c) == (4.77, 4.32, 4.92)
    assert frame.state.corrected_at == datetime(2023, 1, 24, 20, 18, 32, tzinfo=UTC)
    assert not frame.foreign
    check_frame(prepare(frame))


def test_gzipped_and_scaled_frames_are_the_same_frame() -> None:
    means = prepare(read_sky_frame(tau2_file(COUNTS), "a.fits")).adu
    zipped = read_sky_frame(gzip.compress(tau2_file(COUNTS)), "a.fits.gz")
    assert np.array_equal(prepare(zipped).adu, means)
    published = read_sky_frame(fits_bytes((means / 2**14)[..., None].astype(np.float32)), "b.fits")
    assert published.t_start is None
    assert np.array_equal(prepare(published).adu, means)
    unsigned = read_sky_frame(fits_bytes(COUNTS.astype(np.uint16), CAMERA="FLIR TAU2"), "c.fits")
    assert np.array_equal(prepare(unsigned).adu, means)


@pytest.mark.parametrize(
    ("picture", "cards", "named"),
    [
        (COUNTS, {"CAMERA": "SBIG"}, "CAMERA is 'SBIG'"),
        (COUNTS[:480], {"CAMERA": "FLIR TAU2"}, "NAXIS1 x NAXIS2 is 640 x 480"),
        (COUNTS, {"TLINEAR": "enabled"}, "TLINEAR"),
        (np.full((128, 160), 265, np.float32), {"BUNIT": "K"}, "BUNIT"),
        (np.full((128, 160), 265, np.float32), {}, "BUNIT"),
        (np.full((128, 160), 0.5, np.float32), {}, "CAMERA is missing"),
    ],
)
def test_other_units_sizes_and_cameras_are_declined_with_the_keyword(
    picture: np.ndarray, cards: dict[str, Any], named: str
) -> None:
    frame = prepare(read_sky_frame(fits_bytes(picture, **cards), "a.fits"))
    with pytest.raises(Declined, match=named):
        check_frame(frame)


@pytest.mark.parametrize("time", ["", "2023-01-24", "yesterday", "2023-13-41T00:00:00"])
def test_a_time_that_is_none_leaves_the_frame_without_one(time: str) -> None:
    assert read_sky_frame(fits_bytes(COUNTS, CAMERA="FLIR TAU2", DATE_OBS=time), "a.fits").t_start is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        tau2_file(COUNTS)[:100_000],
        b"<html>not here</html>",
        tau2_file(COUNTS)[:2880],
        fits_bytes(np.zeros(640, np.int16)),
        fits_bytes(np.zeros((3, 512, 640), np.int16)),
        fits_bytes(np.full((128, 160), np.nan, np.float32)),
    ],
)
def test_what_holds_no_frame_is_corrupt_and_named(data: bytes) -> None:
    with pytest.raises(CorruptInput, match=r"^a\.fits: "):
        read_sky_frame(data, "a.fits")


@settings(deadline=None, max_examples=60)
@given(place=st.integers(0, 2879), value=st.integers(0, 255))
def test_whatever_byte_of_a_header_is_wrong_it_is_read_or_corrupt(place: int, value: int) -> None:
    data = bytearray(tau2_file(COUNTS))
    data[place] = value
    try:
        prepare(read_sky_frame(bytes(data), "a.fits"))
    except CorruptInput as error:
        assert str(error).startswith("a.fits: ")


def test_many_files_are_read_as_each_alone(tmp_path: Path) -> None:
    contents = [
        tau2_file(COUNTS),
        gzip.compress(tau2_file(COUNTS)),
        fits_bytes(COUNTS, CAMERA="FLIR TAU2"),
        fits_bytes(COUNTS.astype(np.uint16), CAMERA="FLIR TAU2"),
        tau2_file(COUNTS + np.int16(16000)),
    ]
    paths = [tmp_path / f"{number}.fits" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    alone = [prepare(read_sky_frame(content, "a.fits")).adu for content in contents[:4]]
    means = read_binned(paths, 2)
    assert np.array_equal(means[:4], alone)
    assert np.array_equal(means[4], means[0] + 16000)
    (tmp_path / "5.fits").write_bytes(fits_bytes(COUNTS[:480]))
    with pytest.raises(CorruptInput, match=r"5\.fits: NAXIS1"):
        read_binned([tmp_path / "5.fits"])


def test_a_file_tells_its_instrument_by_its_header(real_data: Path) -> None:
    assert instrument_of(tau2_file(COUNTS)) == instrument_of(gzip.compress(tau2_file(COUNTS))) == "sky"
    assert instrument_of(callisto_bytes(noise_digits())) is None
    assert instrument_of(fits_bytes(COUNTS, CTYPE1="HPLN-TAN")) == "sun"
    assert instrument_of(b"\x89PNG") is None
    assert {instrument_of(path.read_bytes()) for path in (real_data / "radio/fits").iterdir()} == {None}
    assert {instrument_of(path.read_bytes()) for path in (real_data / "sky").rglob("*.fits")} == {"sky"}
    solar = [path for path in (real_data / "sun/fits").glob("*.fits") if path.name != "gzip_test.fits.gz"]
    assert {instrument_of(path.read_bytes()) for path in solar} == {"sun", None}  # one is an HTML page


def test_real_frames_of_visible_light_are_declined(real_data: Path) -> None:
    for path in [*(real_data / "sky/swimseg_gray_fits").glob("*.fits"), *(real_data / "sky/iceact_magic").glob("*.fits")]:
        with pytest.raises(Declined, match=r"CAMERA is missing|NAXIS1 x NAXIS2"):
            check_frame(prepare(read_sky_frame(path.read_bytes(), path.name)))
