"""Joined pictures: the same bytes for the same files, gaps open, a panel for each polarisation."""

import io
from datetime import UTC, datetime, timedelta

import numpy as np
from PIL import Image

from models.radio.bands import merge_bands
from models.radio.join import join
from models.radio.spectrogram import Spectrogram
from tasks.draw_stretches import draw_stretches
from tasks.night_style import BURST, NO_DATA
from tasks.render import Mark

START = datetime(2024, 5, 14, 12, 7, tzinfo=UTC)


def file_of(code: str, low: float, high: float, minute: int = 0) -> Spectrogram:
    start = START + timedelta(minutes=minute)
    digits = np.random.default_rng(0).normal(130, 1, (40, 2400)).astype(np.uint8)
    return Spectrogram(
        intensity=digits,
        frequency_mhz=np.linspace(low, high, 40),
        time_s=np.arange(2400) / 4,
        t_start=start,
        t_end=start + timedelta(minutes=10),
        station="BIR",
        focus_code=code,
        product="intensity",
        good=np.ones(40, dtype=bool),
    )


def drawn(*files: Spectrogram, marks: dict[str, list[Mark]] | None = None) -> np.ndarray:
    picture = draw_stretches(merge_bands(join(files)), marks or {})
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


def pixels_of(picture: np.ndarray, colour: str) -> np.ndarray:
    wanted = [int(colour[first : first + 2], 16) for first in (1, 3, 5)]
    return np.asarray((picture == wanted).all(axis=-1))


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    files = [file_of("01", 10, 90), file_of("02", 100, 190), file_of("01", 10, 90, 10)]
    pictures = [draw_stretches(merge_bands(join(order)), {}) for order in (files, files[::-1])]
    assert pictures[0] == pictures[1]


def test_a_missing_file_stays_open() -> None:
    whole = drawn(file_of("01", 10, 90), file_of("01", 10, 90, 10), file_of("01", 10, 90, 20))
    gap = drawn(file_of("01", 10, 90), file_of("01", 10, 90, 20))
    # A third of the axes, which fill 0.7 of the picture's pixels.
    assert pixels_of(gap, NO_DATA).mean() - pixels_of(whole, NO_DATA).mean() > 0.15


def test_polarisations_get_panels_and_bands_share_one() -> None:
    bands = drawn(file_of("01", 10, 90), file_of("02", 100, 190))
    polarisations = drawn(file_of("62", 10, 90), file_of("63", 10, 90))
    assert polarisations.shape[0] > 1.5 * bands.shape[0]


def test_only_sure_detections_are_bars() -> None:
    at = (START + timedelta(minutes=3), START + timedelta(minutes=5))
    sure, doubtful = (Mark("III", 0.9, *at, 20, 60, sure=sure) for sure in (True, False))
    count = [pixels_of(drawn(file_of("01", 10, 90), marks={"01": [mark]}), BURST).sum() for mark in (sure, doubtful)]
    assert count[0] - count[1] > 500
