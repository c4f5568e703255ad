"""Pictures of a radio night: coverage, a day overview of each station, quick-looks of the surest bursts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from tasks.archives.catalogue import archive
from tasks.draw import picture_of_coverage, picture_of_day, picture_of_efficiency, picture_of_file
from tasks.efficiency_shown import efficiency_shown
from tasks.marks import marks_by_file
from tasks.picture import LOOK, Picture
from tasks.render import LEAST_DRAWN, Bar, Mark
from tasks.source import Source

# Until a file's end is known it is drawn as long as the archive's files usually are.
USUAL_LENGTH = timedelta(minutes=15)


def wanted_pictures(connection: Connection, source: Source, quick_looks: int) -> list[Picture]:
    """List the pictures of a night, from what the database knows of it."""
    here = Filters(night=source.night, archive=source.archive)
    files = [row for row in ask(connection, "files", here) if row["product"] != "quicklook"]
    scores = {
        row["name"]: row for row in ask(connection, "scores", Filters(night=source.night, archive=source.archive, headline=True))
    }
    least = min([LEAST_DRAWN, *(row["threshold"] for row in scores.values() if row["threshold"] is not None)])
    drawn = Filters(night=source.night, archive=source.archive, headline=True, min_score=least)
    marks = marks_by_file(ask(connection, "detections", drawn))
    bounds = archive(source.archive).bounds(source.night)
    pictures = [_coverage(source, files, scores, marks, bounds)]
    stored = [row for row in files if row["state"] == "stored" and scores.get(row["name"], {}).get("state") == "judged"]
    for station in sorted({_station(row) for row in stored}):
        mine = [row for row in stored if _station(row) == station]
        places = [(row["shard_key"], row["shard_index"]) for row in mine]
        seen = [mark for row in mine for mark in marks.get(row["name"], ())]
        pictures.append(
            Picture(f"overview/{station}", picture_of_day, (station, places, [mark for mark in seen if mark.sure], bounds))
        )
    if found := efficiency_shown(connection, source.archive, source.night):
        title = f"{source.archive}   {source.night}   injected bursts recovered"
        pictures.append(Picture("efficiency", picture_of_efficiency, (list(found.curves), title)))
    surest = sorted(stored, key=lambda row: (-scores[row["name"]]["score"], row["name"]))
    bursts = [row for row in surest if scores[row["name"]]["positive"]][:quick_looks]
    return [*pictures, *(file_picture(row, marks.get(row["name"], [])) for row in bursts)]


def file_picture(row: dict[str, Any], marks: Sequence[Mark]) -> Picture:
    """Describe the quick-look of one file, from its row of the question "files"."""
    return Picture(LOOK + row["name"], picture_of_file, (row["name"], (row["shard_key"], row["shard_index"]), list(marks)))


def _coverage(
    source: Source,
    files: Sequence[dict[str, Any]],
    scores: dict[str, dict[str, Any]],
    marks: dict[str, list[Mark]],
    bounds: tuple[datetime, datetime],
) -> Picture:
    bars = []
    for row in files:
        if row["start_time"] is None:
            continue
        # A stored file on which the headline has not spoken, because its batch failed, is as good as skipped.
        state = scores.get(row["name"], {"state": "skipped"})["state"] if row["state"] == "stored" else row["state"]
        bursts = sum(mark.sure for mark in marks.get(row["name"], ()))
        bars.append(Bar(_station(row), row["start_time"], row["end_time"] or row["start_time"] + USUAL_LENGTH, state, bursts))
    rows = sorted({bar.row for bar in bars})
    title = f"{source.archive}   {source.night}   {len(rows)} stations and focus codes, {len(files)} files"
    return Picture("coverage", picture_of_coverage, (rows, bars, bounds, title))


def _station(row: dict[str, Any]) -> str:
    return f"{row['station'] or '(no station)'} {row['focus_code']}".strip()
