"""Labelled files made up for tests of training."""

from datetime import timedelta

from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare


def quietly(stage: str, done: int, of: int) -> None:
    """Be told of progress that makes sense."""
    assert stage and 0 < done <= of


def example(number: int, loud: bool, channels: int = 36) -> LabelledSpectrogram:
    """Five minutes of noise, or noise with a stroke that its box calls II or III."""
    digits = quiet_digits(channels, 1200, seed=number)
    boxes = []
    if loud:
        kind = ("II", "III")[number // 4 % 2]
        add_type_three(digits, 150, 8, 8, 30)
        box = BurstBox(kind, START + timedelta(seconds=145), START + timedelta(seconds=165), 100, 400, "sure")
        boxes.append(box)
    label = "burst" if loud else "quiet"
    return LabelledSpectrogram(
        f"{number}.fit", prepare(spectrogram(digits)), label, "sure", f"2024-05-{number % 6:02d}", tuple(boxes)
    )
