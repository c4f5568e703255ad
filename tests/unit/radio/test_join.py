"""Joining: no sample lost or told twice, gaps known as gaps, focus codes that remember who they are."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from spectrograms import START, quiet_digits, spectrogram

from models.radio.bands import merge_bands
from models.radio.join import join, levelled
from models.radio.overview import overview
from models.radio.prepare import prepare
from models.radio.spectrogram import DB_PER_DIGIT, Spectrogram
from models.radio.stretch import Stretch
from tasks.readers.spectrogram import read_spectrogram

SAMPLES = 240  # a minute


def ramp(second: float = 0, samples: int = SAMPLES, first: int = 0, **parts: object) -> Spectrogram:
    """A uint8 file of 30 channels whose samples count up from ``first``, starting ``second`` after noon."""
    digits = np.tile(np.arange(first, first + samples) % 251, (30, 1)).astype(np.uint8)
    start = START + timedelta(seconds=second)
    usual = {"intensity": digits, "t_start": start, "t_end": start + timedelta(seconds=samples / 4)}
    return spectrogram(digits.astype(np.float32), **(usual | parts))


def code(name: str, low: float, high: float, second: float = 0, **parts: object) -> Spectrogram:
    return ramp(second, focus_code=name, frequency_mhz=np.linspace(low, high, 30), **parts)


def only(stretches: list[Stretch]) -> Stretch:
    assert len(stretches) == 1
    return stretches[0]


def test_files_in_any_order_become_one_stretch_with_every_sample_once() -> None:
    stretch = only(join([ramp(120, first=480), ramp(), ramp(60, first=240)]))
    assert stretch.intensity.dtype == np.uint8
    np.testing.assert_array_equal(stretch.intensity[7], np.arange(720) % 251)
    np.testing.assert_allclose(stretch.time_s, np.arange(720) / 4)
    assert stretch.covered.all() and stretch.t_start == START and stretch.t_end == START + timedelta(minutes=3)


def test_a_short_gap_is_samples_that_are_not_covered() -> None:
    stretch = only(join([ramp(), ramp(70, first=100)]))
    assert stretch.time_s.size == 520 and (np.diff(stretch.time_s) > 0).all()
    np.testing.assert_array_equal(np.flatnonzero(~stretch.covered[0]), np.arange(240, 280))
    assert not stretch.intensity[:, 240:280].any()
    np.testing.assert_array_equal(stretch.intensity[0, 280:], np.arange(100, 340) % 251)


def test_a_gap_in_float_intensities_is_nan() -> None:
    scaled = ramp(70)
    scaled = replace(scaled, intensity=scaled.intensity * np.float32(1.04))
    stretch = only(join([ramp(), scaled]))
    assert stretch.intensity.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(stretch.intensity), ~stretch.measured)


def test_a_long_gap_starts_a_new_stretch() -> None:
    assert len(join([ramp(), ramp(60 + 61)])) == 2
    assert len(join([ramp(), ramp(60 + 59)])) == 1
    assert len(join([ramp(), ramp(60 + 59)], longest_gap_s=30)) == 2


def test_overlaps_are_trimmed_and_copies_vanish() -> None:
    stretch = only(join([ramp(), ramp(30, first=120), ramp(30, first=120), ramp()]))
    np.testing.assert_array_equal(stretch.intensity[0], np.arange(360) % 251)
    np.testing.assert_allclose(stretch.time_s, np.arange(360) / 4)


def test_a_file_within_another_vanishes() -> None:
    stretch = only(join([ramp(), ramp(10, samples=40, first=40)]))
    np.testing.assert_array_equal(stretch.intensity[0], np.arange(240))


def test_milliseconds_between_clocks_lose_nothing() -> None:
    stretch = only(join([ramp(0.362), ramp(60.336, first=240)]))
    assert stretch.covered.all() and stretch.time_s.size == 480


@pytest.mark.parametrize(
    "changed",
    [
        {"frequency_mhz": np.linspace(45, 445.2, 30)},
        {"header": {"BUNIT": "45*ln10(sfu+10)"}},
        {"time_s": 0.125 * np.arange(SAMPLES)},
    ],
    ids=["frequency", "unit", "sampling"],
)
def test_another_axis_starts_a_new_stretch(changed: dict[str, object]) -> None:
    assert len(join([ramp(), ramp(60, **changed)])) == 2


def test_rounding_of_frequencies_does_not() -> None:
    shifted = np.linspace(45, 445, 30) + 0.004
    assert len(join([ramp(), ramp(60, frequency_mhz=shifted)])) == 1


def test_stations_codes_and_products_stay_apart() -> None:
    found = join([ramp(), ramp(60, station="OOTY"), ramp(60, focus_code="02"), ramp(60, product="polarisation")])
    assert [(one.station, one.focus_codes, one.product) for one in found] == [
        ("BIR", ("01",), "intensity"),
        ("BIR", ("01",), "polarisation"),
        ("BIR", ("02",), "intensity"),
        ("OOTY", ("01",), "intensity"),
    ]


def test_a_channel_is_sky_where_it_is_for_most_of_the_time() -> None:
    good = np.ones(30, dtype=bool)
    good[3] = False
    assert only(join([ramp(), ramp(60), ramp(120, good=good)])).good.all()
    np.testing.assert_array_equal(only(join([ramp(), ramp(60, good=good), ramp(120, good=good)])).good, good)


def test_neighbouring_bands_are_sorted_and_remember_their_code() -> None:
    merged = only(merge_bands(join([code("01", 10, 105), code("02", 100, 195)])))
    assert merged.focus_codes == ("01", "02") and merged.intensity.shape == (60, SAMPLES)
    assert (np.diff(merged.frequency_mhz) > 0).all()
    np.testing.assert_allclose(merged.frequency_mhz[merged.part == 0], np.linspace(10, 105, 30))
    both = (merged.frequency_mhz > 100) & (merged.frequency_mhz < 105)
    assert set(merged.part[both]) == {0, 1}


def test_polarisations_are_not_interleaved() -> None:
    found = merge_bands(join([code("62", 10, 105, 14), code("63", 10, 105)]))
    assert [one.focus_codes for one in found] == [("62",), ("63",)]


def test_a_third_code_of_the_same_band_leaves_the_other_two_merged() -> None:
    found = merge_bands(join([code("01", 10, 105), code("02", 100, 195), code("04", 12, 94)]))
    assert [one.focus_codes for one in found] == [("01", "02"), ("04",)]


def test_another_sampling_and_start_gives_the_nearest_sample() -> None:
    coarse = code("02", 100, 195, 10.1, samples=100, first=50, time_s=0.5 * np.arange(100))
    merged = only(merge_bands(join([code("01", 10, 90), coarse])))
    row = merged.intensity[np.flatnonzero(merged.part == 1)[0]]
    seen = merged.covered[1]
    assert not seen[:39].any() and seen[39:239].all()
    expected = 50 + np.round((merged.time_s - 10.1) / 0.5)
    np.testing.assert_array_less(np.abs(row[seen] - expected[seen]), 1.01)
    assert merged.covered[0, :SAMPLES].all() and not merged.covered[0, SAMPLES:].any()


def test_a_code_that_was_away_returns_to_its_own_channels() -> None:
    files = [code("01", 10, 90), code("01", 10, 90, 300), code("02", 100, 195, samples=251 * 6)]
    merged = only(merge_bands(join(files)))
    assert merged.focus_codes == ("01", "02") and merged.intensity.shape[0] == 60
    assert merged.covered[0, :240].all() and not merged.covered[0, 245:1195].any() and merged.covered[0, 1200:1440].all()


def test_codes_that_never_observe_together_stay_apart() -> None:
    assert len(merge_bands(join([code("01", 10, 90), code("02", 100, 195, 60)]))) == 2


def test_prepared_files_join_as_shards_hold_them() -> None:
    files = [prepare(spectrogram(quiet_digits(seed=seed))) for seed in range(2)]
    later = replace(files[1], t_start=files[0].t_end, t_end=files[0].t_end + timedelta(minutes=15))
    stretch = only(join([levelled(files[0]), levelled(later)]))
    assert stretch.intensity.shape == (200, 1800) and stretch.header["BUNIT"] == "dB above quiet"
    expected = np.where(files[0].covered, files[0].mean_db, np.float32(np.nan))
    np.testing.assert_array_equal(stretch.intensity[:, :900], expected)


def test_an_overview_has_one_quiet_level() -> None:
    digits = quiet_digits(30, 10800)
    digits[:, 7200:] += 3 / DB_PER_DIGIT  # 3 dB for all of the third file
    files = []
    for start in range(0, 10800, 3600):
        begin = START + timedelta(seconds=start / 4)
        files.append(spectrogram(digits[:, start : start + 3600], t_start=begin, t_end=begin + timedelta(minutes=15)))
    edges_s, level_db = overview(only(join(files)))
    middles = (edges_s[1:] + edges_s[:-1]) / 2
    assert abs(np.median(level_db[:, middles < 1800])) < 0.1
    assert np.median(level_db[:, middles > 1800]) == pytest.approx(3, abs=0.1)


def test_an_overview_leaves_gaps_and_bad_rows_open() -> None:
    good = np.ones(30, dtype=bool)
    good[0] = False
    _, level_db = overview(only(join([ramp(good=good), ramp(90, good=good)])))
    assert np.isnan(level_db[0]).all()
    assert np.isnan(level_db[1:, 61:89]).all() and np.isfinite(level_db[1:, :60]).all() and np.isfinite(level_db[1:, 91:]).all()


def test_a_real_hour_is_whole(real_data: Path) -> None:
    paths = sorted((real_data / "radio" / "fits").glob("BIR_20120704_16*.fit.gz"))
    files = [read_spectrogram(path.read_bytes(), path.name) for path in paths]
    merged = only(merge_bands(join(files)))
    assert merged.focus_codes == ("01", "02", "03") and merged.intensity.shape == (600, 14401)
    assert merged.intensity.dtype == np.uint8
    # One quarter of focus code 02 and two of 03 are not there.
    np.testing.assert_allclose(merged.covered.mean(axis=1), [1, 0.75, 0.5], atol=0.001)
    last = max(file.t_start for file in files)
    one = next(file for file in files if file.focus_code == "02" and file.t_start == last)
    row = np.flatnonzero(merged.part == 1)[100]
    begin = round((one.t_start - merged.t_start).total_seconds() * 4)
    shift = min(
        np.abs(merged.intensity[row, begin + lag : begin + lag + 3000].astype(int) - one.intensity[100, :3000]).sum()
        for lag in (-1, 0, 1)
    )
    assert shift == 0
