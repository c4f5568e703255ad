"""Quick-looks in a shard: pictures, each of its own size."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.quick_look import QuickLook
from tasks.shards.codec import Codec, times


def describe(observation: QuickLook) -> dict[str, Any]:
    """Time, station and focus code."""
    return {**times(observation), "station": observation.station, "focus_code": observation.focus_code}


def stack(observations: Sequence[QuickLook]) -> dict[str, np.ndarray]:
    """Pixels, an array each."""
    return {f"pixels_{number}": item.pixels for number, item in enumerate(observations)}


def restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> QuickLook:
    """One of them."""
    t_start = datetime.fromisoformat(item["t_start"]) if item["t_start"] else None
    return QuickLook(arrays[f"pixels_{number}"], t_start, item["station"], item["focus_code"])


CODEC = Codec(PREPROCESSING_VERSION, describe, stack, restore)
