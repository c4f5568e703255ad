from dataclasses import replace

import numpy as np
from spectrograms import add_type_three, quiet_digits, spectrogram

from models.radio.burst_planes import COLUMNS, PLANES, RELIEF_PER_DB, RELIEF_S, ROWS, grid_row_of, grid_rows, planes_of
from models.radio.prepare import prepare


def test_rows_are_even_in_octaves_and_every_row_of_a_dense_band_has_channels() -> None:
    rows = grid_rows(np.linspace(45, 445, 200))
    assert np.ptp(np.diff(np.log2(rows.frequency_mhz))) < 1e-9
    assert np.allclose(rows.weight.sum(axis=1), 1)


def test_a_hole_in_the_band_is_left_empty_and_a_narrow_band_is_not_stretched_without_end() -> None:
    holed = grid_rows(np.concatenate([np.linspace(45, 80, 80), np.linspace(200, 445, 120)]))
    middle = (holed.frequency_mhz > 100) & (holed.frequency_mhz < 160)
    assert middle.any() and (holed.weight[middle] == 0).all()
    narrow = grid_rows(np.linspace(1410, 1427, 200))
    assert narrow.weight.any(axis=1).sum() <= 6


def test_a_channel_lies_in_the_row_that_weighs_it_most() -> None:
    frequency = np.linspace(45, 445, 200)
    assert np.abs(grid_rows(frequency).weight.argmax(axis=0) - grid_row_of(frequency)).max() <= 1


def test_a_burst_stands_out_where_it_is_and_padding_is_empty() -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, 6)
    prepared = prepare(spectrogram(digits))
    planes = planes_of(prepared)
    assert planes.shape == (len(PLANES), ROWS, COLUMNS) and planes.dtype == np.float32
    assert planes[0, 20:40, 300:308].mean() > 3 * np.abs(planes[0, 20:40, 500:600]).mean()
    assert not planes[:4, :, prepared.n_bins :].any()


def test_what_was_not_measured_is_zero_and_does_not_dilute_its_row() -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, 6)
    prepared = prepare(spectrogram(digits))
    covered = prepared.covered.copy()
    covered[::2] = False
    planes = planes_of(replace(prepared, covered=covered, mean_db=np.where(covered, prepared.mean_db, 0)))
    whole = planes_of(prepared)
    assert abs(planes[0, 20:40, 300:310].mean() / whole[0, 20:40, 300:310].mean() - 1) < 0.2
    assert planes[3].mean() < 0.7 * whole[3].mean()


def test_relief_is_what_stands_out_of_two_minutes_of_its_row() -> None:
    prepared = prepare(spectrogram(quiet_digits()))
    raised = prepared.mean_db.copy()
    raised[:, 200:700] += 10  # a continuum, and a stroke of 2 dB in it
    raised[:, 400:404] += 2
    planes = planes_of(replace(prepared, mean_db=raised))
    decibel, relief = np.sinh(planes[1]), np.sinh(planes[2]) / RELIEF_PER_DB
    half = RELIEF_S // 2
    for moment in (0, 30, 402, 550, prepared.n_bins - 1):
        around = decibel[:, max(moment - half, 0) : min(moment + half + 1, prepared.n_bins)]
        np.testing.assert_allclose(relief[:, moment], decibel[:, moment] - around.mean(axis=1), atol=1e-3)
    assert relief[:, 401:403].mean() > 1.8 and abs(relief[:, 500:600].mean()) < 0.05
