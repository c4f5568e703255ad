"""Small e-CALLISTO files for tests, written through astropy as the stations write them."""

import gzip
import io
from typing import Any

import numpy as np
from astropy.io import fits


def callisto_bytes(
    picture: np.ndarray,
    frequency: np.ndarray | None = None,
    time: np.ndarray | None = None,
    axes: bool = True,
    zipped: bool = True,
    **cards: Any,
) -> bytes:
    """An e-CALLISTO file of ``picture`` (rows from high to low frequency, 0.25 s a sample)."""
    rows, columns = picture.shape
    frequency = np.linspace(400, 45, rows) if frequency is None else frequency
    time = 0.25 * np.arange(columns) if time is None else time
    primary = fits.PrimaryHDU(picture)
    usual = {
        "CONTENT": "2024/05/14  Radio flux density, e-CALLISTO (BIR)",
        "INSTRUME": "BIR",
        "DATE-OBS": "2024/05/14",
        "TIME-OBS": "12:00:00.213",
        "BUNIT": "digits",
        "CDELT1": 0.25,
        "CRVAL2": 200.0,
        "CDELT2": -1.0,
    }
    for key, value in (usual | {key.replace("_", "-"): value for key, value in cards.items()}).items():
        if value is not None:
            primary.header[key] = value
    units: list[Any] = [primary]
    if axes:
        columns_of_table = [
            fits.Column("TIME", f"{time.size}D", array=time[None]),
            fits.Column("FREQUENCY", f"{frequency.size}D", array=frequency[None]),
        ]
        units.append(fits.BinTableHDU.from_columns(columns_of_table))
    stream = io.BytesIO()
    fits.HDUList(units).writeto(stream)
    return gzip.compress(stream.getvalue(), 1) if zipped else stream.getvalue()


def noise_digits(rows: int = 60, columns: int = 480, seed: int = 0) -> np.ndarray:
    """Whole digits of a quiet receiver: 0.65 digit of noise around 120."""
    return np.random.default_rng(seed).normal(120, 0.65, (rows, columns)).round().astype(np.uint8)
