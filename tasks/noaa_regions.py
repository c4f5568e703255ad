"""NOAA's numbers of the regions that were found, by the Solar Region Summary of the day. Imports no Prefect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from db.verdicts import add_attributes, placed_detections
from models.sun.ephemeris import seen_from_earth
from models.sun.found_regions import FoundRegion
from models.sun.image import Disk
from models.sun.noaa import match_numbers
from models.sun.prepare import RADIUS, SIZE
from models.sun.regions import Region
from models.verdict import Verdict
from tasks.region_summary import REGION_SUMMARY, summary_in_folder
from tasks.source import Source

NOAA = "noaa"  # attribute of a detection: numbers of the reported regions that it is


def number_regions(connection: Connection, source: Source, reported: Sequence[Region]) -> int:
    """Give NOAA's numbers to a night's detections that have a place on the Sun; return how many of them got one."""
    by_verdict: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in placed_detections(connection, source.archive, source.night):
        by_verdict.setdefault((row["source_file_id"], row["model_version_id"]), []).append(row)
    changed, found = [], 0
    for rows in by_verdict.values():
        places = [(row["attributes"], row["box"]) for row in rows]
        for row, numbers in zip(rows, numbers_of(places, rows[0]["start_time"], reported), strict=True):
            found += bool(numbers)
            if row["attributes"].get(NOAA) != numbers:
                changed.append((row["source_file_id"], row["model_version_id"], row["index"], {NOAA: numbers}))
    add_attributes(connection, changed)
    return found


def numbered(verdict: Verdict, when: datetime | None) -> Verdict:
    """A verdict on a single file with NOAA's numbers, where it found regions; its metrics name the summary, None where none is had.

    Raises
    ------
    ConfigurationError
        What lies in the folder of catalogues is no summary.
    """
    placed = [n for n, found in enumerate(verdict.detections) if found.box and "latitude_deg" in found.attributes]
    if not placed or when is None:
        return verdict
    summary = summary_in_folder(when.date())
    detections = list(verdict.detections)
    if summary:
        places = [(detections[n].attributes, detections[n].box or ()) for n in placed]
        for n, numbers in zip(placed, numbers_of(places, when, summary.regions), strict=True):
            detections[n] = replace(detections[n], attributes={**detections[n].attributes, NOAA: numbers})
    told = {**verdict.metrics, REGION_SUMMARY: summary.name if summary else None}
    return replace(verdict, detections=tuple(detections), metrics=told)


def numbers_of(
    places: Sequence[tuple[Mapping[str, Any], Sequence[float]]], when: datetime, reported: Sequence[Region]
) -> list[list[int]]:
    """NOAA's numbers of each region that one model found in one image; a number is given once.

    Parameters
    ----------
    places : attributes (latitude_deg, longitude_deg) and box of each, in pixels of the prepared image
    when : aware datetime of the image
    reported : regions of the summary
    """
    view, middle = seen_from_earth(when), (SIZE - 1) / 2
    disk = Disk(middle, middle, RADIUS, b0_deg=view.b0_deg, l0_deg=view.l0_deg)
    found = [
        FoundRegion(told["latitude_deg"], told["longitude_deg"], 0.0, 0.0, (box[0], box[1], box[2], box[3]), _inside(box))
        for told, box in places
    ]
    return [list(numbers) for numbers in match_numbers(found, reported, when, disk)]


def _inside(box: Sequence[float]) -> np.ndarray:
    """(SIZE, SIZE) bool ndarray, True in a box, which is what a detection keeps of a region's shape."""
    mask = np.zeros((SIZE, SIZE), dtype=bool)
    x0, y0, x1, y1 = (round(edge) for edge in box)
    mask[y0:y1, x0:x1] = True
    return mask
