"""A FITS file of the thermal sky camera as a `SkyFrame`."""

import io
import math
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from models.errors import CorruptInput
from models.sky.frame import NATIVE_SHAPE, CameraState, SkyFrame, Unit
from models.sky.rebin import MAX_14_BIT, SHAPE, extremes
from tasks.readers.inflate import inflate_fits
from tasks.readers.plain_frame import plain_picture

BLOCK, CARD = 2880, 80
CAMERA = "FLIR TAU2"
# A scene as warm as the camera itself reads about 1,850 ADU (models/sky/clear_sky.md); nothing in the sky is 30 K warmer.
WARMEST_ADU = 3000.0
KELVIN = (100.0, 400.0)
MAX_PIXELS = 50_000_000


def read_sky_frame(data: bytes, name: str) -> SkyFrame:
    """Read one frame: of the FLIR Tau2 as it writes them, as its origin published them, or any other FITS picture.

    A picture that is no frame of this camera is read all the same, with the keyword that tells so in ``foreign``: classifiers
    decline it.

    Parameters
    ----------
    data : the file as fetched, gzipped or not
    name : its name, for reasons

    Returns
    -------
    SkyFrame

    Raises
    ------
    CorruptInput
        ``data`` is no FITS file with a picture, is cut off, or holds not one number.
    """
    raw = inflate_fits(data, name)
    header, picture = plain_picture(raw) or read_picture(raw, name)
    if picture.dtype.kind == "f" and not np.isfinite(picture).any():
        raise CorruptInput(f"{name}: not one pixel is a number")
    adu, unit, foreign = _scaled(picture, header)
    return SkyFrame(adu, _moment(header, "DATE-OBS"), unit, foreign, _state(header))


def read_picture(raw: bytes, name: str) -> tuple[dict[str, Any], np.ndarray]:
    """Header and picture of inflated FITS bytes, without axes of length 1; through astropy.

    Raises
    ------
    CorruptInput
        astropy cannot read them, or they hold no picture.
    """
    # astropy warns of cards it repairs and raises almost any exception on damaged ones: here both end in one sentence.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from astropy.io import fits  # 0.3 s, which a process that meets no such file need not spend

            with fits.open(io.BytesIO(raw), memmap=False) as units:
                held = next((unit for unit in units if unit.is_image and unit.header.get("NAXIS", 0) >= 2), None)
                if held is None:
                    raise CorruptInput(f"{name}: holds no picture")
                axes = [int(held.header[f"NAXIS{axis + 1}"]) for axis in range(int(held.header["NAXIS"]))]
                if math.prod(axes) > MAX_PIXELS:
                    raise CorruptInput(f"{name}: states {' x '.join(map(str, axes))} pixels, more than the {MAX_PIXELS:,} allowed")
                # Before the data are read: astropy takes BSCALE and BZERO out of the header once they are applied.
                header = {key: value for key, value in held.header.items() if isinstance(value, str | int | float | bool)}
                picture = np.asarray(held.data)
        except CorruptInput:
            raise
        except Exception as error:
            raise CorruptInput(f"{name}: astropy cannot read it ({type(error).__name__}: {str(error)[:160]})") from error
    picture = picture.squeeze()
    if picture.ndim != 2 or not picture.size:
        raise CorruptInput(f"{name}: its picture has {' x '.join(map(str, picture.shape))} values, not rows x columns")
    return header, picture if picture.dtype.str in (">i2", "<i2") else picture.astype(np.float32)


def _scaled(picture: np.ndarray, header: Mapping[str, Any]) -> tuple[np.ndarray, Unit, str]:
    """The picture in its unit, and the keyword that says that it is none of this camera."""
    camera = str(header.get("CAMERA", "")).strip()
    stated = str(header.get("BUNIT", "")).strip().lower()
    size = " x ".join(map(str, reversed(picture.shape)))
    if camera and camera.upper() != CAMERA:
        return picture, "ADU", f"CAMERA is {camera!r}: only the {CAMERA} is known here"
    if picture.shape not in (NATIVE_SHAPE, SHAPE):
        return picture, "ADU", f"NAXIS1 x NAXIS2 is {size}: the {CAMERA} has 640 x 512 pixels, or 160 x 128 rebinned"
    if stated in ("k", "kelvin") or str(header.get("TLINEAR", "disabled")).strip().lower() not in ("disabled", "off", ""):
        return picture, "K", ""
    if picture.dtype.kind == "f":
        low, high = extremes(picture)
        if low >= 0 and high <= 1:
            picture = picture * np.float32(MAX_14_BIT + 1)
        elif not stated and KELVIN[0] <= low and high <= KELVIN[1]:
            return picture, "K", ""
    if not camera and float(np.nanmedian(picture)) > WARMEST_ADU:
        said = "CAMERA is missing, and the levels"
        return picture, "ADU", f"{said} (up to {extremes(picture)[1]:,.0f} ADU) are no thermal camera's: visible light"
    return picture, "ADU", ""


def _state(header: Mapping[str, Any]) -> CameraState:
    return CameraState(
        camera=str(header.get("CAMERA", "")).strip(),
        fpa_c=_number(header, "FPA-TEMP", 100),
        shutter_c=_number(header, "SHU-TEMP", 100),
        housing_c=_number(header, "IN-TEMP", 100),
        ambient_c=_number(header, "AMB-TEMP", 100),
        corrected_at=_moment(header, "FFC-TIME"),
        latitude_deg=_number(header, "LATOBS", 90),
        longitude_deg=_number(header, "LONGOBS", 180),
    )


def _number(header: Mapping[str, Any], key: str, limit: float) -> float | None:
    value = header.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
        return None
    return float(value)


def _moment(header: Mapping[str, Any], key: str) -> datetime | None:
    """An ISO 8601 card as aware UTC, None where it is missing or no time; a date alone is no time, unless TIME-OBS completes it."""
    text = str(header.get(key, "")).strip()
    if key == "DATE-OBS" and len(text) == 10 and str(header.get("TIME-OBS", "")).strip():
        text = f"{text}T{str(header['TIME-OBS']).strip()}"
    if len(text) <= 10:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
