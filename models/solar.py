"""Where the Sun stands."""

from datetime import UTC, datetime

import numpy as np

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
S_PER_DAY = 86_400.0


def sun_elevation_deg(latitude_deg: float, longitude_deg: float, when: datetime) -> float:
    """Height of the Sun's centre above the horizon, without refraction.

    Low-precision formulas of the Astronomical Almanac, page C5: 0.01 deg between 1950 and 2050, without tables to download.

    Parameters
    ----------
    latitude_deg, longitude_deg : degrees, north and east positive
    when : aware datetime

    Returns
    -------
    float, degrees, -90 to 90
    """
    days = (when - J2000).total_seconds() / S_PER_DAY
    mean_longitude = 280.460 + 0.9856474 * days
    anomaly = np.radians(357.528 + 0.9856003 * days)
    longitude = np.radians(mean_longitude + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.radians(23.439 - 4e-7 * days)
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    declination = np.arcsin(np.sin(obliquity) * np.sin(longitude))
    # Greenwich mean sidereal time in degrees, linear term (same pages): 360.98564737 a day.
    sidereal = np.radians((280.46062 + 360.98564737 * days) % 360 + longitude_deg)
    latitude = np.radians(latitude_deg)
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(sidereal - right_ascension)
    return float(np.degrees(np.arcsin(np.clip(sine, -1, 1))))
