"""Checks on real files, which are not part of the repository."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from models.radio.gate import RadioGate
from models.radio.prepare import prepare
from models.radio.spectrogram import Spectrogram
from tasks.readers.spectrogram import read_spectrogram

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("NIGHTSHIFT_REAL_DATA", ROOT.parent / "shared" / "data")) / "radio"
pytestmark = pytest.mark.skipif(
    not (DATA / "fits").is_dir(), reason=f"no real files in {DATA}; set NIGHTSHIFT_REAL_DATA to a folder with radio/fits"
)


@pytest.fixture(scope="module")
def seen() -> dict[str, Spectrogram]:
    return {path.name: read_spectrogram(path.read_bytes(), path.name) for path in sorted((DATA / "fits").iterdir())}


def test_every_real_file_is_read(seen: dict[str, Spectrogram]) -> None:
    with (DATA / "labels.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert len(seen) == len(rows)
    for row in rows:
        spectrogram = seen[row["file"]]
        assert spectrogram.intensity.shape == (int(row["n_channels"]), int(row["n_times"]))
        assert abs(spectrogram.t_start.timestamp() - np.datetime64(row["t_start"].rstrip("Z"), "ms").astype(float) / 1000) < 0.01


def test_bad_rows_are_those_of_the_table_of_tail_rows(seen: dict[str, Spectrogram]) -> None:
    with (DATA / "tail_rows.csv").open(encoding="utf-8") as table:
        rows = {row["file"]: row for row in csv.DictReader(table)}
    differ = []
    for name, row in rows.items():
        counts = [int(row[key]) for key in ("const_rows", "sawtooth_rows", "dup_freq_rows")]
        bad = int((~seen[name].good).sum())
        if not max(counts) <= bad <= sum(counts):
            differ.append(name)
    # KRIM repeats 250 MHz seven times, which the table does not count.
    assert differ == ["KRIM_20151104_115837_00.fit.gz"]


def test_only_polarisation_files_are_flagged(seen: dict[str, Spectrogram]) -> None:
    flagged = {name for name, spectrogram in seen.items() if spectrogram.product == "polarisation"}
    assert flagged == {"PHOENIX-2_20050804_083000p.fit.gz", "test3.fit.gz"}


def test_whole_seconds_are_rebuilt(seen: dict[str, Spectrogram]) -> None:
    time = seen["BLEN7M_20061206_081500i.fit.gz"].time_s
    np.testing.assert_allclose(np.diff(time), 0.1)


def test_odd_files_are_judged_or_declined_for_what_they_are(seen: dict[str, Spectrogram]) -> None:
    names = ["GAURI_20061206_100152_63.fit.gz", "test3.fit.gz", "STS_20061206_075959_59.fit.gz", "ZSTS_20151104_120000_59.fit.gz"]
    verdicts = RadioGate().judge([prepare(seen[name]) for name in names])
    assert [verdict.state for verdict in verdicts] == ["declined", "declined", "judged", "judged"]


def test_a_plain_burst_is_found_where_it_was_drawn(seen: dict[str, Spectrogram]) -> None:
    name = "GREENLAND_20170906_134014_62.fit.gz"
    best = RadioGate().judge([prepare(seen[name])])[0].detections[0]
    assert best.t_start is not None and f"{best.t_start:%H:%M}" == "13:47"
