"""Pictures of a night: coverage, a day overview of each station, quick-looks of the surest bursts."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db.bundle import BUNDLE
from db.filters import Filters
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.objects import StoredObject
from db.queries import ask
from db.session import transaction
from db.settings import load_settings
from db.verdicts import link_pictures
from tasks.archives.catalogue import archive
from tasks.batch import step_task
from tasks.cluster import on_cluster
from tasks.draw import draw, picture_of_coverage, picture_of_day, picture_of_efficiency, picture_of_file
from tasks.efficiency_shown import efficiency_shown
from tasks.marks import marks_by_file
from tasks.render import LEAST_DRAWN, RENDER_VERSION, Bar, Mark
from tasks.source import Source

# Until a file's end is known it is drawn as long as the archive's files usually are.
USUAL_LENGTH = timedelta(minutes=15)
LOOK = "quicklook/"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to be had: its name in the night, who draws it, and from what."""

    name: str
    draw: Callable[..., StoredObject]
    arguments: tuple[Any, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of all that the picture shows; the same fingerprint means the same picture."""
        shown = json.dumps([RENDER_VERSION, *self.arguments], default=_shown, sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()


@step_task
def draw_pictures(source: Source) -> int:
    """Draw what has changed since the night was last drawn; return how many pictures that were."""
    with transaction() as connection:
        wanted = {picture.name: picture for picture in wanted_pictures(connection, source, load_settings().quick_looks)}
        known = night_artifacts(connection, source.archive, source.night)
    prints = {name: picture.fingerprint for name, picture in wanted.items()}
    missing = [name for name in wanted if known.get(name, {}).get("fingerprint") != prints[name]]
    drawn: dict[str, StoredObject] = {}
    for number, stored in on_cluster(draw, [(wanted[name].draw, wanted[name].arguments) for name in missing]):
        drawn[missing[number]] = stored
    entries = {name: known[name] for name in wanted if name not in drawn}
    entries |= {name: {"key": stored.key, "fingerprint": prints[name]} for name, stored in drawn.items()}
    entries |= {name: known[name] for name in ("report", BUNDLE) if name in known}
    with transaction() as connection:
        record_artifacts(connection, drawn.values())
        write_artifacts(connection, source.archive, source.night, entries)
        # Of this drawing alone: what an earlier visit found surest may no longer be among the surest.
        looks = {name.removeprefix(LOOK): entry["key"] for name, entry in entries.items() if name.startswith(LOOK)}
        link_pictures(connection, source.archive, source.night, looks)
    return len(drawn)


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


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else astuple(value)
