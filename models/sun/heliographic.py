"""Where something is on the Sun: Stonyhurst latitude and longitude, from the disk and back, and how the Sun turns below."""

from datetime import datetime

import numpy as np

# Sidereal rotation of magnetic features, microradian a second: Howard, Harvey & Forgach 1990 (Solar Physics 130, 295).
ROTATION = (2.894, -0.428, -0.370)
MICRORADIAN_S_IN_DEG_DAY = np.degrees(86_400e-6)
# The Earth goes round in 365.2564 days.
EARTH_DEG_DAY = 360 / 365.2564
S_PER_DAY = 86_400.0


def heliographic(x: np.ndarray, y: np.ndarray, b0_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of places on the disk, seen from far away.

    Parameters
    ----------
    x, y : float ndarrays, solar radii from the disk's centre, west and north positive; NaN beyond the limb is returned as NaN
    b0_deg : heliographic latitude of the disk's centre

    Returns
    -------
    latitude, longitude from the central meridian, west positive; degrees
    """
    z = np.sqrt(np.where(x**2 + y**2 <= 1, 1 - x**2 - y**2, np.nan))
    b0 = np.radians(b0_deg)
    latitude = np.arcsin(np.clip(y * np.cos(b0) + z * np.sin(b0), -1, 1))
    longitude = np.arctan2(x, z * np.cos(b0) - y * np.sin(b0))
    return np.degrees(latitude), np.degrees(longitude)


def on_disk(latitude_deg: float, longitude_deg: float, b0_deg: float) -> tuple[float, float, float]:
    """Place of a latitude and longitude: x and y as in `heliographic`, and z towards the observer, negative behind the limb."""
    latitude, longitude, b0 = np.radians((latitude_deg, longitude_deg, b0_deg))
    x = np.cos(latitude) * np.sin(longitude)
    towards = np.cos(latitude) * np.cos(longitude)
    y = np.sin(latitude) * np.cos(b0) - towards * np.sin(b0)
    return float(x), float(y), float(np.sin(latitude) * np.sin(b0) + towards * np.cos(b0))


def rotated(latitude_deg: float, longitude_deg: float, since: datetime, until: datetime) -> float:
    """Longitude from the central meridian, degrees, to which the Sun has turned a place between two moments.

    Parameters
    ----------
    latitude_deg, longitude_deg : Stonyhurst, degrees
    since, until : aware datetimes; ``until`` may be the earlier one
    """
    sine = np.sin(np.radians(latitude_deg)) ** 2
    constant, second, fourth = ROTATION
    speed = (constant + second * sine + fourth * sine**2) * MICRORADIAN_S_IN_DEG_DAY - EARTH_DEG_DAY
    return longitude_deg + float(speed) * (until - since).total_seconds() / S_PER_DAY


def separation_deg(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude), degrees."""
    (a, b), (c, d) = np.radians(one), np.radians(other)
    cosine = np.sin(a) * np.sin(c) + np.cos(a) * np.cos(c) * np.cos(b - d)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
