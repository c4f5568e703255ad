"""Gain steps: found where receivers jump, never where the Sun shines, and levelled without a trace."""

import numpy as np
import pytest

from models.radio.steps import SIDE, find_steps, level_steps

SIGMA_DB = 0.14
BINS = 400


def quiet(channels: int = 100, seed: int = 0) -> np.ndarray:
    """Means of seconds of a quiet receiver, dB."""
    return np.random.default_rng(seed).normal(0, SIGMA_DB, (channels, BINS)).astype(np.float32)


def with_step(rise_db: float, at: float = 150.0, rows: slice = slice(None), seed: int = 0) -> np.ndarray:
    """A step at a moment that may lie within a bin."""
    plane = quiet(seed=seed)
    share = np.clip(np.arange(BINS) + 1 - at, 0, 1).astype(np.float32)
    plane[rows] += rise_db * share
    return plane


@pytest.mark.parametrize("rise_db", [-1.5, -0.4, 0.4, 1.5])
def test_a_step_of_the_whole_band_is_found_and_levelled(rise_db: float) -> None:
    plane = with_step(rise_db, 150.3)
    (step,) = find_steps(plane)
    assert step.bin == 150 and step.share == pytest.approx(0.7, abs=0.15)
    np.testing.assert_allclose(step.rise_db[step.rise_db != 0].mean(), rise_db, atol=0.05)
    mean = level_steps(plane, [step])
    jump = mean[:, 151:].mean(axis=1) - mean[:, :150].mean(axis=1)
    # 24 bins on either side know a step to 0.14 sqrt(2 / 24) = 0.04 dB.
    assert np.median(np.abs(jump)) < 0.06


def test_a_step_of_part_of_the_band_stays_in_it() -> None:
    (step,) = find_steps(with_step(1.0, 200.0, slice(33, 58)))
    rows = np.flatnonzero(step.rise_db)
    assert rows.min() >= 31 and rows.max() <= 59 and rows.size >= 22


def test_parts_of_the_band_may_jump_in_opposite_directions_at_once() -> None:
    plane = with_step(1.2, 200.0, slice(20, 40))
    plane[60:80, 200:] -= 0.9
    steps = find_steps(plane)
    # A step between two bins is at the end of one or at the start of the other.
    assert [step.bin + 1 - step.share for step in steps] == pytest.approx([200, 200], abs=0.2)
    np.testing.assert_allclose(sorted(float(step.rise_db[step.rise_db != 0].mean()) for step in steps), [-0.9, 1.2], atol=0.1)


def test_several_steps_come_in_the_order_of_time() -> None:
    plane = with_step(0.8, 100.0)
    plane[:, 300:] -= 0.8
    assert [step.bin for step in find_steps(plane)] == pytest.approx([100, 300], abs=1)


def test_quiet_files_have_no_steps() -> None:
    assert sum(len(find_steps(quiet(seed=seed))) for seed in range(20)) == 0


def test_a_slow_rise_that_stays_is_no_step() -> None:
    """A flare continuum is up within half a minute at the earliest."""
    for rise_s in (10, 25, 60):
        plane = quiet() + (2 / (1 + np.exp(-(np.arange(BINS) - 200) / (rise_s / 4)))).astype(np.float32)
        assert find_steps(plane) == []


def test_a_stroke_is_no_step() -> None:
    plane = quiet()
    plane[:, 200:203] += 3
    assert find_steps(plane) == []


def test_a_sudden_group_that_flickers_is_no_step() -> None:
    plane = quiet()
    flicker = np.random.default_rng(1).lognormal(0, 0.6, BINS - 200).astype(np.float32)
    plane[:, 200:] += flicker * np.exp(-np.arange(BINS - 200) / 60)
    assert find_steps(plane) == []


def test_single_carriers_are_no_steps() -> None:
    plane = quiet()
    plane[[10, 35, 71], 200:] += 6
    assert find_steps(plane) == []


def test_masked_bins_stay_masked_and_hide_no_step() -> None:
    plane = with_step(1.0)
    plane[np.random.default_rng(2).random(plane.shape) < 0.05] = np.nan
    steps = find_steps(plane)
    assert len(steps) == 1
    np.testing.assert_array_equal(np.isnan(level_steps(plane, steps)), np.isnan(plane))


def test_inputs_are_left_alone() -> None:
    plane = with_step(1.0)
    before = plane.copy()
    level_steps(plane, find_steps(plane))
    np.testing.assert_array_equal(plane, before)


@pytest.mark.parametrize("shape", [(100, 2 * SIDE), (5, BINS), (0, 0), (100, 2 * SIDE + 3)])
def test_small_planes_have_no_steps(shape: tuple[int, int]) -> None:
    assert find_steps(np.zeros(shape, dtype=np.float32)) == []
