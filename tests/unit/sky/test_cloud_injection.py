"""Clouds of known excess in copies of clear frames: the same seed puts the same cloud, and what is marked is counted right."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models import registry
from models.simulate.camera import draw_camera, draw_scene
from models.sky.clear import SkyClear
from models.sky.cloud_injection import COVER, EXCESS_ADU, choose_frames, inject_cloud, shares_of
from models.sky.frame import PreparedFrame
from models.sky.rebin import SHAPE
from models.sky.sky_map import sky_map
from tests.unit.sky.frames import binned

NIGHT = date(2024, 5, 14)


@pytest.fixture(scope="module")
def clear() -> PreparedFrame:
    rng = np.random.default_rng(3)
    pattern = registry.load("sky-clear").pattern  # type: ignore[attr-defined]
    return binned(draw_scene(rng, (), shape=SHAPE, camera=draw_camera(rng, SHAPE, pattern)))


def test_what_is_added_is_what_the_truth_says(clear: PreparedFrame) -> None:
    for seed in range(20):
        cloud, again = inject_cloud(clear, seed), inject_cloud(clear, seed)
        np.testing.assert_array_equal(cloud.frame.adu, again.frame.adu)
        added = cloud.frame.adu - clear.adu
        assert EXCESS_ADU[0] <= cloud.excess_adu <= EXCESS_ADU[1] and added.min() >= 0
        assert 0 < cloud.truth.mean() <= COVER[1] + 0.01
        if cloud.kind == "hard":
            assert added[cloud.truth] == pytest.approx(cloud.excess_adu, abs=1e-3) and not added[~cloud.truth].any()
        else:
            assert added.max() == pytest.approx(1.5 * cloud.excess_adu, abs=1e-3) and added[~cloud.truth].max() < 3.01


def test_strong_clouds_are_marked_and_little_else(clear: PreparedFrame) -> None:
    pattern = registry.load("sky-clear").pattern  # type: ignore[attr-defined]
    strong = [cloud for cloud in (inject_cloud(clear, seed) for seed in range(60)) if cloud.excess_adu > 40]
    shares = []
    for cloud in strong:
        seen = sky_map(cloud.frame, pattern)
        assert seen is not None
        shares.append(shares_of(cloud.truth, seen[1], clear.good))
    found, false = np.array(shares).T
    assert found.min() > 0.7 and false[:6].max() < 0.01 and false.max() < 0.025 and false.mean() < 0.003


def test_the_map_follows_an_even_cloud_to_its_edges_as_the_verdict_does(clear: PreparedFrame) -> None:
    model = registry.load("sky-clear")
    assert isinstance(model, SkyClear)
    truth = np.arange(SHAPE[1])[None] + np.arange(SHAPE[0])[:, None] // 4 < 70
    frame = replace(clear, adu=(clear.adu + 7 * truth).astype(np.float32))
    seen, sight = sky_map(frame, model.pattern), model.see(frame)
    assert seen is not None and sight is not None and sight.reference.marks is not None
    np.testing.assert_array_equal(seen[1], sight.mask)
    assert shares_of(truth, seen[1], clear.good)[0] > 0.98


def test_frames_are_chosen_over_the_whole_night_and_the_same_again() -> None:
    names = [f"{number:03d}.fits" for number in range(100)]
    chosen = choose_frames(names, NIGHT, 5)
    assert [name for name, _, _ in chosen] == ["000.fits", "025.fits", "050.fits", "074.fits", "099.fits"]
    assert chosen == choose_frames(names, NIGHT, 5) and len({seed for _, _, seed in chosen}) == 5
    assert len(choose_frames(names, NIGHT, 1000)) == 100 and choose_frames([], NIGHT, 5) == [] == choose_frames(names, NIGHT, 0)


def test_shares_are_of_the_cloud_and_of_the_rest() -> None:
    truth, mask, good = (np.zeros((2, 4), bool) for _ in range(3))
    truth[0], mask[0, :3], mask[1, 0], good[:, :] = True, True, True, True
    good[1, 3] = False
    assert shares_of(truth, mask, good) == (0.75, pytest.approx(1 / 3))
