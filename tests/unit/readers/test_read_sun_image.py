import gzip
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from mutations import mutated
from sun_bytes import aia_fits, coloured, disk_picture, encoded, gong_picture

from deployments.real_sun_files import HEAD, TABLE, real_sun_files
from models.errors import CorruptInput
from models.sun.prepare import prepare
from tasks.readers.kind import instrument_of
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.image import read_sun_image
from tasks.readers.sun.quality import judge_quality, quality_bits

AIA = "AIA20140601_1200_0211.fits"
BROWSE = "20140601_120013_512_0211.jpg"
MUTATIONS = int(os.environ.get("NIGHTSHIFT_MUTATIONS", "120"))


def counts(side: int = 256) -> np.ndarray:
    return np.random.default_rng(2).integers(50, 900, (side, side)).astype(np.int16)


def test_aia_is_divided_by_its_exposure_and_by_what_is_left_of_its_sensitivity() -> None:
    data = counts()
    image = read_sun_image(aia_fits(data), AIA)
    share, source = degradation("211", datetime(2014, 6, 1, 12, tzinfo=UTC))
    assert 0.6 < share < 0.95
    assert source
    assert np.allclose(image.data, data / 2.0 / share, rtol=1e-5)
    assert (image.unit, image.channel, image.origin.degradation) == ("DN/s", "211", share)
    assert image.t_start == datetime(2014, 6, 1, 12, 0, 0, 570_000, tzinfo=UTC)
    assert image.disk is not None
    assert image.disk.radius_px == pytest.approx(946 / 9.6)


def test_the_thinned_table_of_degradation_stays_within_half_a_percent_of_the_published_days(real_data: Path) -> None:
    for path in (real_data / "sun/aia_degradation").iterdir():
        channel = path.stem.removeprefix("degrad_")
        for line in path.read_text().splitlines()[::7]:
            day, share = line.replace('"', "").split(",")
            found, _ = degradation(channel, datetime.fromisoformat(day).replace(tzinfo=UTC))
            assert found == pytest.approx(float(share), rel=0.0052), (channel, day)
    assert degradation("94", datetime(2026, 1, 1, tzinfo=UTC))[1].endswith("held since")
    assert degradation("1600", datetime(2014, 1, 1, tzinfo=UTC)) == (1.0, "")


def test_blank_pixels_are_missing_and_not_dark() -> None:
    data = counts().astype(np.float32)
    data[:, :40] = np.nan
    image = read_sun_image(aia_fits(data), AIA)
    assert image.missing[:, :40].all()
    assert not image.missing[:, 40:].any()
    assert (image.data[:, :40] == 0).all()


def test_an_image_taken_upside_down_is_turned() -> None:
    data = counts(512)
    data[360:380, 300:320] = 12_000
    upright = prepare(read_sun_image(aia_fits(data), AIA))
    turned = prepare(read_sun_image(aia_fits(data[::-1, ::-1], CROTA2=180.0), AIA))
    assert np.abs(upright.picture - turned.picture).max() < 0.02  # opencv places samples to 1/32 of a pixel


@pytest.mark.parametrize(
    ("cards", "near_real_time", "unfit"),
    [
        ({}, False, ""),
        ({"QUALITY": 1 << 30}, True, ""),
        ({"QUALITY": (1 << 30) + (1 << 3)}, True, ""),
        ({"QUALITY": 1 << 13}, False, "QUALITY: an eclipse"),
        ({"QUALITY": "0x00020000"}, False, "QUALITY: the ISS loop open"),
        ({"EXPTIME": 0.0}, False, "its unit is not stated, or its exposure time is missing"),
        ({"CRPIX1": 900.0}, False, "a cut-out: 0% of the limb are in it"),
    ],
)
def test_quality_decides_what_is_judged(cards: dict[str, object], near_real_time: bool, unfit: str) -> None:
    image = read_sun_image(aia_fits(counts(), **cards), AIA)
    assert image.origin.near_real_time is near_real_time
    assert image.unfit == unfit


def test_quality_is_read_as_number_hexadecimal_or_words() -> None:
    assert quality_bits(0x200) == quality_bits("0x00000200") == quality_bits("512") == {9}
    assert quality_bits(-2147483648) == {31}
    assert quality_bits("ok") is quality_bits(None) is None
    assert judge_quality("ok", "KCor") == ("", "")
    assert judge_quality(1024, "HMI") == ("QUALITY: no list of cosmic rays", "")
    assert judge_quality(0x200, "HMI")[1] == "QUALITY: an eclipse"


def test_gzipped_files_are_the_same() -> None:
    data = aia_fits(counts())
    assert np.array_equal(read_sun_image(gzip.compress(data), AIA + ".gz").data, read_sun_image(data, AIA).data)


def test_a_colour_table_is_taken_off_and_the_printed_stamp_is_missing() -> None:
    steps = np.zeros((512, 512), np.uint8)
    steps[:, :] = np.linspace(0, 250, 512).astype(np.uint8)
    picture = coloured(steps, "211")
    picture[492:505, 6:247] = 255
    image = read_sun_image(encoded(picture), BROWSE)
    assert np.abs(image.data - steps[::-1])[~image.missing].mean() < 2
    assert image.missing[512 - 505 : 512 - 492, 6:247].all()
    assert image.unit == "display"
    assert image.t_start == datetime(2014, 6, 1, 12, 0, 13, tzinfo=UTC)
    assert image.unfit == ""


def test_the_colour_tables_are_those_of_sunpy() -> None:
    from sunpy.visualization.colormaps import cmlist

    for channel in ("94", "131", "171", "193", "211", "304", "335", "1600", "1700", "4500"):
        told = np.rint(cmlist[f"sdoaia{channel}"](np.arange(256))[:, :3] * 255)
        assert np.array_equal(coloured(np.arange(256), channel), told), channel


def test_a_composite_of_channels_is_read_but_not_to_be_judged() -> None:
    picture = np.dstack([np.full((256, 256), level, np.uint8) for level in (20, 200, 40)])
    assert read_sun_image(encoded(picture), BROWSE).unfit == "its colours are not those of one channel"
    assert "no single channel" in read_sun_image(encoded(picture[:, :, 0]), "20140601_120013_512_211193171.jpg").unfit


def test_the_disk_of_a_gong_picture_is_found_by_its_limb_whatever_its_name() -> None:
    for name in ("gong_magxx_fd_20190201_182103.jpg", "2.jpg"):
        image = read_sun_image(encoded(gong_picture()), name)
        assert image.disk is not None
        assert (image.disk.x, image.disk.y, image.disk.radius_px) == pytest.approx((431, 859 - 413, 380), abs=0.6)
        assert image.channel == "magnetogram"
        assert image.missing[:, :40].all()
        assert 0.36 < image.missing.mean() < 0.40
        assert prepare(image).unfit == ""
    assert image.t_start is None


def test_a_jp2_of_helioviewer_is_read() -> None:
    name = "2013_06_24__17_31_30_84__SDO_AIA_AIA_193.jp2"
    image = read_sun_image(encoded(disk_picture(410, 158, 204.5, 204.5), ".jp2"), name)
    assert (image.channel, image.origin.instrument, image.unfit) == ("193", "AIA", "")
    assert image.disk is not None
    assert image.disk.radius_px == pytest.approx(157.5, abs=0.3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<!DOCTYPE HTML><html><head><title>403 Forbidden</title>", "an HTML page, not a FITS file"),
        (b"", "the file is empty"),
        (encoded(gong_picture())[:9000], "the JPG breaks off after 9,000 bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(80), "starts like a picture but cannot be decoded"),
        (aia_fits(np.full((64, 64), np.nan, np.float32)), "not one pixel is a number"),
        (aia_fits(counts())[:-40_000], "astropy cannot read it"),
    ],
)
def test_broken_files_are_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(CorruptInput, match=f"^{AIA}: .*{sentence}"):
        read_sun_image(data, AIA)


def test_mutated_images_are_read_or_refused() -> None:
    plain = [(aia_fits(counts(128)), AIA), (encoded(gong_picture()), "2.jpg"), (encoded(gong_picture(), ".jp2"), "x.jp2")]
    read = 0
    for seed in range(MUTATIONS):
        data, name = plain[seed % len(plain)]
        try:
            prepare(read_sun_image(mutated(data, seed), name))
            read += 1
        except CorruptInput as error:
            assert str(error).startswith(f"{name}: ")
    assert 0 < read < MUTATIONS


def test_the_kind_of_a_solar_file_is_known_by_its_bytes(real_data: Path) -> None:
    told = {path.name: instrument_of(path.read_bytes(), path.name) for path in (real_data / "sun/fits").iterdir()}
    told |= {path.name: instrument_of(path.read_bytes(), path.name) for path in (real_data / "sun/gong_jpg").iterdir()}
    assert {name for name, kind in told.items() if kind != "sun"} == {
        "HMI20130131_0000_bz.npz", "gzip_test.fits.gz", "not_actually_fits.fits",
    }  # fmt: skip


def test_every_real_file_is_read_or_refused_as_the_table_says(real_data: Path) -> None:
    written = TABLE.read_text(encoding="utf-8")
    assert written.startswith(HEAD + "".join(real_sun_files(real_data / "sun")))
    assert "| 294 of 294 ok |" in written


def test_real_disks_of_the_corona_are_read_without_their_stamps(real_data: Path) -> None:
    with tarfile.open(real_data / "sun/aia211_full_disk_2010_2014.tar") as tar:
        for member in tar.getmembers()[::40]:
            stream = tar.extractfile(member)
            assert stream is not None
            image = read_sun_image(stream.read(), member.name)
            assert (image.channel, image.unit, image.unfit) == ("211", "display", "")
            assert image.disk is not None
            below = image.data[: image.data.shape[0] // 12, :130]
            assert below[~image.missing[: below.shape[0], :130]].max() < 120  # letters are 255, the corona there is faint
