"""Active regions as NOAA numbers them, and where they stand on an image of another time."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from models.sun.image import Disk

S_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Region:
    """One numbered region.

    Attributes
    ----------
    number : with its leading 1, as 12293
    t_valid : aware UTC datetime of the position
    latitude_deg, longitude_deg : Stonyhurst, north and west positive
    carrington_deg : Carrington longitude, None where not told
    area_msh : millionths of the hemisphere; None for plages without spots
    mcintosh, magnetic : classes as "Cao" and "Beta", "" where it has no spots
    spots : how many, 0 where it has none
    """

    number: int
    t_valid: datetime
    latitude_deg: float
    longitude_deg: float
    carrington_deg: float | None = None
    area_msh: float | None = None
    mcintosh: str = ""
    magnetic: str = ""
    spots: int = 0

    def at(self, when: datetime) -> "Region":
        """The region where rotation has carried it by another time."""
        west = rotated_deg(self.latitude_deg, (when - self.t_valid).total_seconds())
        return replace(self, t_valid=when, longitude_deg=self.longitude_deg + west)


def rotated_deg(latitude_deg: float, seconds: float) -> float:
    """Degrees to the west by which a place at this latitude has moved as seen from the Earth.

    sunpy's differential rotation of Howard, Harvey and Forgach (1990), less the Earth's own 0.9856 deg a day.
    """
    from astropy import units
    from sunpy.sun.models import differential_rotation

    days = seconds / S_PER_DAY * units.day
    return float(differential_rotation(days, latitude_deg * units.deg, model="howard", frame_time="synodic").to_value(units.deg))


def to_pixel(disk: Disk, latitude_deg: float, longitude_deg: float) -> tuple[float, float, bool]:
    """Where a place of the Sun stands in an image.

    Orthographic projection with the disk's B0; the Sun's distance of 215 radii moves it by 0.5 % of the radius at most.

    Parameters
    ----------
    disk : of the image; an unknown B0 counts as 0
    latitude_deg, longitude_deg : Stonyhurst, north and west positive

    Returns
    -------
    x, y : pixels
    visible : whether it is on the side that is seen
    """
    latitude, longitude, b0, roll = np.radians([latitude_deg, longitude_deg, disk.b0_deg or 0.0, disk.roll_deg])
    west = np.cos(latitude) * np.sin(longitude)
    north = np.sin(latitude) * np.cos(b0) - np.cos(latitude) * np.cos(longitude) * np.sin(b0)
    towards = np.sin(latitude) * np.sin(b0) + np.cos(latitude) * np.cos(longitude) * np.cos(b0)
    x = disk.x + disk.radius_px * (west * np.cos(roll) + north * np.sin(roll))
    y = disk.y + disk.radius_px * (north * np.cos(roll) - west * np.sin(roll))
    return float(x), float(y), bool(towards > 0)


def to_heliographic(disk: Disk, x: float, y: float) -> tuple[float, float] | None:
    """Latitude and longitude (Stonyhurst, degrees) of a pixel; None beyond the limb. The inverse of `to_pixel`."""
    roll, b0 = np.radians([disk.roll_deg, disk.b0_deg or 0.0])
    across, up = (x - disk.x) / disk.radius_px, (y - disk.y) / disk.radius_px
    west, north = across * np.cos(roll) - up * np.sin(roll), across * np.sin(roll) + up * np.cos(roll)
    rest = 1 - west**2 - north**2
    if rest < 0:
        return None
    towards = np.sqrt(rest)
    latitude = np.arcsin(north * np.cos(b0) + towards * np.sin(b0))
    longitude = np.arctan2(west, towards * np.cos(b0) - north * np.sin(b0))
    return float(np.degrees(latitude)), float(np.degrees(longitude))
