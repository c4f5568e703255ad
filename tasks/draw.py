"""What a worker does for a picture: fetch the shards, draw, store the PNG. Imports no Prefect."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from db import objects
from db.objects import StoredObject
from models.radio.spectrogram import PreparedSpectrogram
from tasks import shard
from tasks.efficiency_shown import Curve
from tasks.render import Bar, Mark, draw_coverage, draw_day_overview, draw_quick_look
from tasks.render_efficiency import draw_efficiency

# Where in the bucket an observation lies: key of its shard, index within.
Place = tuple[str, int]


def draw(picture: Callable[..., StoredObject], arguments: tuple[Any, ...]) -> StoredObject:
    """Draw one of the pictures below; what is sent to a worker must come from a module that imports no Prefect."""
    return picture(*arguments)


def picture_of_file(name: str, place: Place, marks: Sequence[Mark]) -> StoredObject:
    """Draw the quick-look of one file."""
    (observation,) = _observations([place])
    return _store(draw_quick_look(name, observation, marks))


def picture_of_day(station: str, places: Sequence[Place], marks: Sequence[Mark], bounds: tuple[datetime, datetime]) -> StoredObject:
    """Draw the day of one station and focus code."""
    return _store(draw_day_overview(station, _observations(places), marks, bounds))


def picture_of_coverage(rows: Sequence[str], bars: Sequence[Bar], bounds: tuple[datetime, datetime], title: str) -> StoredObject:
    """Draw which station observed when, and what became of its files."""
    return _store(draw_coverage(rows, bars, bounds, title))


def picture_of_efficiency(curves: Sequence[Curve], title: str) -> StoredObject:
    """Draw what was recovered of the bursts that were injected."""
    return _store(draw_efficiency(curves, title))


def _observations(places: Sequence[Place]) -> list[PreparedSpectrogram]:
    shards = {key: shard.unpack(objects.get(key)) for key in sorted({key for key, _ in places})}
    found = [shards[key][index][1] for key, index in places]
    return [observation for observation in found if isinstance(observation, PreparedSpectrogram)]


def _store(picture: bytes) -> StoredObject:
    return objects.put("picture", picture, ".png", "image/png")
