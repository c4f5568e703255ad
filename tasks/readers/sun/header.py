"""What the cards of a solar FITS file, or the same in the XML of a JP2, say of its image."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from models.sun.image import Origin
from tasks.readers.sun.name import SunName
from tasks.readers.sun.quality import NEAR_REAL_TIME_BIT, judge_quality, quality_bits
from tasks.readers.sun.tai import utc_of_tai

Cards = Mapping[str, Any]
# Wavelengths of the photosphere's lines, angstrom: HMI's iron, MDI's and GONG's nickel.
PHOTOSPHERIC = range(6160, 6780)
SHORTEST_VISIBLE = 3000.0  # angstrom; GONG states 676.8, and not that it means nanometres
FORMATS = ("%Y/%m/%d", "%d/%m/%Y", "%Y.%m.%d", "%Y%m%d")


def number(cards: Cards, *keys: str) -> float | None:
    """The first of the cards that holds a finite number."""
    for key in keys:
        value = cards.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
            return float(value)
    return None


def text(cards: Cards, *keys: str) -> str:
    """The first of the cards that is not empty, as text."""
    return next((told for key in keys if (told := str(cards.get(key) or "").strip())), "")


def moment_of(cards: Cards) -> datetime | None:
    """When the exposure began, UTC: DATE-OBS, with TIME-OBS where that is a date alone; else the middle of it, T_OBS or T_REC."""
    for key in ("DATE-OBS", "DATE_OBS", "T_OBS", "T_REC"):
        told = text(cards, key)
        clock = text(cards, "TIME-OBS", "TIME_OBS")
        if 0 < len(told) <= 10 and clock:
            told = f"{told}T{clock}"
        moment = _moment(told) if len(told) > 10 else None
        if moment:
            return moment
    return None


def _moment(told: str) -> datetime | None:
    """ISO 8601, or the date styles of the archives; JSOC's times in TAI become UTC."""
    atomic = told.endswith("_TAI")
    date, _, clock = told.removesuffix("_TAI").replace("_", "T").replace(" ", "T").partition("T")
    for style in FORMATS:
        try:
            date = datetime.strptime(date, style).replace(tzinfo=UTC).date().isoformat()
            break
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}")
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return utc_of_tai(moment) if atomic else moment


def instrument_of_cards(cards: Cards, named: SunName) -> tuple[str, str]:
    """Observatory and instrument, as far as header and name tell."""
    said = text(cards, "INSTRUME", "INSTRUMENT").upper()
    telescope = text(cards, "TELESCOP", "OBSERVAT").upper()
    detector, content = text(cards, "DETECTOR", "CAMERA").upper(), text(cards, "CONTENT").upper()
    for sign, observatory, instrument in (("AIA", "SDO", "AIA"), ("HMI", "SDO", "HMI"), ("SWAP", "PROBA2", "SWAP")):
        if said.startswith(sign) or detector == sign:
            return observatory, instrument
    if "MDI" in (detector, said) or content.startswith("MDI"):
        return "SOHO", "MDI"
    if "GONG" in (said, telescope.removeprefix("NSO-")):
        return "GONG", "GONG"
    if detector == "KCOR":
        return "COSMO", "KCor"
    return named.observatory or text(cards, "TELESCOP", "OBSERVAT"), named.instrument or text(cards, "INSTRUME")


def channel_of(cards: Cards, named: SunName, instrument: str) -> str:
    """Wavelength in angstrom, or what is measured where the line is one of the photosphere's."""
    wavelength = number(cards, "WAVELNTH")
    if wavelength is None:
        try:
            wavelength = float(text(cards, "WAVELNTH"))
        except ValueError:
            return "halpha" if "ALPHA" in text(cards, "TYPE-OBS", "OBS-TYPE", "IMTYPE", "CONTENT").upper() else named.channel
    if text(cards, "WAVEUNIT").lower() in ("nm", "nanometer") or (instrument == "GONG" and wavelength < SHORTEST_VISIBLE):
        wavelength *= 10
    if 6562 <= wavelength <= 6564 and instrument not in ("HMI", "MDI"):
        return "halpha"
    if int(wavelength) in PHOTOSPHERIC:
        said = f"{text(cards, 'CONTENT')} {text(cards, 'BUNIT')}".upper()
        return "magnetogram" if "MAGNETO" in said or "GAUSS" in said else "continuum"
    return f"{wavelength:g}"


def origin_of(cards: Cards, named: SunName) -> Origin:
    """Who took it, for how long, and what it says of its quality."""
    observatory, instrument = instrument_of_cards(cards, named)
    quality, _ = judge_quality(cards.get("QUALITY"), instrument)
    return Origin(observatory, instrument, number(cards, "EXPTIME", "XPOSURE"), quality, _near_real_time(cards, instrument))


def _near_real_time(cards: Cards, instrument: str) -> bool | None:
    if instrument == "AIA":
        bits = quality_bits(cards.get("QUALITY"))
        return None if bits is None else NEAR_REAL_TIME_BIT in bits
    quick = number(cards, "QLOOK")
    return None if quick is None else bool(quick)
