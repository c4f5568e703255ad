"""Genuine FITS files of a FLIR Tau2: the cards of its acquisition software, 16-bit counts."""

from datetime import datetime, timedelta

import numpy as np

BLOCK, CARD = 2880, 80


def tau2_bytes(
    counts: np.ndarray,
    moment: datetime,
    *,
    air_c: float,
    shutter_c: float,
    since_correction_s: float,
    site_deg: tuple[float, float] = (43.93, 5.71),
) -> bytes:
    """Write one frame as the camera's software does: one header block of 33 cards, then the counts, without a scale.

    Parameters
    ----------
    counts : (512, 640) int16 ndarray, ADU
    moment : aware UTC datetime of the frame
    air_c, shutter_c : degrees Celsius
    since_correction_s : seconds since the last flat-field correction, whose time is written in whole seconds
    site_deg : latitude and longitude
    """
    corrected = moment - timedelta(seconds=since_correction_s)
    body = counts.astype(">i2").tobytes()
    cards = [
        _card("SIMPLE", "T", "conforms to FITS standard"),
        _card("BITPIX", "16", "array data type"),
        _card("NAXIS", "2", "number of array dimensions"),
        _card("NAXIS1", str(counts.shape[1])),
        _card("NAXIS2", str(counts.shape[0])),
        _card("EXTEND", "T"),
        _text("CAMERA", "FLIR TAU2"),
        _text("FILTER", "None"),
        _card("FOCAL", "60"),
        _card("APERTURE", "1.25"),
        _card("PXSIZE", "17"),
        _text("IMTYPE", "IR"),
        _text("OBSERVER", "Nightshift"),
        _text("TARGET", "simulated sky"),
        _card("LATOBS", f"{site_deg[0]:.2f}"),
        _card("LONGOBS", f"{site_deg[1]:.2f}"),
        _text("DATE-OBS", f"{moment:%Y-%m-%dT%H:%M:%S.%f}"),
        _card("TS", f"{moment.microsecond / 1000:.1f}"),
        _card("SHU-TEMP", f"{shutter_c:.2f}"),
        _card("FPA-TEMP", f"{shutter_c + 0.6:.2f}"),
        _card("IN-TEMP", f"{shutter_c + 3.7:.2f}"),
        _card("BB-TEMP", f"{shutter_c:.2f}"),
        _card("AMB-TEMP", f"{air_c:.2f}"),
        _text("FFC-TIME", f"{corrected:%Y-%m-%dT%H:%M:%S}"),
        _card("STACKED", "1"),
        _text("GAIN", "high"),
        _card("LENS", "0"),
        _text("SHU-MODE", "user"),
        _text("FFCMODE", "external"),
        _card("FFCFRAME", "16"),
        _text("XPMODE", "CMOS 14 bits"),
        _text("CMOSBD", "CMOS 14 bits"),
        _text("TLINEAR", "disabled"),
        "END",
    ]
    header = "".join(card.ljust(CARD) for card in cards).ljust(BLOCK).encode("ascii")
    return header + body + bytes(-len(body) % BLOCK)


def _card(keyword: str, value: str, comment: str = "") -> str:
    return f"{keyword:<8}= {value:>20}" + (f" / {comment}" if comment else "")


def _text(keyword: str, value: str) -> str:
    return f"{keyword:<8}= '{value:<8}'"
