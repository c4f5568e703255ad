"""A surface by single pixels lies in the sky, whatever stands beside it."""

import numpy as np
import pytest

from models.simulate.camera import draw_camera, draw_scene
from models.sky.clear import SkyClear, measure_above
from models.sky.clear_sky import in_frame_reference
from models.sky.least_squares import TERMS
from models.sky.likely_sky import by_likely_sky
from models.sky.map_learning.injected import COVERS, injections
from models.sky.rebin import SHAPE
from models.sky.surface_terms import ALIKE, EXPECTED, SPREAD
from tests.unit.sky.frames import binned

MEANS, SIGMA = (32, 40), 2.3
HOLD = ALIKE * (SIGMA / SPREAD) ** 2
TRUTH = np.array([500.0, 12.0, -20.0, 18.0, 3.0, 9.0, 0.0])
NOTHING_TOLD = np.zeros((TERMS, TERMS + 1))
GOOD, NO_PATTERN = np.ones(SHAPE, bool), np.zeros(SHAPE, np.float32)


def table(shape: tuple[int, int]) -> np.ndarray:
    x, y = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1 for size in shape[::-1]))
    return np.stack([term.ravel() for term in (np.ones_like(x), x, y, x * x, x * y, y * y, np.zeros_like(x))])


def sky(excess_adu: float) -> np.ndarray:
    """A sky with noise of 1.8 ADU, and stripes of cloud of one excess over half of it."""
    cloud = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])) % 40 < 20
    noise = np.random.default_rng(1).normal(0, 1.8, SHAPE)
    return np.asarray((TRUTH @ table(SHAPE)).reshape(SHAPE) + noise + excess_adu * cloud, dtype=np.float32)


def fitted(adu: np.ndarray, good: np.ndarray, start: np.ndarray) -> np.ndarray:
    return np.asarray(by_likely_sky(adu, good, NO_PATTERN, table(MEANS), start, NOTHING_TOLD, HOLD, HOLD * EXPECTED, MEANS))


@pytest.mark.parametrize("excess_adu", [0.0, 10.0, 30.0, 300.0])
@pytest.mark.parametrize("off_adu", [-1.5, 0.0, 1.5])
def test_a_surface_too_low_or_too_high_comes_to_lie_in_the_sky(excess_adu: float, off_adu: float) -> None:
    start = TRUTH + np.array([off_adu, 0.5, -0.5, 0, 0, 0, 0])
    found = fitted(sky(excess_adu), GOOD, start)
    assert np.abs((found - TRUTH) @ table(MEANS)).mean() < 0.7


def test_what_is_not_seen_counts_nothing() -> None:
    good, adu = np.arange(SHAPE[1]) % 40 > 9, sky(10.0)
    seen = np.broadcast_to(good, SHAPE).copy()
    assert np.array_equal(fitted(adu, seen, TRUTH), fitted(np.where(seen, adu, np.float32(0)), seen, TRUTH))


def test_where_hardly_anything_is_sky_the_surface_stays() -> None:
    assert np.array_equal(fitted(sky(0.0) + np.float32(60), GOOD, TRUTH), TRUTH)


def test_beside_clouds_less_than_a_hundredth_of_the_sky_is_marked() -> None:
    """A surface that bends beneath clouds calls the sky beside them cloud; in sample as to the physics of the sky."""
    model, rows = SkyClear(), []
    for seed in range(6):
        camera = draw_camera(np.random.default_rng([21, seed]), SHAPE, model.pattern)
        clear = binned(draw_scene(np.random.default_rng([21, seed]), (), shape=SHAPE, camera=camera), seed)
        for excess_adu in (10.0, 15.0, 100.0):
            for item in injections(clear, excess_adu, COVERS["50-80 %"], "hard", "turbulence", 2):
                reference = in_frame_reference(item.frame, model.pattern)
                assert reference is not None
                _, mask, _ = measure_above(reference, item.frame)
                rows.append((mask[~item.truth].mean(), abs(mask.mean() - item.truth.mean())))
    false_alarms, error = np.mean(rows, axis=0)
    assert false_alarms < 0.01 and error < 0.03
