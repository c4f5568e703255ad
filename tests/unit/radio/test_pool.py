import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.radio.pool import bin_of_samples, pool_channels, pool_time


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.integers(1, 80), st.floats(0.05, 3.0), st.integers(0, 10_000))
def test_bins_hold_mean_and_maximum_of_their_unmasked_samples(rows: int, samples: int, step: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    level = generator.normal(0, 1, (rows, samples)).astype(np.float32)
    masked = generator.random((rows, samples)) < 0.3
    bins = int(np.ceil(samples * step))
    index = bin_of_samples(step * np.arange(samples), 1.0, bins)
    mean, maximum = pool_time(level, masked, index, bins)
    for row in range(rows):
        for place in range(bins):
            values = level[row, (index == place) & ~masked[row]]
            if values.size:
                np.testing.assert_allclose([mean[row, place], maximum[row, place]], [values.mean(), values.max()], atol=1e-5)
            else:
                assert np.isnan(mean[row, place]) and np.isnan(maximum[row, place])


def test_samples_on_an_edge_belong_to_the_later_bin_even_when_rounded() -> None:
    assert bin_of_samples(np.array([0, 0.9999999, 1.9999999, 2.5]), 1.0, 3).tolist() == [0, 1, 2, 2]


def test_channels_are_pooled_without_their_gaps() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [5.0, 7.0]])
    np.testing.assert_array_equal(pool_channels(values, 2), [[2.0, np.nan], [5.0, 7.0]])
