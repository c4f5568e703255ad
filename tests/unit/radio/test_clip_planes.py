"""What `radio-clip-nightshift` sees."""

from datetime import timedelta

import numpy as np
from spectrograms import START, quiet_digits, spectrogram

from models.radio.burst_planes import planes_of
from models.radio.clip import rendered
from models.radio.clip_planes import CLIP_COLUMNS, CLIP_PLANES, CLIP_ROWS, UNKNOWN_FREQUENCY, clip_planes, quick_look_planes
from models.radio.prepare import prepare
from models.radio.quick_look import QuickLook
from models.radio.spectrogram import DB_PER_DIGIT, PreparedSpectrogram, Spectrogram
from models.simulate.bursts import draw_burst


def with_burst() -> tuple[Spectrogram, PreparedSpectrogram]:
    quiet = spectrogram(quiet_digits())
    burst = draw_burst(np.random.default_rng(3), "IIIg", START + timedelta(seconds=400), peak_sfu=20000)
    flux = burst.flux_sfu(quiet.frequency_mhz, quiet.time_s - 400)
    digits = quiet.intensity + 10 * np.log10(1 + flux / 1000) / DB_PER_DIGIT
    file = spectrogram(np.rint(digits).clip(0, 254).astype(np.uint8))
    return file, prepare(file)


def test_the_planes_show_the_burst_where_it_is_and_the_frequencies() -> None:
    _, prepared = with_burst()
    planes = clip_planes(prepared)
    assert planes.shape == (len(CLIP_PLANES), CLIP_ROWS, CLIP_COLUMNS) and planes.dtype == np.float32
    assert 98 <= planes[0].mean(axis=0).argmax() <= 140  # four seconds a column
    assert (planes[1] >= planes[0]).all()
    assert (np.diff(planes[2, :, 0]) > 0).all() and (planes[2] == planes[2, :, :1]).all() and planes[2].min() > UNKNOWN_FREQUENCY


def test_a_quick_look_looks_like_its_spectrogram_but_for_the_frequencies() -> None:
    file, prepared = with_burst()
    grey = file.intensity[::-1].astype(np.uint8)
    quick_look = QuickLook(np.repeat(grey[..., None], 3, axis=2), START, "A", "59")
    drawn, seen = quick_look_planes(quick_look), clip_planes(prepared)
    assert (drawn[2] == UNKNOWN_FREQUENCY).all()
    assert np.corrcoef(drawn[0].mean(axis=0), seen[0].mean(axis=0))[0, 1] > 0.8


def test_the_picture_for_the_large_model_has_the_highest_frequency_at_the_top_and_dark_noise() -> None:
    _, prepared = with_burst()
    contrast = planes_of(prepared)[0]
    picture = rendered(contrast).astype(int).sum(axis=2)
    bright = contrast == contrast.max()
    row, column = np.argwhere(bright)[0]
    assert picture[contrast.shape[0] - 1 - row, column] == picture.max() > 3 * np.median(picture)
