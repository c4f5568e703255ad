"""Simulated noise has the measured statistics."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from models.simulate.noise import SCAN_MEMORY, hum, white_noise
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import simulate_spectrogram


def quiet_files(count: int) -> list[np.ndarray]:
    files = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        receiver = draw_receiver(rng, *[(10.4, 105.5), (45.0, 442.0), (100.4, 195.8)][seed % 3])
        spectrogram = simulate_spectrogram(rng, receiver, datetime(2024, 5, 14, 12, tzinfo=UTC))
        files.append(spectrogram.digits[receiver.sky].astype(float))
    return files


def test_files_match_the_measured_noise():
    files = quiet_files(9)
    equal = np.median([np.mean(np.diff(file, axis=1) == 0) for file in files])
    white = np.median([np.median(np.abs(np.diff(file[:, :400], axis=1)).clip(max=4).std(axis=1)) for file in files])
    assert 0.34 < equal < 0.48  # 42 % of successive samples are equal in real files (28-47 %)
    assert 0.4 < white < 0.8
    assert all(file.max() < 250 and file.min() > 40 for file in files)  # no real sky sample reaches 250


def test_each_channel_remembers_the_one_scanned_before():
    noise = white_noise(np.random.default_rng(0), 200, 3600)
    lags = [np.mean(noise[lag:] * noise[:-lag]) for lag in (1, 2, 5)]
    assert np.allclose(lags, [SCAN_MEMORY, SCAN_MEMORY**2, 0.0], atol=0.01)
    assert abs(noise.std() - 1) < 0.01


def test_neighbours_in_files_are_as_alike_as_measured():
    changes = [np.diff(file, axis=1).clip(-4, 4) for file in quiet_files(9)]
    alike = [np.median((each[1:] * each[:-1]).mean(axis=1) / each.var(axis=1).mean()) for each in changes]
    assert 0.19 < np.median(alike) < 0.36  # of successive differences of real files, rounding included


def test_mains_of_50_hz_make_fringes_of_16_channels():
    rng = np.random.default_rng(3)
    receiver = replace(draw_receiver(rng, 45, 442), mains_hz=50.0)
    fringes = hum(np.random.default_rng(5), receiver, 3600, 0.25)
    assert fringes is not None
    power = np.abs(np.fft.rfft(fringes - fringes.mean(axis=0), axis=0)).mean(axis=1)
    assert {200 / 16, 200 / 8} & {float(k) + half for k in np.argsort(power)[-3:] for half in (-0.5, 0.0, 0.5)}
