"""Shards hold what was prepared, give the same bytes every time, and need nothing but numpy to be read."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.errors import StalePreparation
from models.radio.quick_look import QuickLook
from models.radio.spectrogram import PreparedSpectrogram
from tasks.shard import open_shard, pack, unpack
from tasks.shards.prepared_spectrogram import CODEC, STEP_DB

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2024, 5, 14, 12, 0, 0, 250_000, tzinfo=UTC)


def prepared(seed: int = 0, channels: int = 20, bins: int = 45) -> PreparedSpectrogram:
    """A small prepared spectrogram with uncovered bins, a bad row and a padding row."""
    generator = np.random.default_rng(seed)
    mean = generator.normal(0, 3, (channels, bins)).astype(np.float32)
    covered = generator.random((channels, bins)) > 0.1
    good = np.arange(channels) < channels - 2
    frequency = np.linspace(45, 445, channels)
    frequency[-1] = np.nan
    return PreparedSpectrogram(
        mean_db=np.where(covered, mean, np.float32(0)),
        sigma_db=np.where(good, np.float32(0.2), np.float32(np.nan)),
        covered=covered,
        frequency_mhz=frequency,
        good=good,
        bin_s=1.5,
        n_bins=40,
        t_start=START,
        t_end=START + timedelta(minutes=1),
        station="CALLISTO_MEX",
        focus_code="59",
        product="intensity",
    )


def spectrograms() -> list[tuple[str, PreparedSpectrogram]]:
    return [("a.fit.gz", prepared(1)), ("b.fit.gz", prepared(2))]


def test_spectrograms_come_back_within_half_a_step() -> None:
    for (name, before), (same, after) in zip(spectrograms(), unpack(pack(spectrograms())), strict=True):
        assert name == same and isinstance(after, PreparedSpectrogram)
        assert after.mean_db.dtype == np.float32 and np.abs(after.mean_db - before.mean_db).max() <= STEP_DB / 2 + 1e-5
        for plane in ("sigma_db", "covered", "frequency_mhz", "good"):
            np.testing.assert_array_equal(getattr(after, plane), getattr(before, plane))
        for field in ("bin_s", "n_bins", "t_start", "t_end", "station", "focus_code", "product"):
            assert getattr(after, field) == getattr(before, field)


def test_levels_beyond_what_a_shard_holds_are_cut() -> None:
    loud = prepared()
    loud.mean_db[0, :2] = 1e6, -1e6
    ((_, after),) = unpack(pack([("a", loud)]))
    assert isinstance(after, PreparedSpectrogram)
    np.testing.assert_allclose(after.mean_db[0, :2], [655.34, -655.34], rtol=1e-6)


def test_a_shard_of_a_shard_is_the_same_shard() -> None:
    once = pack(spectrograms())
    assert pack(unpack(once)) == once  # type: ignore[arg-type]


def test_the_same_observations_give_the_same_bytes_in_any_process() -> None:
    here = hashlib.sha256(pack(spectrograms())).hexdigest()
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests/unit/tasks'); from test_shard import spectrograms; "
        "from tasks.shard import pack; print(hashlib.sha256(pack(spectrograms())).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here == hashlib.sha256(pack(spectrograms())).hexdigest()


def test_numpy_alone_reads_a_shard() -> None:
    with np.load(io.BytesIO(pack(spectrograms())), allow_pickle=False) as stored:
        index = json.loads(stored["index"].tobytes())
        assert stored["mean"].shape == (2, 20, 45) and stored["mean"].dtype == np.int16
    assert [item["name"] for item in index["observations"]] == ["a.fit.gz", "b.fit.gz"]
    assert index["observations"][0]["t_start"] == "2024-05-14T12:00:00.250000+00:00"


def test_an_opened_shard_has_axes_in_mhz_and_utc() -> None:
    data = open_shard(pack(spectrograms()))
    assert dict(data.sizes) == {"file": 2, "channel": 20, "bin": 45}
    assert data.frequency_mhz.attrs["units"] == "MHz" and data.bin_start.attrs["time_zone"] == "UTC"
    assert data.frequency_mhz.values[0, 0] == pytest.approx(45)
    starts = data.bin_start.sel(file="b.fit.gz").values
    assert starts[0] == np.datetime64("2024-05-14T12:00:00.250") and starts[2] - starts[0] == np.timedelta64(3, "s")
    assert list(data.station.values) == ["CALLISTO_MEX"] * 2
    np.testing.assert_allclose(data.mean_db.values[0], prepared(1).mean_db, atol=STEP_DB)


def test_pictures_of_any_size_come_back_as_they_were() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    pictures = [("a.png", QuickLook(pixels, START, "BIR", "01")), ("b.png", QuickLook(pixels[:4], None, "", ""))]
    for (name, before), (same, after) in zip(pictures, unpack(pack(pictures)), strict=True):
        assert name == same and isinstance(after, QuickLook)
        np.testing.assert_array_equal(after.pixels, before.pixels)
        assert (after.t_start, after.station, after.focus_code) == (before.t_start, before.station, before.focus_code)


def test_a_shard_of_another_preparation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.shards.prepared_spectrogram.CODEC", replace(CODEC, preparation="radio-0"))
    older = pack(spectrograms())
    monkeypatch.undo()
    with pytest.raises(StalePreparation, match="radio-0"):
        unpack(older)
