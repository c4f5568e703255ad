"""Checks on real files, which are not part of the repository."""

import csv
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from deployments.real_files import HEAD, TABLE, real_files
from models.radio.gate import RadioGate
from models.radio.prepare import prepare
from models.radio.rows import BadRows, bad_rows
from models.radio.spectrogram import Spectrogram
from tasks.readers.fits_planes import read_planes
from tasks.readers.inflate import inflate_fits
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


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[dict[str, str], np.ndarray, BadRows]]:
    """For each file its line of the table of tail rows, its frequencies, and what is found; in the order of the file."""
    seen = {}
    with (DATA / "tail_rows.csv").open(encoding="utf-8") as table:
        for line in csv.DictReader(table):
            data = (DATA / "fits" / line["file"]).read_bytes()
            planes = read_planes(inflate_fits(data, line["file"]), line["file"])
            seen[line["file"]] = line, planes.frequency, bad_rows(planes.digits, planes.frequency)
    return seen


def test_dummies_are_those_of_the_table_of_tail_rows(rows: dict[str, tuple[dict[str, str], np.ndarray, BadRows]]) -> None:
    differ = []
    for name, (line, _, found) in rows.items():
        counts = [int(line[key]) for key in ("const_rows", "sawtooth_rows", "dup_freq_rows")]
        bad = int((found.constant | found.ramp | found.repeated).sum())
        if not max(counts) <= bad <= sum(counts):
            differ.append(name)
    # KRIM repeats 250 MHz seven times, which the table does not count.
    assert differ == ["KRIM_20151104_115837_00.fit.gz"]


def test_alias_rows_are_those_of_the_table_and_no_sky_row_is_taken_for_one(
    rows: dict[str, tuple[dict[str, str], np.ndarray, BadRows]],
) -> None:
    missed = {}
    for name, (line, frequency, found) in rows.items():
        told = Counter(line["alias_f_mhz"].split())
        assert Counter(f"{mhz:.1f}" for mhz in frequency[found.alias]) <= told, name
        # The table counts the first row of a group of dummies too.
        if lost := told - Counter(f"{mhz:.1f}" for mhz in frequency[~found.sky]):
            missed[name] = sorted(lost)
    assert missed == {
        "BIR_20120424_070000_02.fit.gz": ["101.6"],
        "BIR_20120704_161500_01.fit.gz": ["10.8", "11.4"],
        "PHOENIX-2_20050804_083000p.fit.gz": ["213.0"],
    }


def test_the_document_of_the_real_files_is_the_generated_one() -> None:
    assert TABLE.read_text(encoding="utf-8") == HEAD + "".join(real_files(DATA / "fits")), "run python -m deployments.real_files"


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
