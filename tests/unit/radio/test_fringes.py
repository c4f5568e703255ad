"""Fringes: creeping waves go, strokes and lanes stay."""

import numpy as np
import pytest
from spectrograms import add_type_three, quiet_digits, spectrogram

from models.radio.fringes import fringes
from models.radio.mended import without_fringes, without_steps
from models.radio.prepare import prepare
from models.radio.spectrogram import DB_PER_DIGIT

CHANNELS, BINS, SIGMA_DB = 200, 900, 0.14


def quiet(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, SIGMA_DB, (CHANNELS, BINS)).astype(np.float32)


def wave(period_channels: float, period_s: float, amplitude_db: float) -> np.ndarray:
    phase = np.arange(CHANNELS)[:, None] / period_channels + np.arange(BINS) / period_s
    return (amplitude_db * np.cos(2 * np.pi * phase + 1)).astype(np.float32)


def sigma(level: float = SIGMA_DB) -> np.ndarray:
    return np.full(CHANNELS, level, dtype=np.float32)


@pytest.mark.parametrize(("across", "along"), [(8.0, 23.0), (13.3, 40.0), (6.67, 15.0), (10.3, -31.0)])
def test_a_creeping_wave_goes(across: float, along: float) -> None:
    pattern = wave(across, along, 0.2)
    found = fringes(quiet() + pattern, sigma(), 1.0)
    assert found is not None and found.dtype == np.float32
    assert (pattern - found).std() < 0.3 * pattern.std()


def test_bad_rows_and_masked_bins_do_not_shift_it() -> None:
    pattern, noise = wave(8.0, 23.0, 0.3), sigma()
    plane = quiet() + pattern
    plane[np.random.default_rng(1).random(plane.shape) < 0.1] = np.nan
    plane[:9], noise[:9] = np.nan, np.nan
    found = fringes(plane, noise, 1.0)
    assert found is not None
    assert (pattern - found)[9:].std() < 0.3 * pattern.std()


def test_quiet_files_have_none() -> None:
    assert all(fringes(quiet(seed), sigma(), 1.0) is None for seed in range(20))


def test_pulses_of_single_channels_are_none() -> None:
    plane = quiet()
    plane[50] += 3 * (np.arange(BINS) % 20 < 4)
    plane[120:122] += 2 * (np.arange(BINS) % 31 < 9)
    assert fringes(plane, sigma(), 1.0) is None


def test_a_burst_loses_nothing() -> None:
    digits = quiet_digits()
    for second in range(100, 800, 60):
        add_type_three(digits, second, 6)
    prepared = prepare(spectrogram(digits))
    assert without_fringes(prepared) is prepared


def test_small_planes_have_none() -> None:
    assert fringes(np.zeros((30, BINS), np.float32), np.ones(30, np.float32), 1.0) is None
    assert fringes(np.zeros((CHANNELS, 100), np.float32), sigma(), 1.0) is None


def test_a_mended_spectrogram_is_above_its_own_quiet_level() -> None:
    digits = quiet_digits()
    digits[30:70, 2000:] += 1.0 / DB_PER_DIGIT
    prepared = prepare(spectrogram(digits))
    mended = without_steps(prepared)
    before = prepared.mean_db[30:70, 520:].mean() - prepared.mean_db[30:70, :480].mean()
    after = mended.mean_db[30:70, 520:].mean() - mended.mean_db[30:70, :480].mean()
    assert before == pytest.approx(1, abs=0.05) and abs(after) < 0.05
    assert abs(np.median(mended.mean_db[30:70])) < 0.05 and np.median(mended.sigma_db[30:70]) < 0.17
    np.testing.assert_array_equal(mended.covered, prepared.covered)
    assert without_steps(mended) is mended
