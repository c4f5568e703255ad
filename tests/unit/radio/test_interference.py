import numpy as np
import pytest

from models.radio.interference import without_lines

ONE = np.ones(60, np.float32)


def noise() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (60, 300)).astype(np.float32)


@pytest.mark.parametrize("width", [1, 2])
def test_lines_of_one_or_two_channels_are_left_out(width: int) -> None:
    z = noise()
    z[20 : 20 + width, 50:90] += 20
    left_out = np.isnan(without_lines(z, ONE))
    assert left_out[20 : 20 + width, 50:90].mean() > 0.95
    assert left_out.sum() < 40 * width + 20


def test_what_three_channels_share_is_kept() -> None:
    z = noise()
    z[20:23, 50:90] += 20
    assert np.isfinite(without_lines(z, ONE)[20:23, 50:90]).all()


def test_what_is_kept_keeps_its_level_and_gaps_stay_gaps() -> None:
    z = noise()
    z[5, 7] = np.nan
    left = without_lines(3 * z, 3 * ONE)
    assert np.isnan(left[5, 7])
    np.testing.assert_array_equal(left[np.isfinite(left)], 3 * z[np.isfinite(left)])


def test_a_handful_of_channels_is_too_few_to_tell_a_line() -> None:
    z = noise()[:5]
    z[2] += 20
    assert np.isfinite(without_lines(z, ONE[:5])).all()
