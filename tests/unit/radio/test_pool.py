import numpy as np

from models.radio.pool import bin_of_samples, pool_channels


def test_samples_on_an_edge_belong_to_the_later_bin_even_when_rounded() -> None:
    assert bin_of_samples(np.array([0, 0.9999999, 1.9999999, 2.5]), 1.0, 3).tolist() == [0, 1, 2, 2]


def test_channels_are_pooled_without_their_gaps() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [5.0, 7.0]])
    np.testing.assert_array_equal(pool_channels(values, 2), [[2.0, np.nan], [5.0, 7.0]])
