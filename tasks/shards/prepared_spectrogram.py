"""Spectrograms in a shard: means in steps of 0.02 dB, masks as bits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.spectrogram import PreparedSpectrogram
from models.site import Site
from tasks.shards.codec import Codec, times

if TYPE_CHECKING:
    import xarray as xr

# Means are kept as int16 in steps of 0.02 dB: a sixth of the noise of a one-second mean (0.25 dB / sqrt(4)), up to 655 dB.
STEP_DB = 0.02


def describe(observation: PreparedSpectrogram) -> dict[str, Any]:
    """All but the planes."""
    return {
        **times(observation),
        "station": observation.station,
        "focus_code": observation.focus_code,
        "product": observation.product,
        "bin_s": observation.bin_s,
        "n_bins": observation.n_bins,
        "site": asdict(observation.site),
    }


def stack(observations: Sequence[PreparedSpectrogram]) -> dict[str, np.ndarray]:
    """The planes, stacked."""
    return {
        "mean": np.stack([_coded(item.mean_db) for item in observations]),
        "sigma_db": np.stack([item.sigma_db.astype(np.float32) for item in observations]),
        "covered": np.packbits(np.stack([item.covered for item in observations]), axis=-1),
        "frequency_mhz": np.stack([item.frequency_mhz for item in observations]),
        "good": np.stack([item.good for item in observations]),
    }


def restore(item: Mapping[str, Any], number: int, arrays: Mapping[str, np.ndarray]) -> PreparedSpectrogram:
    """One of them."""
    mean = arrays["mean"][number]
    return PreparedSpectrogram(
        mean_db=mean * np.float32(STEP_DB),
        sigma_db=arrays["sigma_db"][number],
        covered=np.unpackbits(arrays["covered"][number], axis=-1, count=mean.shape[1]).astype(bool),
        frequency_mhz=arrays["frequency_mhz"][number],
        good=arrays["good"][number],
        bin_s=item["bin_s"],
        n_bins=item["n_bins"],
        t_start=datetime.fromisoformat(item["t_start"]),
        t_end=datetime.fromisoformat(item["t_end"]),
        station=item["station"],
        focus_code=item["focus_code"],
        product=item["product"],
        site=Site(**item.get("site", {})),
    )


def dataset(named: Sequence[tuple[str, PreparedSpectrogram]]) -> "xr.Dataset":
    """Dataset over (file, channel, bin), in dB, MHz and UTC."""
    import xarray as xr  # costs 0.4 s, which workers need not spend

    planes = [item for _, item in named]
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


def _coded(plane_db: np.ndarray) -> np.ndarray:
    steps = plane_db * np.float32(1 / STEP_DB)
    np.rint(steps, out=steps)
    np.clip(steps, -32767, 32767, out=steps)
    return steps.astype(np.int16)


def _bin_starts(item: PreparedSpectrogram) -> np.ndarray:
    start = item.t_start.astimezone(UTC).replace(tzinfo=None)
    return np.array([start + timedelta(seconds=number * item.bin_s) for number in range(item.mean_db.shape[1])], "datetime64[ns]")


CODEC = Codec(PREPROCESSING_VERSION, describe, stack, restore, dataset)
