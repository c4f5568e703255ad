"""Pictures of a night of the Sun: of each channel the first and the last disk of the day, with its regions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from tasks.draw_sun import picture_of_disks
from tasks.noaa_regions import NOAA
from tasks.picture import Picture
from tasks.render_sun import RegionBox
from tasks.source import Source
from tasks.together_shown import together

REGIONS = "sun-region"
MOST_DISKS = 8


def sun_pictures(connection: Connection, source: Source, quick_looks: int) -> list[Picture]:
    """List the pictures of a night; ``quick_looks`` 0 leaves the disks out."""
    pictures = [together(connection, source)]
    disks = disks_shown(connection, source) if quick_looks else []
    if disks:
        pictures.append(Picture("disks", picture_of_disks, (disks, f"{source.archive}   {source.night}   regions that stand out")))
    return pictures


def disks_shown(connection: Connection, source: Source) -> list[tuple[str, tuple[str, int], list[RegionBox]]]:
    """Title, place and regions of each disk that is drawn: of each channel the first and the last that a model judged."""
    here = Filters(night=source.night, archive=source.archive)
    files = {row["name"]: row for row in ask(connection, "files", here) if row["state"] == "stored"}
    judged = [row for row in ask(connection, "scores", here) if row["state"] == "judged" and row["model"] == REGIONS]
    detections = [row for row in ask(connection, "detections", here) if row["model"] == REGIONS and row["box"]]
    boxes = _boxes(detections)
    chosen: dict[str, list[dict[str, Any]]] = {}
    for row in sorted((files[row["name"]] for row in judged), key=lambda row: (row["focus_code"], row["start_time"], row["name"])):
        chosen.setdefault(row["focus_code"], []).append(row)
    ends = [row for rows in chosen.values() for row in ([rows[0], rows[-1]] if len(rows) > 1 else rows)]
    return [
        (
            f"{row['focus_code']}   {row['start_time']:%H:%M}   {len(boxes.get(row['name'], ()))} regions",
            (row["shard_key"], row["shard_index"]),
            boxes.get(row["name"], []),
        )
        for row in ends[:MOST_DISKS]
    ]


def _boxes(detections: Sequence[Mapping[str, Any]]) -> dict[str, list[RegionBox]]:
    """Boxes by file; beside each NOAA's numbers where they are known, else where it is, in degrees north and west."""
    boxes: dict[str, list[RegionBox]] = {}
    for row in detections:
        x0, y0, x1, y1 = row["box"]
        told = " ".join(map(str, row["attributes"].get(NOAA, ()))) or place_of_region(row["attributes"])
        boxes.setdefault(row["name"], []).append(RegionBox((x0, y0, x1, y1), told))
    return boxes


def place_of_region(attributes: Mapping[str, Any]) -> str:
    """As NOAA writes places: "N12W34"."""
    latitude, longitude = attributes["latitude_deg"], attributes["longitude_deg"]
    north, west = "N" if latitude >= 0 else "S", "W" if longitude >= 0 else "E"
    return f"{north}{abs(latitude):02.0f}{west}{abs(longitude):02.0f}"
