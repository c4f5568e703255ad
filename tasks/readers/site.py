"""Where the antenna of an e-CALLISTO file stands, by its header."""

import math
from collections.abc import Mapping
from typing import Any

from models.site import Site

MIN_ALTITUDE_M, MAX_ALTITUDE_M = -430.0, 9000.0  # the Dead Sea, the Himalaya


def site_of(header: Mapping[str, Any]) -> Site:
    """Position from OBS_LAT and OBS_LON with their letters OBS_LAC and OBS_LOC, and OBS_ALT.

    A wrong letter cannot be told from one file: BIR (7.92 W) wrote E for years. Zero on both axes is a form that nobody filled in.
    """
    latitude = _degrees(header.get("OBS_LAT"), header.get("OBS_LAC"), "NS", 90.0)
    longitude = _degrees(header.get("OBS_LON"), header.get("OBS_LOC"), "EW", 180.0)
    if latitude == longitude == 0:
        latitude = longitude = None
    altitude = _number(header.get("OBS_ALT"))
    return Site(latitude, longitude, altitude if altitude is not None and MIN_ALTITUDE_M <= altitude <= MAX_ALTITUDE_M else None)


def _degrees(value: object, letter: object, letters: str, limit: float) -> float | None:
    """Degrees, negative where the second of ``letters`` or a minus sign says so; both together mean it once."""
    number = _number(value)
    if number is None or abs(number) > limit:
        return None
    negative = number < 0 or str(letter).strip().upper()[:1] == letters[1]
    return -abs(number) if negative and number else number


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
