import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrograms import add_type_three, quiet_digits

from models.radio.pool import bin_of_samples
from models.radio.spectrogram import DB_PER_DIGIT
from models.radio.spikes import pool_without_spikes, spikes


@pytest.mark.parametrize("samples", [1, 2, 3])
def test_spikes_shorter_than_a_second_are_left_out(samples: int) -> None:
    digits = quiet_digits(40)
    digits[5:20, 1000 : 1000 + samples] += 12
    masked = spikes(digits, DB_PER_DIGIT, 0.25)
    assert masked[5:20, 1000 : 1000 + samples].all()
    assert masked.sum() <= 15 * samples + 5


@pytest.mark.parametrize("peak_db", [2.0, 8.0, 20.0])
def test_bursts_are_not_taken_for_spikes(peak_db: float) -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, peak_db)
    assert spikes(digits.round().astype(np.float32), DB_PER_DIGIT, 0.25).mean() < 1e-3


def test_slow_receivers_and_short_files_have_no_spikes_to_find() -> None:
    tall = np.zeros((4, 60), np.float32)
    tall[:, 30] = 100
    assert not spikes(tall, DB_PER_DIGIT, 1.0).any()
    assert not spikes(tall, DB_PER_DIGIT, 1 / 40).any()


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.integers(2, 80), st.just(0.25) | st.floats(0.05, 3.0), st.booleans(), st.integers(0, 10_000))
def test_bins_hold_the_mean_of_the_samples_that_are_no_spikes(
    channels: int, samples: int, step: float, whole: bool, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    digits = generator.normal(100, 1, (channels, samples)).astype(np.uint8 if whole else np.float32)
    digits[generator.random(digits.shape) < 0.05] += 30
    digits = digits[:, : samples - samples % 4] if step == 0.25 and samples > 4 else digits  # four in every bin
    samples = digits.shape[1]
    bins = int(np.ceil(samples * step))
    index = bin_of_samples(step * np.arange(samples), 1.0, bins)
    masked = spikes(digits, 0.5, step)
    wanted = np.arange(channels - 1, -1, -2)
    mean = pool_without_spikes(digits, 0.5, wanted, index, bins, step)
    for row in range(channels):
        for place in range(bins):
            values = 0.5 * digits[row, (index == place) & ~masked[row]]
            if values.size and row in wanted:
                np.testing.assert_allclose(mean[row, place], values.mean(), rtol=1e-5)
            else:
                assert np.isnan(mean[row, place])


@given(st.integers(2, 12), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_only_what_is_shorter_than_a_second_can_be_a_spike(length: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    digits = np.full((1, 40 * length), 100, np.float32) + generator.normal(0, 0.3, (1, 40 * length)).astype(np.float32)
    lasting = int(generator.integers(1, 2 * length))
    digits[0, 20 * length : 20 * length + lasting] += 50
    masked = spikes(digits, DB_PER_DIGIT, 1 / length)[0, 20 * length : 20 * length + lasting]
    assert masked.all() if lasting < length else not masked.any()
