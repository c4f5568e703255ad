"""What the name of a solar image says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.readers.sun.tai import utc_of_tai

# SDO's codes of pictures that show one thing in grey or in one colour table; the others are composites.
HMI_CODES = {"HMIB": "magnetogram", "HMII": "continuum", "HMIIF": "continuum", "HMID": "doppler"}
TIME = r"(?P<date>\d{8})_(?P<time>\d{4}(?:\d\d)?)"
# For each: the pattern, the observatory, the instrument.
PATTERNS = (
    (re.compile(rf"gong_magxx_f[a-z]_{TIME}"), "GONG", "GONG"),
    (re.compile(rf"(?P<site>[a-z]{{4}})_halph_(?P<part>[fr])[a-z]_{TIME}"), "", "H-alpha"),
    (re.compile(rf"AIA{TIME}_(?P<code>\d{{4}})\."), "SDO", "AIA"),
    (re.compile(rf"{TIME}_\d{{3,4}}_(?P<code>\d{{4}})\."), "SDO", "AIA"),
    (re.compile(rf"{TIME}_\d{{3,4}}_(?P<code>HMI[A-Z]*|\d{{6,}}|[A-Z]+\d+)\."), "SDO", "HMI"),
    (re.compile(rf"{TIME}_M_\d+k\."), "SDO", "HMI"),
    (re.compile(r"hmi\.m_\w+?\.(?P<date>\d{8})_(?P<time>\d{6})(?:_(?P<atomic>TAI))?", re.IGNORECASE), "SDO", "HMI"),
    (
        re.compile(
            r"(?P<date>\d{4}_\d\d_\d\d)__(?P<time>\d\d_\d\d_\d\d)(?:_\d+)?__(?P<site>\w+?)_(?P<instrument>[A-Z]+)_\w*?_(?P<code>\w+)\.jp2"
        ),
        "",
        "",
    ),
)


@dataclass(frozen=True, slots=True)
class SunName:
    """The parts of a name, each empty or None where it says nothing.

    Attributes
    ----------
    observatory, instrument : as in `models.sun.image.Origin`
    channel : as in `models.sun.image.SunImage`; what is none of these (a composite) is as the name writes it
    start : aware UTC datetime
    region : whether it shows a part of the disk
    """

    observatory: str = ""
    instrument: str = ""
    channel: str = ""
    start: datetime | None = None
    region: bool = False

    @property
    def station(self) -> str:
        """Who observed, as the ledger has it."""
        return "-".join(dict.fromkeys(part for part in (self.observatory, self.instrument) if part))

    @property
    def focus_code(self) -> str:
        """The channel, which is to an image what a focus code is to a spectrogram."""
        return self.channel


def parse_sun_name(name: str) -> SunName:
    """Read a file name of BBSO, GONG, SDO, the JSOC or Helioviewer; one that says nothing gives an empty `SunName`."""
    for pattern, observatory, instrument in PATTERNS:
        if found := pattern.match(name):
            parts = found.groupdict()
            return SunName(
                observatory or parts.get("site", "").upper(),
                instrument or parts.get("instrument", ""),
                _channel(parts, instrument),
                _moment(parts["date"], parts["time"], atomic=bool(parts.get("atomic"))),
                parts.get("part") == "r",
            )
    return SunName()


def _channel(parts: Mapping[str, str], instrument: str) -> str:
    code = parts.get("code")
    if code is None:
        return "halpha" if instrument == "H-alpha" else "magnetogram"
    return HMI_CODES.get(code) or (code.lstrip("0") if code.isdigit() and len(code) <= 4 else code)


def _moment(date: str, time: str, *, atomic: bool) -> datetime | None:
    digits = (date + time).replace("_", "").ljust(14, "0")
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return utc_of_tai(moment) if atomic else moment
