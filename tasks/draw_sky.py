"""What a worker does for a picture of the sky: fetch the shards, draw, store the PNG. Imports no Prefect."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from db import objects
from db.objects import StoredObject
from models import registry
from models.sky.frame import PreparedFrame
from models.sky.sky_map import sky_map
from tasks import shard
from tasks.draw import Place
from tasks.render_sky import CloudPoint, SkyMap, draw_clouds, draw_keogram, draw_maps

MIDDLE = 8  # columns around the middle, whose mean is drawn: a tenth of a degree each


def picture_of_clouds(
    points: Sequence[CloudPoint],
    spans: Sequence[tuple[datetime, datetime, str]],
    bounds: tuple[datetime, datetime],
    most_step_s: float,
    title: str,
) -> StoredObject:
    """Draw the cloud fraction of a night."""
    return _store(draw_clouds(points, spans, bounds, most_step_s, title))


def picture_of_keogram(
    frames: Sequence[tuple[datetime, Place]], bounds: tuple[datetime, datetime], most_step_s: float, title: str
) -> StoredObject:
    """Draw the middle column of frames."""
    held = _frames([place for _, place in frames])
    columns = np.stack([_column(frame) for frame in held])
    return _store(draw_keogram([moment for moment, _ in frames], columns, bounds, most_step_s, title))


def picture_of_maps(model: str, frames: Sequence[tuple[str, Place]], title: str) -> StoredObject:
    """Draw frames as maps of the excess that a model sees; ``frames`` are titles and places."""
    pattern = registry.load(model).pattern  # type: ignore[attr-defined]
    maps = []
    for (said, _), frame in zip(frames, _frames([place for _, place in frames]), strict=True):
        if found := sky_map(frame, pattern):
            excess, mask, _ = found
            maps.append(SkyMap(said, np.where(frame.good, excess, np.nan), mask))
    return _store(draw_maps(maps, title))


def _column(frame: PreparedFrame) -> np.ndarray:
    middle = frame.adu.shape[1] // 2
    return np.asarray(frame.adu[:, middle - MIDDLE // 2 : middle + MIDDLE // 2].mean(axis=1))


def _frames(places: Sequence[Place]) -> list[PreparedFrame]:
    shards = {}
    found = []
    for key, index in places:
        if key not in shards:
            shards = {key: shard.unpack(objects.get(key))}  # one at a time: a shard of the fastest camera holds 2,700 frames
        found.append(shards[key][index][1])
    return found


def _store(picture: bytes) -> StoredObject:
    return objects.put("picture", picture, ".png", "image/png")
