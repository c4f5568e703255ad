"""Picture and axes of an e-CALLISTO FITS file as they are stored, scaled as the file says."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.io import fits

from models.errors import CorruptInput
from tasks.readers.fits_layout import check_layout

KEPT_CARDS = (
    "DATE-OBS", "TIME-OBS", "DATE-END", "TIME-END", "CONTENT", "ORIGIN", "TELESCOP", "INSTRUME", "OBJECT", "BUNIT", "BSCALE",
    "BZERO", "CDELT1", "OBS_LAT", "OBS_LAC", "OBS_LON", "OBS_LOC", "OBS_ALT", "FRQFILE", "PWM_VAL",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class FitsPlanes:
    """The parts of the file.

    Attributes
    ----------
    picture : (rows, columns) float32 ndarray, BSCALE and BZERO applied
    time, frequency : float64 ndarrays, TSCAL and TZERO applied, in the order of the file
    cards : selected cards of the primary header
    """

    picture: np.ndarray
    time: np.ndarray
    frequency: np.ndarray
    cards: Mapping[str, Any]


def read_planes(raw: bytes, name: str) -> FitsPlanes:
    """Read inflated FITS bytes through astropy.

    Raises
    ------
    CorruptInput
        The headers promise what the file does not hold, the axes' table is missing, or astropy cannot read it.
    """
    units = len(check_layout(raw, name))
    # astropy warns of cards it repairs and raises almost any exception on damaged ones: here both end in one sentence.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fits.open(io.BytesIO(raw), memmap=False, lazy_load_hdus=True, disable_image_compression=True) as hdus:
                picture = np.asarray(hdus[0].data, dtype=np.float32)
                cards = {key: hdus[0].header[key] for key in KEPT_CARDS if key in hdus[0].header}
                axes = _axes([hdus[index] for index in range(1, units)])
        except Exception as error:
            raise CorruptInput(f"{name}: astropy cannot read it ({type(error).__name__}: {str(error)[:160]})") from error
    if axes is None:
        raise CorruptInput(f"{name}: no table with TIME and FREQUENCY follows the picture, so its axes are unknown")
    return FitsPlanes(picture.reshape(picture.shape[-2:]), *axes, cards)


def _axes(extensions: list[Any]) -> tuple[np.ndarray, np.ndarray] | None:
    """TIME and FREQUENCY of the first table that has both."""
    for extension in extensions:
        if isinstance(extension, fits.BinTableHDU):
            names = {str(column).strip().upper(): column for column in extension.columns.names}
            if {"TIME", "FREQUENCY"} <= set(names):
                time, frequency = (np.asarray(extension.data[names[key]], dtype=np.float64) for key in ("TIME", "FREQUENCY"))
                return time.ravel(), frequency.ravel()
    return None
