"""Images of the Sun in other channels, given with an image of about their time to the models that look at several.

A magnetogram and coronal light come from archives of their own: what of the light is stored when the magnetogram is judged stands
beside it. Imports no Prefect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db import objects
from db.beside import Place, stored_beside
from db.verdicts import Unjudged
from models import registry
from models.errors import StalePreparation
from models.observation import Observation
from tasks import shard
from tasks.archives.catalogue import SIMULATED, archive, archives
from tasks.readers.sun.name import parse_sun_name

INSTRUMENT = "sun"
# A magnetogram is the mean of 12 minutes; meanwhile the Sun turns by 0.1 degrees, a third of a prepared pixel.
WITHIN = timedelta(minutes=12)


def wanted_beside(models: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By channel of an image, the channels that some of the models want beside it."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name in models:
        for channel, others in registry.find(name).beside.items():
            wanted[channel] = tuple(dict.fromkeys((*wanted.get(channel, ()), *others)))
    return wanted


def images_beside(connection: Connection, archive_name: str, missing: Sequence[Unjudged]) -> dict[int, list[Place]]:
    """Where images stand that are given with files to be judged, by the files' ids; real and simulated ones never mix."""
    if archive(archive_name).instrument != INSTRUMENT:
        return {}
    wanted = wanted_beside(sorted({name for item in missing for name in item.models}))
    suffix = SIMULATED if archive_name.endswith(SIMULATED) else ""
    sought = [name + suffix for name, declared in archives().items() if declared.instrument == INSTRUMENT]
    return stored_beside(connection, [item.file_id for item in missing], wanted, sought, WITHIN)


def with_images_beside(held: Sequence[Observation], beside: Mapping[int, Sequence[Place]]) -> list[Observation]:
    """Observations of a shard with the images that stand beside them, by index; those prepared in another way are left out."""
    shards = cache(_unpacked)
    given = list(held)
    for index, places in beside.items():
        images = [shards(place.shard_key)[place.shard_index] for place in places if shards(place.shard_key)]
        given[index] = replace(held[index], beside=tuple(images))  # type: ignore[type-var]
    return given


def _unpacked(key: str) -> list[Any]:
    try:
        return [observation for _, observation in shard.unpack(objects.get(key))]
    except StalePreparation:
        return []


def files_beside(path: Path, others: Sequence[Path], models: Sequence[str]) -> list[Path]:
    """Of some files, those that by their names stand beside another, the nearest first."""
    mine = parse_sun_name(path.name)
    channels = wanted_beside(models).get(mine.channel)
    if not channels:
        return []  # most files want none, and there may be thousands
    named = [(parse_sun_name(other.name), other) for other in others]
    apart = [(abs(_between(mine.start, name.start)), other) for name, other in named if name.channel in channels]
    return [other for gap, other in sorted(apart) if gap <= WITHIN]


def _between(one: datetime | None, other: datetime | None) -> timedelta:
    return other - one if one and other else timedelta.max
