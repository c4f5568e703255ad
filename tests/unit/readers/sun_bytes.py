"""Bytes of solar images made for tests."""

import io
from typing import Any

import cv2
import numpy as np
from astropy.io import fits

from tasks.readers.sun.colours import colour_table


def aia_fits(data: np.ndarray, **cards: Any) -> bytes:
    """A file as the JSOC writes AIA's: an empty primary unit, then a RICE-compressed image."""
    side = data.shape[0]
    header = fits.Header()
    header.update(
        {
            "TELESCOP": "SDO/AIA", "INSTRUME": "AIA_2", "WAVELNTH": 211, "DATE-OBS": "2014-06-01T12:00:00.57", "EXPTIME": 2.0,
            "QUALITY": 0, "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec", "CROTA2": 0.0,
            "CDELT1": 2457.6 / side, "CDELT2": 2457.6 / side, "CRPIX1": side / 2 + 0.5, "CRPIX2": side / 2 + 0.5, "CRVAL1": 0.0,
            "CRVAL2": 0.0, "RSUN_OBS": 946.0,
        }
    )  # fmt: skip
    header.update(cards)
    stream = io.BytesIO()
    unit = fits.CompImageHDU(data, header, compression_type="RICE_1", tile_shape=(1, data.shape[1]))
    fits.HDUList([fits.PrimaryHDU(), unit]).writeto(stream)
    return stream.getvalue()


def disk_picture(side: int, radius: float, x: float, y: float, level: float = 130.0) -> np.ndarray:
    """A grey disk on black, uint8; the first row is the top."""
    rows, columns = np.mgrid[:side, :side]
    inside = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    noise = np.random.default_rng(1).normal(0, 8, (side, side))
    return np.where(inside, np.clip(level + noise, 0, 255), 0).astype(np.uint8)


def encoded(picture: np.ndarray, kind: str = ".jpg") -> bytes:
    """As JPG, PNG or JP2; colours with red first."""
    pixels = picture if picture.ndim == 2 else picture[:, :, ::-1]
    return bytes(cv2.imencode(kind, pixels)[1].tobytes())


def coloured(steps: np.ndarray, channel: str) -> np.ndarray:
    """Steps of a colour table, 0 to 255, as SDO publishes them."""
    table = colour_table(channel)
    assert table is not None
    return table[steps]


def gong_picture(radius: float = 380.0, x: float = 431.0, y: float = 413.0) -> np.ndarray:
    """A magnetogram with GONG's two white boxes."""
    picture = disk_picture(860, radius, x, y)
    picture[10:89, 10:89] = picture[810:850, 10:252] = 255
    return picture
