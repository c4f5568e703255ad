"""Stored images that were taken at about the time of others, in whatever archive."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.orm import aliased

from db.schema import SourceFile


class Place(NamedTuple):
    """Where an observation stands in the shards."""

    shard_key: str
    shard_index: int


def stored_beside(
    connection: Connection,
    file_ids: Collection[int],
    wanted: Mapping[str, Sequence[str]],
    archives: Sequence[str],
    within: timedelta,
) -> dict[int, list[Place]]:
    """Stored files of other focus codes near in time to each of some files, the nearest first; files without any are left out.

    Parameters
    ----------
    connection : to the database
    file_ids : of the files
    wanted : by focus code of a file, those that may stand beside it
    archives : in which they are sought
    within : most that may lie between the beginnings of both
    """
    if not file_ids or not wanted:
        return {}
    mine, other = SourceFile, aliased(SourceFile)
    pair = or_(*(and_(mine.focus_code == code, other.focus_code.in_(others)) for code, others in wanted.items()))
    near = other.start_time.between(mine.start_time - within, mine.start_time + within)
    apart = func.abs(func.extract("epoch", other.start_time - mine.start_time))
    found = connection.execute(
        select(mine.id, other.shard_key, other.shard_index)
        .join(other, and_(other.archive.in_(archives), other.state == "stored", near, pair))
        .where(mine.id.in_(file_ids))
        .order_by(mine.id, apart, other.archive, other.name)
    )
    beside: dict[int, list[Place]] = {}
    for file_id, shard_key, shard_index in found:
        beside.setdefault(file_id, []).append(Place(shard_key, shard_index))
    return beside
