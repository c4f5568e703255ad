"""`nightshift classify --json` keeps its contract, on simulated and on real files."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deployments.simulated.night import write_night


def classify(files: list[Path], folder: Path) -> dict[str, dict[str, Any]]:
    nightshift = str(Path(sys.executable).with_name("nightshift"))
    done = subprocess.run(
        [nightshift, "classify", "--json", *map(str, files)],
        env={"NIGHTSHIFT_HOME": str(folder / "no-stack-here"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {Path(result["file"]).name: result for result in map(json.loads, done.stdout.splitlines())}


def assert_contract(result: dict[str, Any]) -> None:
    assert set(result) == {"file", "instrument", "state", "reason", "observation", "verdicts"}
    if result["state"] == "quarantined":
        assert result["reason"]
        return
    assert result["state"] == "ok"
    assert [verdict["headline"] for verdict in result["verdicts"]].count(True) == 1
    for moment in (result["observation"]["t_start"], result["observation"]["t_end"]):
        assert moment is None or (moment.endswith("Z") and datetime.fromisoformat(moment))
    for verdict in result["verdicts"]:
        assert isinstance(verdict["detections"], list)
        assert isinstance(verdict["metrics"], dict)
        if verdict["state"] == "judged":
            if not result["file"].endswith(".png"):
                assert 0 < verdict["metrics"]["frequency_low_mhz"] < verdict["metrics"]["frequency_high_mhz"]
            assert 0 <= verdict["score"] <= 1
            assert verdict["positive"] == (verdict["score"] >= verdict["threshold"])
            assert verdict["label"] == ("burst" if verdict["positive"] else "quiet")
        else:
            assert verdict["state"] in ("declined", "skipped")
            assert verdict["reason"]
            assert verdict["label"] is verdict["score"] is verdict["positive"] is None


def test_every_file_of_a_simulated_night_gets_a_verdict_or_a_reason(tmp_path: Path) -> None:
    truth = write_night(tmp_path, datetime(2024, 5, 14).date(), stations=4, files_per_station=3)  # noqa: DTZ001
    files = sorted(tmp_path.rglob("*.fit.gz"))
    results = classify([*files, *sorted(tmp_path.rglob("*.png"))], tmp_path)
    for result in results.values():
        assert_contract(result)
    quarantined = {name for name, result in results.items() if result["state"] == "quarantined"}
    on_disk = {path.name for path in files}
    assert quarantined == {file.name for file in truth.files if file.expected == "quarantined" and file.name in on_disk}
    pictures = [result for name, result in results.items() if name.endswith(".png")]
    assert pictures
    states = {(verdict["model"], verdict["state"]) for result in pictures for verdict in result["verdicts"]}
    # What looks at pictures judges them; of the large CLIP there are no weights here.
    assert {model for model, state in states if state != "declined"} == {"radio-clip-nightshift", "radio-clip"}
    assert ("radio-clip", "skipped") in states and ("radio-clip-nightshift", "judged") in states


def test_whatever_a_file_holds_it_is_quarantined_with_its_name(tmp_path: Path) -> None:
    contents = {
        "a.fit.gz": b"",
        "b.fit.gz": b"\x1f\x8b",
        "c.fit": b"SIMPLE  =",
        "d.png": b"\x89PNG\r\n\x1a\n",
        "e.bin": bytes(range(256)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    results = classify([tmp_path / name for name in contents], tmp_path)
    for name, result in results.items():
        assert result["state"] == "quarantined"
        assert name in result["reason"]
        assert_contract(result)


def test_real_files_keep_the_contract(real_data: Path, tmp_path: Path) -> None:
    files = sorted((real_data / "radio/fits").iterdir())[::8]
    results = classify(files, tmp_path)
    assert len(results) == len(files)
    for result in results.values():
        assert_contract(result)
        assert result["observation"]["t_start"] is not None


@pytest.mark.parametrize("label", ["burst", "quiet"])
def test_real_bursts_score_higher_than_quiet_files(real_data: Path, tmp_path: Path, label: str) -> None:
    """In sample: the weights have seen these files; a broken pipeline would still fail here."""
    names = {"burst": "ALMATY_20110809_080000_59.fit.gz", "quiet": "ALGERIA-CRAAG_20200815_064500_59.fit.gz"}
    (result,) = classify([real_data / "radio/fits" / names[label]], tmp_path).values()
    (head,) = [verdict for verdict in result["verdicts"] if verdict["headline"]]
    assert head["label"] == label
