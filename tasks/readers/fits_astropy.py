"""Files of any other layout, read by astropy."""

import io
import warnings
from typing import Any

import numpy as np

from models.errors import CorruptInput
from tasks.readers.planes import KEPT_CARDS, Planes


def read_astropy(raw: bytes, units: int, name: str) -> Planes:
    """Read the first ``units`` units of inflated FITS bytes.

    Raises
    ------
    CorruptInput
        The axes' table is missing, or astropy cannot read the file.
    """
    # astropy warns of cards it repairs and raises almost any exception on damaged ones: here both end in one sentence.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from astropy.io import fits  # 0.3 s, which a process that meets none of these files need not spend

            with fits.open(io.BytesIO(raw), memmap=False, lazy_load_hdus=True, disable_image_compression=True) as hdus:
                header = hdus[0].header
                # Before the data are read: astropy takes BSCALE and BZERO out of the header once they are applied.
                found = {key: header[key] for key in KEPT_CARDS if key in header}
                picture = np.asarray(hdus[0].data)
                axes = _axes([hdus[index] for index in range(1, units)])
        except Exception as error:
            raise CorruptInput(f"{name}: astropy cannot read it ({type(error).__name__}: {str(error)[:160]})") from error
        if axes is None:
            raise CorruptInput(f"{name}: no table with TIME and FREQUENCY follows the picture, so its axes are unknown")
        picture = picture.reshape(picture.shape[-2:])
        picture = picture if picture.dtype == np.uint8 else picture.astype(np.float32)
    # What is none of these is astropy's sign for a card without a value.
    cards = {key: value for key, value in found.items() if isinstance(value, str | int | float | bool)}
    return Planes(picture, 1, 0, *axes, 255.0 if picture.dtype == np.uint8 else np.inf, cards, "astropy")


def _axes(extensions: list[Any]) -> tuple[np.ndarray, np.ndarray] | None:
    """TIME and FREQUENCY of the first table that has both."""
    for extension in extensions:
        columns = getattr(extension, "columns", None)
        if columns is not None and type(extension).__name__ == "BinTableHDU":
            names = {str(column).strip().upper(): column for column in columns.names}
            if {"TIME", "FREQUENCY"} <= set(names):
                time, frequency = (np.asarray(extension.data[names[key]], dtype=np.float64) for key in ("TIME", "FREQUENCY"))
                return time.ravel(), frequency.ravel()
    return None
