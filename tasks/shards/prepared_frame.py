"""Frames of the sky in a shard: exact means where they are counts, masks as bits, and what camera, mount and weather say."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from models.sky.frame import PREPROCESSING_VERSION, CameraState, PreparedFrame
from models.sky.quality import Quality
from tasks.shards.codec import Codec, times

if TYPE_CHECKING:
    import xarray as xr

# A mean of 16 counts is a multiple of 1/16, the median that stands in for what is masked of 1/32: up to 2,047 ADU exact in 16 bits.
# A scene as warm as the camera itself reads about 1,850 ADU; frames beyond that, or in kelvin, are kept as float32.
STEP_ADU = 1 / 32
STATE = tuple(field.name for field in fields(CameraState))


def describe(observation: PreparedFrame) -> dict[str, Any]:
    """All but the pixels."""
    state = {name: getattr(observation.state, name) for name in STATE}  # `asdict` copies deeply, at six times the cost
    corrected = observation.state.corrected_at
    return {
        **times(observation),
        "unit": observation.unit,
        "foreign": observation.foreign,
        "quality": {"state": observation.quality.state, "reason": observation.quality.reason},
        "state": state | {"corrected_at": corrected.isoformat() if corrected else None},
    }


def stack(observations: Sequence[PreparedFrame]) -> dict[str, np.ndarray]:
    """Pixels, and which of them show the sky."""
    adu = np.stack([item.adu for item in observations])
    steps = np.empty(adu.shape, np.uint16)
    fits = _fill_steps(adu.reshape(-1), steps.reshape(-1))
    good = np.packbits(np.stack([item.good for item in observations]), axis=-1)
    return {"adu": steps if fits else adu, "good": good}


@njit(cache=True, nogil=True)
def _fill_steps(adu: np.ndarray, steps: np.ndarray) -> bool:
    """Write ``adu`` in steps; False where one is no whole step or does not fit, so that ``steps`` is of no use."""
    lost = 0
    for place in range(adu.size):
        wanted = adu[place] * np.float32(1 / STEP_ADU)
        inside = min(max(wanted, np.float32(0)), np.float32(65535))
        step = np.uint16(inside)
        lost += np.float32(step) != wanted
        steps[place] = step
    return lost == 0


def restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> PreparedFrame:
    """One of them."""
    adu = arrays["adu"][number]
    state = dict(item["state"])
    corrected = state.pop("corrected_at")
    return PreparedFrame(
        adu=adu * np.float32(STEP_ADU) if adu.dtype == np.uint16 else adu,
        good=np.unpackbits(arrays["good"][number], axis=-1, count=adu.shape[1]).astype(bool),
        quality=Quality(**item["quality"]),
        t_start=datetime.fromisoformat(item["t_start"]) if item["t_start"] else None,
        unit=item["unit"],
        foreign=item["foreign"],
        state=CameraState(**state, corrected_at=datetime.fromisoformat(corrected) if corrected else None),
    )


def dataset(named: Sequence[tuple[str, PreparedFrame]]) -> "xr.Dataset":
    """Dataset over (file, y, x), in ADU and UTC."""
    import xarray as xr  # costs 0.4 s, which workers need not spend

    frames = [item for _, item in named]
    dimensions = ("file", "y", "x")
    moments = [item.t_start.replace(tzinfo=None) if item.t_start else None for item in frames]
    return xr.Dataset(
        {
            "adu": (dimensions, np.stack([item.adu for item in frames]), {"units": "ADU"}),
            "good": (dimensions, np.stack([item.good for item in frames])),
        },
        coords={
            "file": [name for name, _ in named],
            "time": ("file", np.array(moments, "datetime64[ns]"), {"time_zone": "UTC"}),
            "fault": ("file", [item.quality.state for item in frames]),
        },
        attrs={"preprocessing": PREPROCESSING_VERSION},
    )


CODEC = Codec(PREPROCESSING_VERSION, describe, stack, restore, dataset)
