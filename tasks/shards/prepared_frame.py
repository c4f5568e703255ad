"""Frames of the sky in a shard: exact means where they are counts, masks as bits, and what camera, mount and weather say."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from models.compiled import njit
from models.sky.frame import PREPROCESSING_VERSION, CameraState, PreparedFrame
from models.sky.quality import Quality
from tasks.shards.codec import Codec, times

if TYPE_CHECKING:
    import xarray as xr

# A mean of 16 counts is a multiple of 1/16, the median that stands in for what is masked of 1/32: up to 2,047 ADU exact in 16 bits.
# A scene as warm as the camera itself reads about 1,850 ADU; frames beyond that, or in kelvin, are kept as float32.
# The bits are kept in two planes, because packing tells nothing of the noise: ``adu_low`` holds the multiples of 1/16 below 16 ADU,
# which are stored as they are, ``adu_high`` those of 16 ADU, and in its lowest bit the odd 1/32. Half the time of packing 16-bit
# words, and 19 % fewer bytes.
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
    high, low = np.empty(adu.shape, np.uint8), np.empty(adu.shape, np.uint8)
    fits = _fill_planes(adu.reshape(-1), high.reshape(-1), low.reshape(-1))
    good = np.packbits(np.stack([item.good for item in observations]), axis=-1)
    return {"good": good} | ({"adu_high": high, "adu_low": low} if fits else {"adu": adu})


@njit(cache=True, nogil=True)
def _fill_planes(adu: np.ndarray, high: np.ndarray, low: np.ndarray) -> bool:
    """Write ``adu`` in steps, split; False where one is no whole step or does not fit, so that the planes are of no use."""
    lost = 0
    for place in range(adu.size):
        wanted = adu[place] * np.float32(1 / STEP_ADU)
        inside = min(max(wanted, np.float32(0)), np.float32(65535))
        step = np.uint16(inside)
        lost += np.float32(step) != wanted
        high[place] = ((step >> 9) << 1) | (step & 1)
        low[place] = step >> 1
    return lost == 0


@njit(cache=True, nogil=True)
def _join_planes(high: np.ndarray, low: np.ndarray, adu: np.ndarray) -> None:
    for y in range(adu.shape[0]):
        for x in range(adu.shape[1]):
            step = ((np.uint16(high[y, x]) >> 1) << 9) | (np.uint16(low[y, x]) << 1) | (high[y, x] & 1)
            adu[y, x] = np.float32(step) * np.float32(STEP_ADU)


def restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> PreparedFrame:
    """One of them."""
    adu = _pixels(number, arrays)
    state = dict(item["state"])
    corrected = state.pop("corrected_at")
    return PreparedFrame(
        adu=adu,
        good=np.unpackbits(arrays["good"][number], axis=-1, count=adu.shape[1]).view(bool),
        quality=Quality(**item["quality"]),
        t_start=datetime.fromisoformat(item["t_start"]) if item["t_start"] else None,
        unit=item["unit"],
        foreign=item["foreign"],
        state=CameraState(**state, corrected_at=datetime.fromisoformat(corrected) if corrected else None),
    )


def _pixels(number: int, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    if "adu" not in arrays:
        adu = np.empty(arrays["adu_high"].shape[1:], np.float32)
        _join_planes(arrays["adu_high"][number], arrays["adu_low"][number], adu)
        return adu
    adu = arrays["adu"][number]
    return np.asarray(adu * np.float32(STEP_ADU) if adu.dtype == np.uint16 else adu)  # words: shards of before the planes


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
