"""The shard of a part: its prepared observations in one deterministic ``.npz`` object, readable by plain numpy.

A new model version judges old nights from shards, without downloading again. Each kind of observation has a codec of its own in
`tasks.shards`, found by the name of its class.
"""

import importlib
import json
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import StalePreparation
from tasks.npz import read_npz, write_npz
from tasks.shards.codec import Codec

if TYPE_CHECKING:
    import xarray as xr


def pack(observations: Sequence[tuple[str, Any]]) -> bytes:
    """Write named observations of one kind as a shard; the same observations always give the same bytes."""
    kind = type(observations[0][1]).__name__
    codec = _codec(kind)
    index = [{"name": name, "kind": kind, **codec.describe(observation)} for name, observation in observations]
    arrays = codec.stack([observation for _, observation in observations])
    document = json.dumps({"preprocessing": codec.preparation, "observations": index}, sort_keys=True)
    return write_npz({"index": np.frombuffer(document.encode(), np.uint8)} | arrays)


def unpack(shard: bytes) -> list[tuple[str, Any]]:
    """Read the named observations of a shard, in order.

    Raises
    ------
    StalePreparation
        If it was prepared in another way than ours: what our models made of it would mean something else.
    """
    return _read(shard)[1]


def open_shard(shard: bytes) -> "xr.Dataset":
    """Return a shard as an xarray dataset: spectrograms over (file, channel, bin), frames of the sky over (file, y, x).

    Raises
    ------
    StalePreparation
        As `unpack`.
    ValueError
        Its observations have no common axes.
    """
    codec, named = _read(shard)
    if codec.dataset is None:
        raise ValueError("what this shard holds has no common axes")
    return codec.dataset(named)


def _read(shard: bytes) -> tuple[Codec, list[tuple[str, Any]]]:
    arrays = read_npz(shard)
    index = json.loads(arrays["index"].tobytes())
    codec = _codec(index["observations"][0]["kind"])
    if index["preprocessing"] != codec.preparation:
        raise StalePreparation(
            f"was prepared as {index['preprocessing']}, judged is what was prepared as {codec.preparation};"
            " `nightshift night` prepares it anew if its bytes can be had"
        )
    return codec, [(item["name"], codec.restore(item, number, arrays)) for number, item in enumerate(index["observations"])]


@cache
def _module(kind: str) -> Any:
    """The module of a class of observations; imported where one is met, so that a radio night imports nothing of the sky."""
    return importlib.import_module("tasks.shards." + re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower())


def _codec(kind: str) -> Codec:
    codec: Codec = _module(kind).CODEC
    return codec
