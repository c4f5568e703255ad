"""Turned frames keep their masks masks."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sky.augmentation import augment, mirror

ROWS, COLUMNS = np.mgrid[:128, :160]
DISC = (np.hypot(ROWS - 50, COLUMNS - 90) < 25).astype(np.int8)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000))
def test_a_mask_holds_0_and_1_whatever_the_view(seed: int) -> None:
    """The origin's held values from -0.37 to 1.2: it interpolated masks by cubic splines, as it did frames."""
    mask = (np.random.default_rng(seed).random((128, 160)) < 0.5).astype(np.int8)
    for view in (augment, mirror):
        planes, seen = view(mask[None].astype(np.float32), mask, np.random.default_rng(seed))
        assert seen.dtype == mask.dtype and set(np.unique(seen)) <= {0, 1}
        assert planes.shape == (1, 128, 160) and planes.min() >= 0 and planes.max() <= 1


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_frame_and_mask_are_turned_alike(seed: int) -> None:
    frame = cv2.GaussianBlur(DISC.astype(np.float32), (0, 0), 1.5)
    for view in (augment, mirror):
        planes, seen = view(np.stack([frame, 2 * frame]), DISC, np.random.default_rng(seed))
        assert np.allclose(planes[1], 2 * planes[0], atol=1e-5)
        assert ((planes[0] > 0.5) == seen).mean() > 0.99


def test_a_view_is_that_of_its_seed_and_seldom_the_frame_itself() -> None:
    frame = np.random.default_rng(0).random((1, 128, 160)).astype(np.float32)
    views = [augment(frame, DISC, np.random.default_rng(seed))[0] for seed in (1, 1, 2)]
    assert np.array_equal(views[0], views[1]) and not np.array_equal(views[0], views[2])
    assert np.abs(views[0] - frame).max() > 0.1


def test_mirrored_twice_a_frame_is_itself() -> None:
    frame = np.random.default_rng(0).random((2, 128, 160)).astype(np.float32)
    once = mirror(frame, DISC, np.random.default_rng(3))
    again = mirror(*once, np.random.default_rng(3))
    assert np.array_equal(again[0], frame) and np.array_equal(again[1], DISC)
