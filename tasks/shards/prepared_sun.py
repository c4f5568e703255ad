"""Images of the Sun in a shard: stretched pictures in 65,535 steps, masks as bits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from models.sun.image import Disk, Origin, PreparedSun
from models.sun.prepare import PREPROCESSING_VERSION
from tasks.shards.codec import Codec, times

if TYPE_CHECKING:
    import xarray as xr

# A step of the widest stretch (0.1 to 3500 DN/s, logarithmic) is 0.016 % of the intensity; one of the magnetogram 0.05 G.
STEPS = 65535


def describe(observation: PreparedSun) -> dict[str, Any]:
    """All but the pixels."""
    return {
        **times(observation),
        "channel": observation.channel,
        "unit": observation.unit,
        "source": observation.source,
        "disk": asdict(observation.disk),
        "native": asdict(observation.native) if observation.native else None,
        "origin": asdict(observation.origin),
        "unfit": observation.unfit,
    }


def stack(observations: Sequence[PreparedSun]) -> dict[str, np.ndarray]:
    """Pictures, and which of their pixels were measured."""
    return {
        "picture": np.stack([np.rint(item.picture * np.float32(STEPS)).astype(np.uint16) for item in observations]),
        "present": np.packbits(np.stack([item.present for item in observations]), axis=-1),
    }


def restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> PreparedSun:
    """One of them."""
    steps = arrays["picture"][number]
    start, end = (datetime.fromisoformat(item[key]) if item[key] else None for key in ("t_start", "t_end"))
    return PreparedSun(
        picture=steps * np.float32(1 / STEPS),
        present=np.unpackbits(arrays["present"][number], axis=-1, count=steps.shape[1]).astype(bool),
        channel=item["channel"],
        t_start=start,
        t_end=end,
        unit=item["unit"],
        source=item["source"],
        disk=Disk(**item["disk"]),
        native=Disk(**item["native"]) if item["native"] else None,
        origin=Origin(**item["origin"]),
        unfit=item["unfit"],
    )


def dataset(named: Sequence[tuple[str, PreparedSun]]) -> "xr.Dataset":
    """Dataset over (file, y, x), stretched to 0 to 1, in UTC."""
    import xarray as xr  # costs 0.4 s, which workers need not spend

    images = [item for _, item in named]
    dimensions = ("file", "y", "x")
    moments = [item.t_start.replace(tzinfo=None) if item.t_start else None for item in images]
    return xr.Dataset(
        {
            "picture": (dimensions, np.stack([item.picture for item in images])),
            "present": (dimensions, np.stack([item.present for item in images])),
        },
        coords={
            "file": [name for name, _ in named],
            "time": ("file", np.array(moments, "datetime64[ns]"), {"time_zone": "UTC"}),
            "channel": ("file", [item.channel for item in images]),
        },
        attrs={"preprocessing": PREPROCESSING_VERSION},
    )


CODEC = Codec(PREPROCESSING_VERSION, describe, stack, restore, dataset)
