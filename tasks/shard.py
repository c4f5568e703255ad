"""The shard of a part: its prepared observations in one deterministic ``.npz`` object, readable by plain numpy.

A new model version judges old nights from shards, without downloading again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import StalePreparation
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.quick_look import QuickLook
from models.radio.site import Site
from models.radio.spectrogram import PreparedSpectrogram
from tasks.npz import read_npz, write_npz

if TYPE_CHECKING:
    import xarray as xr

# Means are kept as int16 in steps of 0.02 dB: a sixth of the noise of a one-second mean (0.25 dB / sqrt(4)), up to 655 dB.
STEP_DB = 0.02

Observation = PreparedSpectrogram | QuickLook


def pack(observations: Sequence[tuple[str, Observation]]) -> bytes:
    """Write named observations of one product as a shard; the same observations always give the same bytes."""
    index = [_describe(name, observation) for name, observation in observations]
    arrays = _stacked([observation for _, observation in observations])
    document = json.dumps({"preprocessing": PREPROCESSING_VERSION, "observations": index}, sort_keys=True)
    return write_npz({"index": np.frombuffer(document.encode(), np.uint8)} | arrays)


def unpack(shard: bytes) -> list[tuple[str, Observation]]:
    """Read the named observations of a shard, in order.

    Raises
    ------
    StalePreparation
        If it was prepared in another way than ours: what our models made of it would mean something else.
    """
    arrays = read_npz(shard)
    index = json.loads(arrays["index"].tobytes())
    if index["preprocessing"] != PREPROCESSING_VERSION:
        raise StalePreparation(
            f"was prepared as {index['preprocessing']}, judged is what was prepared as {PREPROCESSING_VERSION};"
            " `nightshift night` prepares it anew if its bytes can be had"
        )
    return [(item["name"], _restore(item, number, arrays)) for number, item in enumerate(index["observations"])]


def open_shard(shard: bytes) -> "xr.Dataset":
    """Return a shard of spectrograms as an xarray dataset over (file, channel, bin), in dB, MHz and UTC."""
    import xarray as xr  # costs 0.4 s, which workers need not spend

    named = unpack(shard)
    planes = [item for _, item in named if isinstance(item, PreparedSpectrogram)]
    dimensions = ("file", "channel", "bin")
    return xr.Dataset(
        {
            "mean_db": (dimensions, np.stack([item.mean_db for item in planes]), {"units": "dB above the channel's quiet level"}),
            "covered": (dimensions, np.stack([item.covered for item in planes])),
            "sigma_db": (dimensions[:2], np.stack([item.sigma_db for item in planes]), {"units": "dB"}),
            "good": (dimensions[:2], np.stack([item.good for item in planes])),
        },
        coords={
            "file": [name for name, _ in named],
            "frequency_mhz": (dimensions[:2], np.stack([item.frequency_mhz for item in planes]), {"units": "MHz"}),
            "bin_start": (("file", "bin"), np.stack([_bin_starts(item) for item in planes]), {"time_zone": "UTC"}),
            "station": ("file", [item.station for item in planes]),
            "focus_code": ("file", [item.focus_code for item in planes]),
        },
        attrs={"preprocessing": PREPROCESSING_VERSION},
    )


def _describe(name: str, observation: Observation) -> dict[str, Any]:
    common: dict[str, Any] = {
        "name": name,
        "kind": type(observation).__name__,
        "t_start": observation.t_start.isoformat() if observation.t_start else None,
        "t_end": observation.t_end.isoformat() if observation.t_end else None,
        "station": observation.station,
        "focus_code": observation.focus_code,
    }
    if isinstance(observation, PreparedSpectrogram):
        common |= {"product": observation.product, "bin_s": observation.bin_s, "n_bins": observation.n_bins}
        common["site"] = asdict(observation.site)
    return common


def _stacked(observations: Sequence[Observation]) -> dict[str, np.ndarray]:
    """Stack the planes of all spectrograms; pictures, each of its own size, stay apart."""
    planes = [item for item in observations if isinstance(item, PreparedSpectrogram)]
    if not planes:
        return {f"pixels_{number}": item.pixels for number, item in enumerate(observations) if isinstance(item, QuickLook)}
    return {
        "mean": np.stack([_coded(item.mean_db) for item in planes]),
        "sigma_db": np.stack([item.sigma_db.astype(np.float32) for item in planes]),
        "covered": np.packbits(np.stack([item.covered for item in planes]), axis=-1),
        "frequency_mhz": np.stack([item.frequency_mhz for item in planes]),
        "good": np.stack([item.good for item in planes]),
    }


def _restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> Observation:
    t_start, t_end = (datetime.fromisoformat(item[field]) if item[field] else None for field in ("t_start", "t_end"))
    if item["kind"] == QuickLook.__name__:
        return QuickLook(arrays[f"pixels_{number}"], t_start, item["station"], item["focus_code"])
    assert t_start is not None and t_end is not None
    mean = arrays["mean"][number]
    return PreparedSpectrogram(
        mean_db=mean * np.float32(STEP_DB),
        sigma_db=arrays["sigma_db"][number],
        covered=np.unpackbits(arrays["covered"][number], axis=-1, count=mean.shape[1]).astype(bool),
        frequency_mhz=arrays["frequency_mhz"][number],
        good=arrays["good"][number],
        bin_s=item["bin_s"],
        n_bins=item["n_bins"],
        t_start=t_start,
        t_end=t_end,
        station=item["station"],
        focus_code=item["focus_code"],
        product=item["product"],
        site=Site(**item.get("site", {})),
    )


def _coded(plane_db: np.ndarray) -> np.ndarray:
    steps = plane_db * np.float32(1 / STEP_DB)
    np.rint(steps, out=steps)
    np.clip(steps, -32767, 32767, out=steps)
    return steps.astype(np.int16)


def _bin_starts(item: PreparedSpectrogram) -> np.ndarray:
    start = item.t_start.astimezone(UTC).replace(tzinfo=None)
    return np.array([start + timedelta(seconds=number * item.bin_s) for number in range(item.mean_db.shape[1])], "datetime64[ns]")
