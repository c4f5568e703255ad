from datetime import timedelta

import numpy as np
import pytest
from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.radio.prepare import BINS, CHANNELS, prepare
from models.radio.spectrogram import DB_PER_DIGIT


def test_quiet_time_is_zero_and_its_noise_known() -> None:
    prepared = prepare(spectrogram(quiet_digits()))
    assert prepared.mean_db.shape == prepared.covered.shape == (CHANNELS, BINS)
    assert prepared.mean_db.dtype == prepared.sigma_db.dtype == np.float32
    assert abs(float(np.median(prepared.mean_db))) < 0.02
    # 0.65 digit and rounding in the mean of four samples: 0.386 sqrt(0.65^2 + 1/12) / 2 = 0.137 dB.
    assert 0.11 < float(np.median(prepared.sigma_db)) < 0.16
    assert prepared.n_bins == 900 and prepared.bin_s == 1.0 and prepared.covered.mean() > 0.999


def test_a_burst_keeps_its_decibels() -> None:
    digits = quiet_digits()
    add_type_three(digits, 300, 10)
    prepared = prepare(spectrogram(digits))
    assert prepared.mean_db[85, 300:312].max() == pytest.approx(9.3, abs=1)


def test_a_gain_step_is_levelled_and_what_is_left_is_above_its_own_quiet_level() -> None:
    digits = quiet_digits()
    digits[30:70, 2000:] += 1.0 / DB_PER_DIGIT
    file = spectrogram(digits)
    as_recorded, levelled = prepare(file, level_gain=False), prepare(file)

    def jump(plane: np.ndarray) -> float:
        return float(plane[30:70, 520:].mean() - plane[30:70, :480].mean())

    assert jump(as_recorded.mean_db) == pytest.approx(1, abs=0.05)
    assert abs(jump(levelled.mean_db)) < 0.05
    assert abs(np.median(levelled.mean_db[30:70])) < 0.05 and np.median(levelled.sigma_db[30:70]) < 0.17
    np.testing.assert_array_equal(levelled.covered, as_recorded.covered)
    np.testing.assert_allclose(levelled.mean_db[:20], as_recorded.mean_db[:20], atol=1e-4)


def test_two_runs_give_the_same_bytes() -> None:
    one, other = (prepare(spectrogram(quiet_digits())) for _ in range(2))
    assert one.mean_db.tobytes() == other.mean_db.tobytes()


def test_bad_rows_are_empty() -> None:
    good = np.ones(200, dtype=bool)
    good[:8] = False
    prepared = prepare(spectrogram(quiet_digits(), good=good))
    assert not prepared.good[:8].any() and prepared.good[8:].all()
    assert np.isnan(prepared.sigma_db[:8]).all() and not prepared.covered[:8].any() and not prepared.mean_db[:8].any()


def test_a_file_without_a_good_row_is_prepared_all_the_same() -> None:
    assert not prepare(spectrogram(quiet_digits(), good=np.zeros(200, dtype=bool))).good.any()


@pytest.mark.parametrize(("channels", "left"), [(100, 100), (200, 200), (300, 150), (401, 134)])
def test_few_channels_are_padded_and_many_are_pooled(channels: int, left: int) -> None:
    prepared = prepare(spectrogram(quiet_digits(channels, 1200)))
    assert prepared.good.sum() == left
    assert np.isfinite(prepared.frequency_mhz).sum() == left and np.all(np.diff(prepared.frequency_mhz[:left]) > 0)
    assert not prepared.mean_db[left:].any() and not prepared.mean_db[:, 300:].any()


@pytest.mark.parametrize(
    ("samples", "step", "n_bins", "bin_s"),
    [
        (3600, 0.25, 900, 1.0),
        (3580, 0.25, 895, 1.0),
        (1800, 0.5, 900, 1.0),
        (9000, 0.1, 900, 1.0),
        (7200, 0.25, 900, 2.0),
        (36, 0.25, 9, 1.0),
    ],
)
def test_bins_last_a_second_or_more(samples: int, step: float, n_bins: int, bin_s: float) -> None:
    prepared = prepare(spectrogram(quiet_digits(30, samples), step))
    assert (prepared.n_bins, prepared.bin_s) == (n_bins, pytest.approx(bin_s))
    assert prepared.covered[:30, :n_bins].mean() > 0.98 and not prepared.covered[:, n_bins:].any()


def test_gaps_in_time_stay_uncovered() -> None:
    time = 0.25 * np.arange(400)
    time[200:] += 50
    prepared = prepare(spectrogram(quiet_digits(30, 400), time_s=time, t_end=START + timedelta(seconds=150)))
    assert prepared.n_bins == 150
    assert not prepared.covered[:30, 50:100].any() and prepared.covered[:30, :50].all() and prepared.covered[:30, 100:].any()


def test_phoenix_units_become_decibels() -> None:
    digits = quiet_digits(30, 1200)
    digits[:, 400:440] += 45
    prepared = prepare(spectrogram(digits, header={"BUNIT": "45*log(sfu+10)"}))
    assert float(np.median(prepared.mean_db[:30, 101:109])) == pytest.approx(10, abs=0.2)


def test_a_carrier_that_comes_and_goes_is_masked() -> None:
    digits = quiet_digits()
    digits[77, 800:1600] += 30
    prepared = prepare(spectrogram(digits))
    assert not prepared.covered[77, 200:400].any() and prepared.covered[76].all()
