"""NOAA's Solar Region Summary: the numbered regions of a day."""

import re
from datetime import UTC, datetime, timedelta

from models.errors import CorruptInput
from models.sun.flares import region_number
from models.sun.regions import Region

ISSUED = re.compile(r":Issued:\s*(\d{4}) (\w{3}) (\d{1,2}) (\d{2})(\d{2})", re.IGNORECASE)
PLACE = r"([NS])(\d\d)([EW])(\d{2,3})"
SPOTTED = re.compile(rf"(\d{{4,5}})\s+{PLACE}\s+(\d{{1,3}})\s+(\d{{1,4}})\s+(\w{{3}})\s+(\d+)\s+(\d+)\s+([A-Za-z-]+)")
PLAGE = re.compile(rf"(\d{{4,5}})\s+{PLACE}\s+(\d{{1,3}})\s*$")


def read_srs(text: str, name: str) -> list[Region]:
    """Regions with spots, and plages without; those due to return are not on the disk and left out.

    Positions are valid at 24:00 UTC of the day before the one of issue, which is at 00:30.

    Raises
    ------
    CorruptInput
        It does not say when it was issued.
    """
    issued = ISSUED.search(text)
    if not issued:
        raise CorruptInput(f"{name}: does not say when it was issued; no Solar Region Summary")
    try:
        moment = datetime.strptime(" ".join(issued.groups()[:3]), "%Y %b %d").replace(tzinfo=UTC)
    except ValueError as error:
        raise CorruptInput(f"{name}: issued on {' '.join(issued.groups()[:3])!r}, which is no date") from error
    if int(issued[4]) >= 12:  # an early issue, still of the running day
        moment += timedelta(days=1)
    regions = []
    for line in text.partition("\nII.")[0].splitlines():
        line = line.strip()
        if found := SPOTTED.match(line):
            number, *place, carrington, area, mcintosh, _, spots, magnetic = found.groups()
            north, west = _degrees(place)
            classes = (mcintosh.capitalize(), magnetic.title())
            regions.append(
                Region(_number(number, moment), moment, north, west, float(carrington), float(area), *classes, int(spots))
            )
        elif found := PLAGE.match(line):
            number, *place, carrington = found.groups()
            regions.append(Region(_number(number, moment), moment, *_degrees(place), float(carrington)))
    return regions


def _number(text: str, when: datetime) -> int:
    return region_number(int(text), when) or 0


def _degrees(place: list[str]) -> tuple[float, float]:
    """North and west of "N05W53"."""
    north, latitude, west, longitude = place
    return (1 if north == "N" else -1) * float(latitude), (1 if west == "W" else -1) * float(longitude)
