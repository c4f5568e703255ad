"""NOAA's numbers of regions that were found, where the folder of catalogues holds the Solar Region Summary of the day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from db.settings import load_settings
from models.sun.noaa import REACH_DEG, separation_deg
from models.sun.regions import Region
from tasks.catalogues.srs import read_srs

SUMMARY = "SRS.txt"  # what the names of summaries end in


def reported_regions(night: date) -> list[Region]:
    """Regions of the summary that tells of a day, which is issued on the next; none where it is not in the folder."""
    folder = load_settings().catalogues
    path = folder.expanduser() / f"{night + timedelta(days=1):%Y%m%d}{SUMMARY}" if folder else None
    return read_srs(path.read_text(encoding="utf-8", errors="replace"), path.name) if path and path.is_file() else []


def number_of(attributes: Mapping[str, Any], when: datetime, reported: Sequence[Region]) -> int | None:
    """Number of the nearest reported region, turned to the image's time; None where none is near."""
    best: tuple[float, int] | None = None
    for region in (item.at(when) for item in reported):
        apart = separation_deg(attributes["latitude_deg"], attributes["longitude_deg"], region)
        if apart <= REACH_DEG and (best is None or apart < best[0]):
            best = apart, region.number
    return best[1] if best else None
