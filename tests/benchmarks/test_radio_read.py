"""radio-read runs from an empty folder, and all who are installed read the same picture."""

import json
from pathlib import Path

import numpy as np
import pytest

from deployments.bench.peers import readers
from deployments.bench.radio_read import OURS, radio_read
from deployments.bench.result import Result
from deployments.bench.show import Circumstances, show_json, show_tables
from deployments.bench.spectrograms import files_of_day, full_size, real_files, simulated_day
from models.errors import ConfigurationError
from tasks.readers.spectrogram import read_spectrogram


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return radio_read(folder, None, files=2, rounds=1)


def test_ours_peers_and_bounds_stand_side_by_side(result: Result) -> None:
    assert {row.role for row in result.rows} == {"ours", "peer", "bound"}
    assert result.rows[0].name == result.ours == OURS
    for row in result.rows:
        assert row.n == 2 if row.seconds else "not installed" in row.note
    assert next(row for row in result.rows if row.name.startswith("astropy")).seconds


def test_json_holds_machine_versions_and_ratios(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    show_json(result, Circumstances.now())
    told = json.loads(capsys.readouterr().out)
    assert told["machine"]["cores"] >= 1
    assert {"nightshift", "numpy", "astropy", "isal"} <= set(told["versions"])
    assert told["rows"][0]["ratio"] == 1.0
    assert {"seconds", "cpu_s", "n", "best_of", "role"} <= set(told["rows"][0])


def test_the_table_names_everyone(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    show_tables(result, Circumstances.now())
    said = capsys.readouterr().out
    assert all(row.name in said for row in result.rows)
    assert all(note.split()[0] in said for note in result.notes)


def test_astropy_and_we_read_the_same_picture(folder: Path, result: Result) -> None:
    path = full_size(files_of_day(simulated_day(folder, 28, 1)))[0]
    ours = read_spectrogram(path.read_bytes(), path.name)
    astropy = next(contestant for contestant in readers() if contestant.name.startswith("astropy"))
    assert astropy.run
    picture, time_s, frequency_mhz = astropy.run(path)  # type: ignore[misc]
    order = np.argsort(frequency_mhz, kind="stable")
    assert np.array_equal(picture[order], ours.intensity)
    assert np.allclose(frequency_mhz[order], ours.frequency_mhz)
    assert np.allclose(time_s, ours.time_s)


def test_only_files_of_the_usual_size_are_compared(tmp_path: Path) -> None:
    files = files_of_day(simulated_day(tmp_path, 4, 3))
    usual = full_size(files)
    assert 0 < len(usual) < len(files), "this day has files of other sizes"
    assert {read_spectrogram(path.read_bytes(), path.name).intensity.shape for path in usual} == {(200, 3600)}


def test_a_folder_without_files_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"data: no \*\.fit\.gz"):
        real_files(tmp_path)
