"""`nightshift classify --json` keeps its contract, on simulated and on real files."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deployments.simulated.night import write_night
from models.simulate.camera import draw_scene
from models.simulate.camera.tau2_fits import tau2_bytes

START = datetime(2023, 1, 24, 20, tzinfo=UTC)


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


def assert_sky_contract(result: dict[str, Any]) -> dict[str, Any]:
    """Check one judged or declined sky frame; return its headline verdict."""
    assert (result["instrument"], result["state"]) == ("sky", "ok")
    (head,) = [verdict for verdict in result["verdicts"] if verdict["headline"]]
    assert head["model"] == "sky-clear"
    for verdict in result["verdicts"]:
        if verdict["state"] == "judged":
            assert verdict["label"] == ("cloud" if verdict["positive"] else "clear")
            assert verdict["positive"] == (verdict["score"] >= verdict["threshold"])
        else:
            assert verdict["state"] == "declined" and verdict["reason"]
    if head["state"] == "judged":
        assert 0 <= head["metrics"]["cloud_fraction"] <= 1
        assert head["metrics"]["reference"] in ("site", "in_frame")
    return head


def test_sky_frames_are_judged_beside_spectrograms(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    for name, kinds in (("clear", ()), ("overcast", ("stratus",))):
        scene = draw_scene(rng, kinds, 1.0)
        made = scene.frame(rng)
        data = tau2_bytes(made.adu, START, air_c=scene.air_c, shutter_c=scene.shutter_c, since_correction_s=15.0)
        (tmp_path / f"{name}.fits").write_bytes(data)
    (tmp_path / "cut.fits").write_bytes(data[:100_000])
    write_night(tmp_path / "night", START.date(), stations=1, files_per_station=1, faults=())
    spectrogram = next((tmp_path / "night").rglob("*.fit.gz"))
    results = classify([*sorted(tmp_path.glob("*.fits")), spectrogram], tmp_path)
    assert_contract(results.pop(spectrogram.name))
    assert results["cut.fits"]["state"] == "quarantined" and "cut.fits" in results["cut.fits"]["reason"]
    clear, overcast = (assert_sky_contract(results[f"{name}.fits"]) for name in ("clear", "overcast"))
    assert results["clear.fits"]["observation"]["t_start"] == "2023-01-24T20:00:00Z"
    assert clear["label"] == "clear" and clear["metrics"]["cloud_fraction"] < 0.05
    assert overcast["label"] == "cloud" and overcast["metrics"]["cloud_fraction"] > 0.95


def test_real_sky_frames_are_what_they_are(real_data: Path, tmp_path: Path) -> None:
    files = [*(real_data / "sky/stardice_raw").glob("*.fits"), *(real_data / "sky/stardice_val_fits").glob("*.fits")]
    visible = [*(real_data / "sky/iceact_magic").glob("*.fits"), *(real_data / "sky/swimseg_gray_fits").glob("*.fits")][::6]
    heads = {name: assert_sky_contract(result) for name, result in classify([*files, *visible], tmp_path).items()}
    clear = heads.pop("clear_sky_sample.fits")
    assert clear["label"] == "clear" and clear["metrics"]["cloud_fraction"] < 0.05
    assert {heads[path.name]["label"] for path in files if path.name in heads} == {"cloud"}
    assert {heads[path.name]["state"] for path in visible} == {"declined"}


@pytest.mark.parametrize("label", ["burst", "quiet"])
def test_real_bursts_score_higher_than_quiet_files(real_data: Path, tmp_path: Path, label: str) -> None:
    """In sample: the weights have seen these files; a broken pipeline would still fail here."""
    names = {"burst": "ALMATY_20110809_080000_59.fit.gz", "quiet": "ALGERIA-CRAAG_20200815_064500_59.fit.gz"}
    (result,) = classify([real_data / "radio/fits" / names[label]], tmp_path).values()
    (head,) = [verdict for verdict in result["verdicts"] if verdict["headline"]]
    assert head["label"] == label
