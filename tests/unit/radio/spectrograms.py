"""Small spectrograms with known content for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from models.radio.spectrogram import DB_PER_DIGIT, Spectrogram

START = datetime(2024, 5, 14, 12, tzinfo=UTC)


def quiet_digits(channels: int = 200, samples: int = 3600, seed: int = 0) -> np.ndarray:
    """Digits of a quiet receiver: its own level in each channel, 0.65 digit of noise."""
    generator = np.random.default_rng(seed)
    level = generator.uniform(110, 160, (channels, 1))
    return generator.normal(level, 0.65, (channels, samples)).astype(np.float32)


def spectrogram(digits: np.ndarray, step_s: float = 0.25, **parts: Any) -> Spectrogram:
    """A spectrogram of 45-445 MHz that starts at noon."""
    channels, samples = digits.shape
    usual: dict[str, Any] = {
        "intensity": digits.round(),
        "frequency_mhz": np.linspace(45, 445, channels),
        "time_s": step_s * np.arange(samples),
        "t_start": START,
        "t_end": START + timedelta(seconds=step_s * samples),
        "station": "BIR",
        "focus_code": "01",
        "product": "intensity",
        "good": np.ones(channels, dtype=bool),
        "header": {"BUNIT": "digits"},
    }
    return Spectrogram(**(usual | parts))


def add_type_three(digits: np.ndarray, second: float, peak_db: float, low: int = 20, high: int = 150, step_s: float = 0.25) -> None:
    """A stroke 2.5 s wide that drifts from channel ``high`` down to ``low`` within 8 s, added in place."""
    time = step_s * np.arange(digits.shape[1])
    for row in range(low, high):
        middle = second + 8 * (high - row) / (high - low)
        digits[row] += peak_db / DB_PER_DIGIT * np.exp(-0.5 * ((time - middle) / 1.06) ** 2)
