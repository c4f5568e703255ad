"""What leaves for xarray and radiospectra keeps its axes, units and holes."""

from datetime import timedelta

import numpy as np
import pytest
from spectrograms import START, quiet_digits, spectrogram

from models.radio.bands import merge_bands
from models.radio.export import radiospectra_meta, to_radiospectra, to_xarray
from models.radio.join import join
from models.radio.spectrogram import Spectrogram
from models.radio.stretch import Stretch


def file_of(code: str, low: float, high: float, second: float = 0) -> Spectrogram:
    start = START + timedelta(seconds=second)
    digits = quiet_digits(40, 240)
    good = np.ones(40, dtype=bool)
    good[0] = False
    axis = np.linspace(low, high, 40)
    end = start + timedelta(minutes=1)
    return spectrogram(digits, focus_code=code, frequency_mhz=axis, good=good, t_start=start, t_end=end)


def with_gap() -> Stretch:
    (stretch,) = merge_bands(join([file_of("01", 10, 90), file_of("01", 10, 90, 80), file_of("02", 100, 190)]))
    return stretch


def test_a_file_becomes_a_dataset_in_the_units_of_a_shard() -> None:
    one = file_of("01", 10, 90)
    dataset = to_xarray(one)
    assert dataset.intensity.dims == ("channel", "time") and dataset.intensity.units == "digits"
    np.testing.assert_array_equal(dataset.intensity, one.intensity)
    assert dataset.frequency_mhz.units == "MHz" and dataset.time.time_zone == "UTC"
    assert dataset.time.values[1] == np.datetime64("2024-05-14T12:00:00.250")
    assert set(dataset.focus_code.values) == {"01"} and dataset.station == "BIR" and dataset.covered.all() and not dataset.good[0]


def test_a_stretch_keeps_its_holes_and_codes() -> None:
    dataset = to_xarray(with_gap())
    second = dataset.covered.where(dataset.focus_code == "02", drop=True)
    assert second.isel(time=slice(0, 240)).all() and not second.isel(time=slice(245, None)).any()
    lower = dataset.sel(time=slice("2024-05-14T12:01:05", "2024-05-14T12:01:15"))
    assert not lower.covered.any() and np.isnan(lower.intensity).all()


def test_metadata_for_radiospectra_hold_sky_channels_and_true_times() -> None:
    stretch = with_gap()
    meta = radiospectra_meta(stretch)
    assert meta["observatory"] == "BIR" and meta["instrument"] == "e-CALLISTO"
    assert meta["freqs"].unit == "MHz" and len(meta["freqs"]) == stretch.good.sum() == 78
    assert len(meta["times"]) == stretch.time_s.size
    assert meta["start_time"].isot == "2024-05-14T12:00:00.000"
    assert (meta["end_time"] - meta["start_time"]).sec == pytest.approx(stretch.time_s[-1])


def test_radiospectra_takes_files_and_stretches() -> None:
    pytest.importorskip("radiospectra", reason="the extra radiospectra is not installed")
    one = file_of("01", 10, 90)
    plain, gapped = to_radiospectra(one), to_radiospectra(with_gap())
    assert plain.observatory == "BIR" and plain.data.shape == (39, 240) and plain.data.dtype == one.intensity.dtype
    np.testing.assert_array_equal(plain.frequencies.to_value("MHz"), one.frequency_mhz[1:])
    assert np.isnan(gapped.data).any() and np.isfinite(gapped.data[:, :240]).all()
    assert gapped.meta["wavelength"].min.to_value("MHz") == pytest.approx(gapped.frequencies.to_value("MHz").min())
    assert "BIR" in repr(gapped)
