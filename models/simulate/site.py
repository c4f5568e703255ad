"""Where a simulated instrument stands."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np


@dataclass(frozen=True, slots=True)
class Site:
    """An observatory as the headers of its files know it.

    Attributes
    ----------
    name : as in file names
    origin : organisation, as in the ORIGIN card
    latitude_deg, longitude_deg : degrees, north and east positive
    altitude_m : m above the sea
    """

    name: str
    origin: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float

    def sun_elevation_deg(self, when: datetime) -> float:
        """Height of the Sun above the horizon, good to a degree.

        Declination from a circular orbit; the equation of time (at most 16 min) is neglected.

        Parameters
        ----------
        when : aware UTC datetime

        Returns
        -------
        float, degrees
        """
        day = when.timetuple().tm_yday
        hour = when.hour + when.minute / 60 + when.second / 3600
        declination = np.radians(-23.44) * np.cos(2 * np.pi * (day + 10) / 365.25)
        hour_angle = np.radians(15 * (hour - 12) + self.longitude_deg)
        latitude = np.radians(self.latitude_deg)
        sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
        return float(np.degrees(np.arcsin(sine)))
