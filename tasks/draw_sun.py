"""What a worker does for a picture of the Sun: fetch the shards, draw, store the PNG. Imports no Prefect."""

from collections.abc import Sequence

from db import objects
from db.objects import StoredObject
from tasks import shard
from tasks.draw import Place
from tasks.render_sun import RegionBox, draw_disks


def picture_of_disks(disks: Sequence[tuple[str, Place, Sequence[RegionBox]]], title: str) -> StoredObject:
    """Draw disks with their regions; each is a title, the place of its image, and the boxes."""
    held = []
    for told, (key, index), regions in disks:
        held.append((told, shard.unpack(objects.get(key))[index][1], regions))
    return objects.put("picture", draw_disks(held, title), ".png", "image/png")
