import numpy as np
import pytest
from spectrograms import add_type_three, quiet_digits

from models.radio.interference import lines, spikes, white_noise
from models.radio.spectrogram import DB_PER_DIGIT


@pytest.mark.parametrize("samples", [1, 2, 3])
def test_spikes_shorter_than_a_second_are_masked(samples: int) -> None:
    digits = quiet_digits(40)
    digits[5:20, 1000 : 1000 + samples] += 12
    masked = spikes(digits * np.float32(DB_PER_DIGIT), 0.25)
    assert masked[5:20, 1000 : 1000 + samples].all()
    assert masked.sum() <= 15 * samples + 5


@pytest.mark.parametrize("peak_db", [2.0, 8.0, 20.0])
def test_bursts_are_not_taken_for_spikes(peak_db: float) -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, peak_db)
    assert spikes(digits.round() * np.float32(DB_PER_DIGIT), 0.25).mean() < 1e-3


def test_slow_receivers_have_no_spikes_to_find() -> None:
    assert not spikes(np.zeros((4, 60), np.float32), 1.0).any()


@pytest.mark.parametrize("width", [1, 2])
def test_lines_of_one_or_two_channels_are_masked(width: int) -> None:
    z = np.random.default_rng(0).normal(0, 1, (60, 300)).astype(np.float32)
    z[20 : 20 + width, 50:90] += 20
    masked = lines(z)
    assert masked[20 : 20 + width, 50:90].mean() > 0.95
    assert masked.sum() < 40 * width + 20


def test_what_three_channels_share_is_kept() -> None:
    z = np.random.default_rng(0).normal(0, 1, (60, 300)).astype(np.float32)
    z[20:23, 50:90] += 20
    assert not lines(z)[20:23, 50:90].any()


def test_white_noise_is_measured_under_bursts() -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, 10)
    np.testing.assert_allclose(np.median(white_noise(digits * np.float32(DB_PER_DIGIT))), 0.65 * DB_PER_DIGIT, rtol=0.05)
