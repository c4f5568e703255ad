import numpy as np
import pytest
from spectrograms import quiet_digits

from models.radio.alias_rows import alias_rows
from models.radio.rows import bad_rows, constant_rows, good_rows, ramp_rows, repeated_frequencies

RAMP = np.arange(3600) % 255


def test_only_constant_rows_are_constant() -> None:
    picture = quiet_digits(20).round()
    picture[7] = 100
    assert np.flatnonzero(constant_rows(picture)).tolist() == [7]


def test_ramps_are_found_at_any_scale_and_phase() -> None:
    picture = quiet_digits(20).round()
    picture[3], picture[4], picture[5] = RAMP, np.roll(RAMP, 77), 0.384 * RAMP + 85
    assert np.flatnonzero(ramp_rows(picture)).tolist() == [3, 4, 5]


def test_a_steadily_rising_burst_is_no_ramp() -> None:
    picture = quiet_digits(20)
    picture[3] += np.linspace(0, 60, 3600)
    assert not ramp_rows(picture.round()).any()


def test_groups_of_one_frequency_are_dummies_and_of_a_pair_the_first_is_sky() -> None:
    assert repeated_frequencies(np.array([9.0, 8, 8, 7, 6, 6, 6])).tolist() == [False, False, True, False, True, True, True]


def test_good_rows_are_all_others() -> None:
    picture = quiet_digits(20).round()
    picture[0], picture[1] = 100, RAMP
    frequency = np.linspace(400, 45, 20)
    frequency[-3:] = 45
    assert np.flatnonzero(~good_rows(picture, frequency)).tolist() == [0, 1, 17, 18, 19]


def drifting_burst(rows: int = 120) -> np.ndarray:
    """A type III burst that reaches the last row 12 s after the first, twice the noise's digits and more."""
    delay = np.linspace(0, 48, rows)[:, None]
    age = np.arange(3600) - 1500 - delay
    return quiet_digits(rows) + 40 * np.where(age > 0, np.exp(-age.clip(0) / 6), 0)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_row_that_shows_a_far_channel_is_an_alias(dtype: type) -> None:
    picture = drifting_burst()
    picture[-1], picture[-3] = quiet_digits(1, seed=1)[0], quiet_digits(1, seed=2)[0]
    picture[-1] += picture[50] - 120
    picture[-3] += picture[70] - 120
    found = bad_rows(picture.round().astype(dtype), np.linspace(400, 45, 120))
    assert np.flatnonzero(found.alias).tolist() == [117, 119]
    assert np.flatnonzero(~found.sky).tolist() == [117, 119]


def test_bursts_in_the_last_rows_are_no_aliases() -> None:
    assert not alias_rows(drifting_burst().round(), np.ones(120, bool)).any()


def test_one_interference_in_all_rows_makes_no_alias() -> None:
    picture = quiet_digits(120)
    picture[:, ::97] += 30
    assert alias_rows(picture.round(), np.ones(120, bool)).sum() == 0


def test_copies_are_looked_for_in_the_last_rows_alone() -> None:
    picture = drifting_burst()
    picture[60] = picture[10]
    assert not alias_rows(picture.round(), np.ones(120, bool)).any()


def test_rows_that_are_no_sky_are_no_aliases() -> None:
    picture = drifting_burst()
    picture[-1] = picture[50]
    assert not alias_rows(picture.round(), np.arange(120) < 119).any()
