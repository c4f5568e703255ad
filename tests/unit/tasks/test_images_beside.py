"""Images are given with others as their shards hold them."""

import json

import numpy as np
import pytest

from db import objects
from db.beside import Place
from tasks import shard
from tasks.beside import with_images_beside
from tasks.npz import read_npz, write_npz
from tests.unit.sun.disks import disk


def test_an_image_that_was_prepared_in_another_way_does_not_stand_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = shard.pack([("one", disk(seed=1)), ("two", disk(seed=2))])
    arrays = read_npz(ours)
    index = json.loads(arrays["index"].tobytes()) | {"preprocessing": "sun-0"}
    older = write_npz(arrays | {"index": np.frombuffer(json.dumps(index).encode(), np.uint8)})
    monkeypatch.setattr(objects, "get", {"ours": ours, "older": older}.__getitem__)
    held = [disk(seed=3), disk(seed=4)]
    first, second = with_images_beside(held, {1: [Place("older", 0), Place("ours", 1)]})
    assert first is held[0] and second.t_start == held[1].t_start
    (beside,) = second.beside
    np.testing.assert_allclose(beside.picture, disk(seed=2).picture, atol=1e-4)
