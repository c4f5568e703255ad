"""The one-line file of the Boltwood Cloud Sensor II, which many observatories' programs read.

Columns after the key of Clarity II's data file, and SkyRoof's example with roof and alert flags. The flags of cloud, wind, rain and
darkness know 0 for unknown; the numbers do not: temperatures that we do not know are 999.9, the format's code for a sensor at its
hot end, which no program takes for a clear sky; wind is -6, its code for no probe; humidity and heater, which have no code, are 0.
The flags of rain and wetness at columns 71 and 73 have no unknown either: the camera has no such sensor, and 0 there says nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

HOT, NO_PROBE = 999.9, -6.0
# Day 0 of Visual Basic's Now(), in which the last column of time counts.
DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  (local time, as the whole line)
MOST_SECONDS = 99_999


@dataclass(frozen=True, slots=True)
class BoltwoodLine:
    """What we know of the line.

    Attributes
    ----------
    written : aware UTC datetime
    since_s : seconds since the last valid data; None where there never were any
    cloud : 0 unknown, 1 clear, 2 cloudy, 3 very cloudy
    close : whether the roof should be closed
    sky_c, air_c, sensor_c : degrees Celsius: sky, air, inside of the camera's housing; None where unknown
    """

    written: datetime
    since_s: float | None
    cloud: Literal[0, 1, 2, 3]
    close: bool
    sky_c: float | None = None
    air_c: float | None = None
    sensor_c: float | None = None

    def text(self, zone: ZoneInfo) -> str:
        """Return the line, in the local time of the observatory, without its end."""
        local = self.written.astimezone(zone).replace(tzinfo=None)
        # The format's sky temperature is relative to the air's.
        sky = None if self.sky_c is None or self.air_c is None else self.sky_c - self.air_c
        since = MOST_SECONDS if self.since_s is None else min(max(round(self.since_s), 0), MOST_SECONDS)
        days = (local - DAY_0) / timedelta(days=1)
        hundredths = local.microsecond // 10_000
        degrees = f"{_degrees(sky):<6} {_degrees(self.air_c):<6}{_degrees(self.sensor_c):<7}"
        numbers = f"{degrees} {NO_PROBE:<6.1f} {0:<3d} {HOT:<6.1f} {0:03d}"
        flags = f"{self.cloud} 0 0 0 {self.close:d} {self.close:d}"
        return f"{local:%Y-%m-%d %H:%M:%S}.{hundredths:02d} C K {numbers} 0 0 {since:05d} {days:012.5f} {flags}"


def cloud_flag(cloud_fraction: float | None, safe_fraction: float, unsafe_fraction: float) -> Literal[0, 1, 2, 3]:
    """Flag of a cloud fraction by the two limits of safety; 0 where it is unknown."""
    if cloud_fraction is None:
        return 0
    return 3 if cloud_fraction >= unsafe_fraction else 1 if cloud_fraction < safe_fraction else 2


def _degrees(value: float | None) -> str:
    return f"{HOT if value is None else value:.1f}"
