from datetime import UTC, datetime

import numpy as np

from models.sun.image import Disk, Origin, SunImage
from models.sun.prepare import prepare
from tasks.shard import open_shard, pack, unpack

NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)


def test_an_image_comes_out_of_a_shard_as_it_went_in() -> None:
    data = np.random.default_rng(3).uniform(5, 3000, (256, 256)).astype(np.float32)
    missing = np.zeros((256, 256), bool)
    missing[:, :30] = True
    origin = Origin("SDO", "AIA", 2.0, "QUALITY: pixels missing", True, 0.8, "aiapy")
    full = prepare(SunImage(data, missing, "211", NOON, "DN/s", "fits", Disk(127.5, 127.5, 100, 9.6, 0.1, -7.0, 120.0), origin))
    empty = prepare(SunImage(data, missing, "174", None, "", "picture", None))
    shard = pack([("a.fits", full), ("b.jpg", empty)])
    assert shard == pack([("a.fits", full), ("b.jpg", empty)])
    (_, first), (name, second) = unpack(shard)
    assert np.abs(first.picture - full.picture).max() < 1e-5
    assert np.array_equal(first.present, full.present)
    for key in ("channel", "t_start", "t_end", "unit", "source", "disk", "native", "origin", "unfit"):
        assert getattr(first, key) == getattr(full, key)
        assert getattr(second, key) == getattr(empty, key)
    assert name == "b.jpg"
    opened = open_shard(shard)
    assert opened.sizes == {"file": 2, "y": 256, "x": 256}
    assert first.observer == {"observatory": "SDO", "instrument": "AIA", "channel": "211"}
