"""What an e-CALLISTO file name says: station, start, focus code, product."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# From the right, because stations may hold "-", "_" and mixed case (CALLISTO_MEX, Australia-ASSA). Old names end in i or p for
# intensity and polarisation (PHOENIX-2_20030913_050000p) instead of a focus code.
CALLISTO_NAME = re.compile(
    r"(?P<station>.+)_(?P<date>\d{8})_(?P<time>\d{6})(?:_(?P<focus_code>[A-Za-z0-9]+)|(?P<product>[ip]))?\.fits?(?:\.gz)?"
)
# 2003-2004: no station at all (20031205090001i.fit.gz).
STATIONLESS_NAME = re.compile(r"(?P<date>\d{8})(?P<time>\d{6})(?P<product>[ip])?\.fits?(?:\.gz)?")


@dataclass(frozen=True, slots=True)
class CallistoName:
    """The parts of a file name; "" and None where it does not say.

    Attributes
    ----------
    station, focus_code : as written in the name
    start : aware UTC datetime, whole seconds
    product : "intensity" or "polarisation"
    """

    station: str = ""
    focus_code: str = ""
    start: datetime | None = None
    product: str = "intensity"


def parse_callisto_name(name: str) -> CallistoName:
    """Parts of a file name, folder ignored; a name of another form gives the empty `CallistoName`."""
    base = name.replace("\\", "/").rpartition("/")[2]
    match = CALLISTO_NAME.fullmatch(base) or STATIONLESS_NAME.fullmatch(base)
    if match is None:
        return CallistoName()
    parts = match.groupdict()
    return CallistoName(
        station=parts.get("station") or "",
        focus_code=parts.get("focus_code") or "",
        start=_start(parts["date"], parts["time"]),
        product="polarisation" if parts["product"] == "p" else "intensity",
    )


def _start(date: str, time: str) -> datetime | None:
    """Start of the observation, None where the digits are no date."""
    try:
        return datetime(int(date[:4]), int(date[4:6]), int(date[6:]), int(time[:2]), int(time[2:4]), int(time[4:]), tzinfo=UTC)
    except ValueError:
        return None
