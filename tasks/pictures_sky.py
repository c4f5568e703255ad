"""Pictures of a night of the sky: clouds over time, a keogram, maps of some frames, what was found of injected clouds."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection

from models import registry
from tasks.draw_sky import picture_of_clouds, picture_of_keogram, picture_of_maps
from tasks.picture import Picture
from tasks.render_sky import CloudPoint
from tasks.sky_shown import sky_shown
from tasks.source import Source

# As many as the width of a picture tells apart; a night at 9 Hz has 324,000.
MOST_POINTS, MOST_COLUMNS, MAPS = 1000, 480, 8
Item = TypeVar("Item")


def sky_pictures(connection: Connection, source: Source, quick_looks: int) -> list[Picture]:
    """List the pictures of a night; ``quick_looks`` 0 leaves the maps out."""
    shown, first = sky_shown(connection, source.archive, source.night), registry.headline("sky")
    if shown is None or not shown.judged or first is None:
        return []
    name = f"{source.archive}   {source.night}   "
    points = [
        CloudPoint(frame.moment, frame.cloud_fraction, frame.cloud_fraction_sigma or 0.0, frame.cloud_fraction_thick or 0.0)
        for frame in thinned(shown.judged, MOST_POINTS)
        if frame.moment is not None and frame.cloud_fraction is not None
    ]
    step_s = max(shown.most_step_s, 1.5 * (shown.bounds[1] - shown.bounds[0]).total_seconds() / MOST_POINTS)
    told = name + "share of the field under cloud"
    pictures = [Picture("clouds", picture_of_clouds, (points, list(shown.spans), shown.bounds, step_s, told))]
    columns = [(frame.moment, (frame.shard_key, frame.shard_index)) for frame in thinned(shown.judged, MOST_COLUMNS)]
    arguments = (columns, shown.bounds, step_s, name + "keogram: the middle column of frame after frame")
    pictures.append(Picture("keogram", picture_of_keogram, arguments))
    if quick_looks:
        maps = [
            (
                f"{frame.moment:%H:%M:%S}   {frame.sky_class}, {frame.cloud_fraction or 0:.0%}",
                (frame.shard_key, frame.shard_index),
            )
            for frame in thinned(shown.judged, MAPS)
        ]
        told = name + "excess over the clear sky; outlined: cloud"
        pictures.append(Picture("maps", picture_of_maps, (first.name, maps, told)))
    return pictures


def thinned(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[place] for place in np.linspace(0, len(items) - 1, most).round().astype(int).tolist()]
