"""Where an instrument stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """Position of a station; None where a file's header says nothing, or nothing possible.

    Attributes
    ----------
    latitude_deg : degrees, north positive
    longitude_deg : degrees, east positive, -180 to 180
    altitude_m : metres above the sea
    """

    latitude_deg: float | None = None
    longitude_deg: float | None = None
    altitude_m: float | None = None


NOWHERE = Site()
