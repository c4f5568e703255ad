"""Our view of a header beside the whole of sunpy's map, on real files, real headers that sunpy ships, and simulated ones."""

import gzip
import io
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sunpy.data.test
import sunpy.map
from astropy.io import fits
from astropy.utils import iers
from sun_bytes import aia_fits

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import aia_synoptic, gong_fts
from models.sun.prepare import prepare
from tasks.readers.inflate import inflate_fits
from tasks.readers.sky_frame import read_picture
from tasks.readers.sun.image import MAX_BYTES, read_sun_image
from tasks.readers.sun.sunpy_map import map_view

HEADERS = Path(sunpy.data.test.rootdir)
REAL = (
    "aia_171_cutout.fits",
    "aia_171_level1.fits",
    "hmi_continuum_test_lowres_data.fits",
    "mdi.fd_m_96m_lev182.20101015_000000_TAI.data.fits",
    "resampled_hmi.fits",
    "swap_lv1_20120101_001607.fits",
)
SUN = simulate_activity(date(2024, 5, 14))
NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole map of GONG wants the Earth's rotation, which astropy would download."""
    monkeypatch.setattr(iers.conf, "auto_download", False)


def with_header(name: str, level: float = 3.0, **cards: Any) -> bytes:
    """A picture of one level under a real header."""
    header = fits.Header.fromtextfile(HEADERS / name)
    for key in ("BSCALE", "BZERO", "BLANK", "CHECKSUM", "DATASUM"):
        header.remove(key, ignore_missing=True)
    header.update(cards)
    unit = fits.PrimaryHDU(np.full((int(header["NAXIS2"]), int(header["NAXIS1"])), level, np.float32), header)
    stream = io.BytesIO()
    unit.writeto(stream, output_verify="silentfix")
    return stream.getvalue()


def sunpys(data: bytes) -> tuple[Any, np.ndarray]:
    """The whole map, and where its own WCS puts the Sun's centre."""
    cards, picture = read_picture(inflate_fits(data, "x", MAX_BYTES), "x")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = sunpy.map.Map(picture, cards)
        return held, held.wcs.wcs.s2p([[0.0, 0.0]], 0)["pixcrd"][0]


def agree(data: bytes, name: str) -> None:
    held, centre = sunpys(data)
    image = read_sun_image(data, name)
    disk = image.disk
    assert disk is not None
    assert (disk.x, disk.y) == pytest.approx(centre, abs=0.02), "the projection of a cut-out far from the centre, no more"
    assert disk.radius_px * disk.scale_arcsec == pytest.approx(held.rsun_obs.to_value("arcsec"), abs=1e-6)
    assert disk.scale_arcsec == pytest.approx(held.scale[0].to_value("arcsec / pix"))
    turned = np.radians(disk.roll_deg)
    assert held.rotation_matrix[:, 0] == pytest.approx([np.cos(turned), np.sin(turned)], abs=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert disk.b0_deg == pytest.approx(held.observer_coordinate.lat.deg, abs=0.01)
        away = disk.l0_deg - held.carrington_longitude.deg
    assert abs((away + 180) % 360 - 180) < 0.1, "AIA's and our longitude leave out that light takes 8 minutes"
    assert image.t_start == held.date.utc.to_datetime(timezone=UTC)
    if held.exposure_time is not None:
        assert image.origin.exposure_s == pytest.approx(held.exposure_time.to_value("s"))


@pytest.mark.parametrize("name", REAL)
def test_real_files_stand_where_and_when_sunpy_has_them(real_data: Path, name: str) -> None:
    data = (real_data / "sun/fits" / name).read_bytes()
    agree(data, name)
    held, _ = sunpys(data)
    image = read_sun_image(data, name)
    if image.unit != "DN/s" or image.origin.instrument != "AIA":
        within = ~image.missing
        assert np.array_equal(image.data[within], held.data.astype(np.float32)[within])
        fills = held.data[image.missing & np.isfinite(held.data)]
        assert image.channel == "magnetogram" or (fills <= -1000).all()


@pytest.mark.parametrize(
    "name",
    [
        "gong_magnetogram.header",
        "gong_halpha.header",
        "mdi.fd_M_96m_lev182.20101015_191200_TAI.data.header",
        "dr_suvi-l2-ci195_g16_s20190403T093200Z_e20190403T093600Z_v1-0-0_rebinned.header",
    ],
)
def test_real_headers_are_read_as_sunpy_reads_them(name: str) -> None:
    agree(with_header(name), name)


def test_simulated_files_stand_where_sunpy_has_them() -> None:
    agree(aia_synoptic(SUN, NOON, "171", sensitivity=0.9, near_real_time=False), "AIA20240514_1200_0171.fits")
    agree(gzip.decompress(gong_fts(SUN, NOON)), "x.fts")


def test_a_magnetogram_of_gong_is_known_by_its_real_header_alone() -> None:
    image = read_sun_image(with_header("gong_magnetogram.header", level=-702.0), "mrbqi.fits")
    assert (image.channel, image.unit, image.origin.instrument, image.unfit) == ("magnetogram", "G", "GONG", "")
    assert image.t_start == datetime(2025, 1, 9, 1, 34, 58, 8025, tzinfo=UTC), "its clock is GPS's, 18 s ahead of UTC"
    assert image.missing.mean() == pytest.approx(1 - np.pi * 385.2**2 / 860**2, abs=0.001), "what lies beyond the limb is no field"
    assert prepare(image).unfit == ""


def test_gong_of_tomorrow_needs_no_table_of_the_earths_rotation() -> None:
    image = read_sun_image(with_header("gong_magnetogram.header", **{"DATE-OBS": "2049/01/09"}), "x.fits")
    assert image.disk is not None
    assert image.disk.found == "header"
    assert image.disk.b0_deg == pytest.approx(-3.9, abs=0.1)


def test_h_alpha_of_gong_is_turned_north_up_already() -> None:
    image = read_sun_image(with_header("gong_halpha.header"), "x.fits")
    assert image.channel == "halpha"
    assert image.disk is not None
    assert (image.disk.roll_deg, image.disk.radius_px) == pytest.approx((0, 900)), "SOLAR-P is the angle that was undone"


@pytest.mark.parametrize("name", ["gong_synoptic.header", "hmi_cea_sharp_magnetogram.header"])
def test_a_chart_of_the_surface_is_no_picture_of_the_disk(name: str) -> None:
    image = read_sun_image(with_header(name), "x.fits")
    assert image.disk is None
    assert image.unfit == "a chart of the surface (CRLN-CEA), not a picture of the disk"


def test_a_date_in_a_style_that_sunpy_does_not_know_is_told_to_it() -> None:
    counts = np.random.default_rng(2).integers(50, 900, (256, 256)).astype(np.int16)
    cards = {"DATE-OBS": "24/05/2014", "TIME-OBS": "12:00:00", "INSTRUME": "HALPHA", "TELESCOP": "SINGER", "WAVELNTH": 6563}
    image = read_sun_image(aia_fits(counts, **cards), "x.fits")
    assert image.t_start == datetime(2014, 5, 24, 12, tzinfo=UTC)
    assert image.disk is not None
    assert image.disk.found == "header"


def test_a_card_that_an_instruments_own_map_wants_may_be_missing() -> None:
    counts = np.random.default_rng(2).integers(50, 900, (256, 256)).astype(np.int16)
    cards, picture = read_picture(aia_fits(counts), "x")
    assert "WAVEUNIT" not in cards
    view = map_view(cards, picture, NOON)
    assert view is not None
    assert view.axes == "HPLN-TAN" and view.disk is not None
    assert map_view(cards, picture, None) is None, "sunpy would take the time of today"
    assert map_view({key: value for key, value in cards.items() if not key.startswith("CUNIT")}, picture, NOON) is None
