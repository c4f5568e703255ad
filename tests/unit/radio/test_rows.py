import numpy as np
from spectrograms import quiet_digits

from models.radio.rows import constant_rows, good_rows, ramp_rows, repeated_frequencies

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
