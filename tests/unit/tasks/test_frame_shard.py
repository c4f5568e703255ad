"""Frames of the sky come back from a shard as they were prepared."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from db.schema import SKY_FAULTS
from db.sky import fault_of
from models.simulate.camera import draw_camera, draw_scene
from models.sky.frame import CameraState, PreparedFrame, SkyFrame, prepare
from models.sky.quality import FAULTS
from models.sky.rebin import SHAPE
from tasks.npz import read_npz, write_npz
from tasks.shard import open_shard, pack, unpack

MOMENT = datetime(2024, 5, 14, 20, 0, 30, 250_000, tzinfo=UTC)
STATE = CameraState("FLIR TAU2", 5.0, 4.3, None, 4.8, datetime(2024, 5, 14, 20, tzinfo=UTC), 43.93, 5.71)


def frame(seed: int, **changes: object) -> PreparedFrame:
    """A frame of the simulated camera, some pixels of which are lost."""
    rng = np.random.default_rng(seed)
    counts = draw_scene(rng, camera=draw_camera(rng)).frame(rng).adu
    counts[40:44, 60:80] = 16383
    return replace(prepare(SkyFrame(counts, MOMENT, state=STATE)), **changes)


def test_frames_come_back_exactly_and_give_the_same_shard() -> None:
    named = [("a.fits", frame(1)), ("b.fits", frame(2, t_start=None)), ("c.fits", frame(3, unit="K", foreign="NAXIS1 is 7"))]
    packed = pack(named)
    held = unpack(packed)
    assert pack(held) == packed and len(packed) < 3 * 2 * np.prod(SHAPE)
    for (name, before), (same, after) in zip(named, held, strict=True):
        assert name == same and isinstance(after, PreparedFrame)
        assert after.adu.dtype == np.float32
        np.testing.assert_array_equal(after.adu, before.adu)
        np.testing.assert_array_equal(after.good, before.good)
        for field in ("t_start", "t_end", "unit", "foreign", "state", "quality", "site", "observer"):
            assert getattr(after, field) == getattr(before, field)
    assert not held[0][1].good.all() and held[0][1].site.latitude_deg == 43.93


@pytest.mark.parametrize("factor", [1 / 3, 3.0])
def test_values_that_are_no_means_of_counts_come_back_exactly_too(factor: float) -> None:
    before = frame(1)
    before = replace(before, adu=before.adu * np.float32(factor))
    ((_, after),) = unpack(pack([("a", before)]))
    np.testing.assert_array_equal(after.adu, before.adu)


def test_a_shard_of_one_plane_of_words_as_they_were_once_written_is_still_read() -> None:
    before = frame(1)
    arrays = read_npz(pack([("a", before)]))
    words = (before.adu * 32).astype(np.uint16)[None]
    ((_, after),) = unpack(write_npz({"index": arrays["index"], "good": arrays["good"], "adu": words}))
    np.testing.assert_array_equal(after.adu, before.adu)


def test_a_shard_of_frames_opens_as_xarray() -> None:
    held = open_shard(pack([("a.fits", frame(1)), ("b.fits", frame(2, t_start=None))]))
    assert held.adu.dims == ("file", "y", "x") and held.adu.attrs["units"] == "ADU"
    assert held.time.values[0] == np.datetime64("2024-05-14T20:00:30.250") and np.isnat(held.time.values[1])
    assert list(held.fault.values) == ["ok", "ok"]


def test_a_fault_is_known_by_the_beginning_of_its_reason() -> None:
    assert fault_of("shutter: taken 0.4 s after the flat-field correction (FFC-TIME)") == "shutter"
    assert SKY_FAULTS == FAULTS
    assert fault_of("no clear-sky reference: less than a tenth") is None and fault_of("") is None
