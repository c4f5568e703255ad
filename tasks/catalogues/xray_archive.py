"""GOES' X-ray flux of any day by the minute, of science quality, at NOAA's NCEI: a folder a month for each satellite."""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from models.errors import CorruptInput, SourceUnavailable
from tasks.archives.fetcher import fetcher
from tasks.catalogues.documents import document
from tasks.catalogues.xray_flux import XrayCurve, read_xray_flux

# Satellites and the years of which there may be files, those first that are asked first. It only saves questions: a folder that is
# not there costs one, and the first file with a good flux counts.
YEARS = {
    16: (2017, 2025), 18: (2022, 2100), 19: (2025, 2100), 17: (2018, 2023), 15: (2010, 2020), 14: (2009, 2020), 13: (2010, 2017),
    12: (2002, 2010), 10: (1998, 2009), 11: (2006, 2011), 8: (1994, 2004), 9: (1995, 1998),
}  # fmt: skip
SERIES_R = 16  # the first of GOES-R, whose files stand elsewhere


def science_flux(day: date, places: Mapping[str, str]) -> XrayCurve:
    """The flux of a day by the first satellite that has a good one.

    Parameters
    ----------
    day : UTC day
    places : folders of a month, formats of ``day`` and ``satellite``: "goes-16" of GOES 16 and later, "goes-8" of GOES 8 to 15

    Raises
    ------
    SourceUnavailable
        No satellite has one, or the archive cannot be asked.
    """
    troubles = []
    for satellite in (number for number, (first, last) in YEARS.items() if first <= day.year <= last):
        place = places.get("goes-16" if satellite >= SERIES_R else "goes-8", "")
        if not place:
            continue
        try:
            url = _newest(place.format(day=day, satellite=satellite), day, satellite)
            if url:
                return read_xray_flux(document(url), url.rpartition("/")[2])
        except (SourceUnavailable, CorruptInput) as error:
            if not (isinstance(error, SourceUnavailable) and error.gone):
                troubles.append(str(error))
    raise SourceUnavailable(f"no satellite has a science flux of {day}" + "".join(f"; {trouble}" for trouble in troubles))


def _newest(folder: str, day: date, satellite: int) -> str:
    """Address of a day's file in its last version, "" where the folder has none."""
    pattern = re.compile(rf"sci_xrsf-l2-avg1m_g0?{satellite}_d{day:%Y%m%d}_v(\d+)-(\d+)-(\d+)\.nc")
    entries = fetcher().list_directory(folder).entries
    matches = filter(None, (pattern.fullmatch(entry.name) for entry in entries))
    found = {tuple(int(part) for part in match.groups()): match[0] for match in matches}
    return folder + quote(found[max(found)]) if found else ""
