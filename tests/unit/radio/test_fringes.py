"""Fringes: creeping waves go, strokes and lanes stay."""

import numpy as np
import pytest
from spectrograms import add_type_three, quiet_digits, spectrogram

from models.radio.fringes import fringes, without_fringes
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


def test_what_is_left_is_above_its_own_quiet_level() -> None:
    digits = quiet_digits() + np.rint(wave(8.0, 23.0, 0.6) / DB_PER_DIGIT).repeat(4, axis=1)
    sky = np.arange(CHANNELS) != 3
    prepared = prepare(spectrogram(digits, good=sky))
    cleared = without_fringes(prepared)
    assert cleared.mean_db[sky].std() < 0.5 * prepared.mean_db[sky].std()
    assert (
        np.abs(np.median(cleared.mean_db[sky], axis=1)).max() < 0.1
        and (cleared.sigma_db[sky] < prepared.sigma_db[sky]).mean() > 0.9
    )
    assert not cleared.good[3] and not cleared.mean_db[3].any() and np.isnan(cleared.sigma_db[3])
