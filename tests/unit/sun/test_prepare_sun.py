from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from models.sun.image import Disk, SunImage
from models.sun.prepare import RADIUS, SIZE, centred_mean, prepare
from models.sun.stretches import DN_PER_S, GAUSS

NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)


def image(data: np.ndarray, disk: Disk | None, missing: np.ndarray | None = None) -> SunImage:
    none = np.zeros(data.shape, bool)
    return SunImage(data.astype(np.float32), none if missing is None else missing, "211", NOON, "DN/s", "fits", disk)


def spot(disk: Disk, west: float, north: float, header: fits.Header, side: int) -> np.ndarray:
    """A bright spot, where astropy's WCS says that this position of the Sun (in radii) is."""
    arcsec = disk.radius_px * (disk.scale_arcsec or 1)
    ((x, y),) = WCS(header).wcs_world2pix([[west * arcsec / 3600, north * arcsec / 3600]], 0)
    rows, columns = np.mgrid[:side, :side]
    return 10 + 3000 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (0.02 * disk.radius_px) ** 2))


@pytest.mark.parametrize("roll", [0.0, 0.02, 30.0, 179.93])
@pytest.mark.parametrize("side", [200, 1024])
def test_a_place_on_the_sun_is_found_where_its_header_puts_it(roll: float, side: int) -> None:
    scale = 2400 / side
    disk = Disk(side * 0.48, side * 0.51, 960 / scale, scale, roll)
    header = fits.Header({"CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec"})
    header.update({"CDELT1": scale, "CDELT2": scale, "CRPIX1": disk.x + 1, "CRPIX2": disk.y + 1, "CROTA2": roll})
    prepared = prepare(image(spot(disk, 0.4, 0.3, header, side), disk))
    y, x = np.unravel_index(prepared.picture.argmax(), prepared.picture.shape)
    assert abs(x - (prepared.disk.x + 0.4 * RADIUS)) <= 1
    assert abs(y - (prepared.disk.y + 0.3 * RADIUS)) <= 1
    assert prepared.unfit == ""


def test_missing_pixels_count_neither_as_zero_nor_as_measured() -> None:
    data, disk = np.full((512, 512), 100.0), Disk(255.5, 255.5, 204.8)
    missing = np.zeros((512, 512), bool)
    missing[:, 300:] = True
    prepared = prepare(image(np.where(missing, -1e9, data), disk, missing))
    middle = prepared.picture[SIZE // 2]
    assert prepared.present[SIZE // 2, :149].all()
    assert not prepared.present[SIZE // 2, 152:].any()
    assert np.allclose(middle[:149], DN_PER_S["211"].apply(np.float32(100)), atol=1e-3)
    assert (middle[152:] == 0).all()


def test_the_mean_of_a_block_is_the_mean() -> None:
    data = np.random.default_rng(1).random((1024, 1024), np.float32)
    mean, share = centred_mean(data, np.zeros(data.shape, bool), Disk(511.5, 511.5, 4 * RADIUS))
    assert np.allclose(mean, data.reshape(256, 4, 256, 4).mean(axis=(1, 3)), atol=1e-5)
    assert np.allclose(share, 1)


def test_an_image_without_a_known_disk_or_stretch_says_why_nobody_should_judge_it() -> None:
    data = np.ones((64, 64))
    assert "where the disk stands" in prepare(image(data, None)).unfit
    prepared = prepare(replace(image(data, Disk(31, 31, 25)), channel="174"))
    assert prepared.unfit == "no stretch is fixed for channel 174 in DN/s"
    assert not prepared.present.any()


def test_a_stretch_is_undone() -> None:
    values = np.array([-300.0, 0, 1200])
    assert np.allclose(GAUSS["magnetogram"].invert(GAUSS["magnetogram"].apply(values)), values, atol=0.01)
    values = np.array([7.5, 100, 3000])
    assert np.allclose(DN_PER_S["211"].invert(DN_PER_S["211"].apply(values)), values, rtol=1e-4)
