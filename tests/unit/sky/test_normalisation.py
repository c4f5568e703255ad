"""Frames are normalised in use as they were in training."""

import numpy as np
import pytest

from models.sky.normalisation import Kind, Normalisation

FRAMES = np.random.default_rng(0).normal(700, 60, (5, 8, 10)).astype(np.float32)


@pytest.mark.parametrize(("kind", "low", "high"), [("min_max", 0.0, 1.0), ("mean_std", -4.0, 4.0)])
def test_frames_come_to_the_order_of_one(kind: Kind, low: float, high: float) -> None:
    values = Normalisation.fit(kind, FRAMES).apply(FRAMES)
    assert values.dtype == np.float32
    assert low - 1e-6 <= values.min() and values.max() <= high + 1e-6
    if kind == "mean_std":
        assert (values.mean(), values.std()) == (pytest.approx(0, abs=1e-4), pytest.approx(1, abs=1e-4))


@pytest.mark.parametrize("kind", ["min_max", "mean_std"])
def test_one_frame_alone_is_normalised_by_the_stored_constants(kind: Kind) -> None:
    learnt = Normalisation.fit(kind, FRAMES)
    again = Normalisation.from_array(learnt.array())
    assert np.array_equal(again.apply(FRAMES[2] + 500), learnt.apply(FRAMES + 500)[2])
