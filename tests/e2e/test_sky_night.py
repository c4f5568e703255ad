"""A night of the sky camera: every frame accounted for, clouds as they were simulated, nothing changed by a rerun or a rebuild."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, select

from db import objects
from db.nights import night_artifacts
from db.schema import Night, SourceFile
from db.session import transaction
from deployments.simulated.camera import FrameTruth, read_truth
from tests.e2e.conftest import CAMERA_FRAMES, NIGHT, SimulatedNight

ARCHIVE = "sky-camera-simulated"
OPTIONS = ("--night", NIGHT.isoformat(), "--archive", ARCHIVE)


def ask(night: SimulatedNight, question: str, *options: str) -> list[dict[str, Any]]:
    answer = night.run("query", question, *OPTIONS, "--format", "json", *options)
    assert answer.returncode == 0, answer.stderr
    rows: list[dict[str, Any]] = json.loads(answer.stdout)
    return rows


def export(night: SimulatedNight) -> str:
    answer = night.run("export", "night", *OPTIONS)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def truth(sky: SimulatedNight) -> dict[str, FrameTruth]:
    return {frame.name: frame for frame in read_truth(sky.archive.folder, NIGHT)}


def test_every_frame_is_accounted_for_with_its_fault(sky: SimulatedNight, truth: dict[str, FrameTruth]) -> None:
    (row,) = ask(sky, "nights")
    expected = Counter(frame.expected for frame in truth.values())
    assert (row["outcome"], row["listed"]) == ("complete", len(truth)) and len(truth) > 0.9 * CAMERA_FRAMES
    assert (row["stored"], row["quarantined"]) == (expected["stored"], expected["quarantined"]) and expected["quarantined"] == 1
    assert row["stored"] * row["models"] == row["judged"] + row["declined"] + row["skipped"]
    files = ask(sky, "files", "--state", "stored")
    assert all(file["raw_key"] is None and file["sha256"] for file in files), "frames stay where they are"
    told = {row["name"]: row["fault"] for row in ask(sky, "sky", "--headline")}
    assert told == {name: frame.fault for name, frame in truth.items() if frame.expected == "stored"}


def test_clouds_are_told_as_they_were_simulated(sky: SimulatedNight, truth: dict[str, FrameTruth]) -> None:
    judged = ask(sky, "sky", "--headline", "--state", "judged")
    assert all(row["reference"] == "in_frame" for row in judged)
    errors = {row["name"]: abs(row["cloud_fraction"] - truth[row["name"]].cloud_fraction) for row in judged}
    skies = {row["name"]: truth[row["name"]].sky for row in judged}
    assert max(error for name, error in errors.items() if skies[name] == "clear") < 0.01
    assert sum(errors.values()) / len(errors) < 0.05
    classes = {sky_: {row["sky_class"] for row in judged if skies[row["name"]] == sky_} for sky_ in set(skies.values())}
    assert classes["clear"] == {"photometric"} and classes["stratus"] == {"overcast"}, "36 minutes without a cloud"
    assert ask(sky, "sky", "--headline", "--class", "overcast", "--min-cloud", "0.99")
    assert any(row["cloud_rate_per_min"] for row in judged) and any(row["variance_15min_adu2"] for row in judged)


def test_injected_clouds_are_counted_apart(sky: SimulatedNight) -> None:
    clouds = ask(sky, "clouds")
    assert clouds and all(row["recovered"] for row in clouds if row["excess_adu"] > 40)
    tables = json.loads(export(sky))["tables"]
    assert len(tables["cloud_injection"]) == len(clouds) and not tables["detection"] and not tables["score"]


def test_the_report_shows_hours_faults_and_pictures(sky: SimulatedNight) -> None:
    with transaction() as connection:
        held = night_artifacts(connection, ARCHIVE, NIGHT)
    assert {"clouds", "keogram", "maps", "report", "bundle"} <= held.keys()
    page = objects.get(held["report"]["key"]).decode()
    assert page.count("data:image/png") == 3 and "SIMULATED" in page
    for said in ("stuck_columns", "photometric", "What would have been found"):
        assert said in page, said
    (minutes,) = re.findall(r"Longest clear run: (\d+) min", page)
    assert 33 <= int(minutes) <= 36, "as it was simulated, but for what faults took at its end"


def test_a_second_run_of_the_night_changes_nothing(sky: SimulatedNight) -> None:
    before, keys = export(sky), objects.keys()
    again = sky.run("night", "--archive", "simulated", *OPTIONS[:2], "--only", "sky")
    assert again.returncode == 0, again.stderr
    assert export(sky) == before and objects.keys() == keys


def test_a_night_lost_to_the_database_is_rebuilt_as_it_was(sky: SimulatedNight) -> None:
    before = export(sky)
    with transaction() as connection:
        connection.execute(delete(SourceFile).where(SourceFile.archive == ARCHIVE))
        connection.execute(delete(Night).where(Night.archive == ARCHIVE))
        assert connection.scalar(select(SourceFile.id).where(SourceFile.archive == ARCHIVE)) is None
    rebuilt = sky.run("rebuild")
    assert rebuilt.returncode == 0 and f"{ARCHIVE} {NIGHT}: restored" in rebuilt.stdout, rebuilt.stdout + rebuilt.stderr
    assert export(sky) == before


def test_frames_of_a_folder_are_judged_where_they_lie_at_the_cadence_that_is_set(sky: SimulatedNight) -> None:
    folder = sky.archive.folder / "camera"
    slower = {"NIGHTSHIFT_CADENCES": '{"sky-origin": 600}', "NIGHTSHIFT_INJECTIONS": "0", "NIGHTSHIFT_QUICK_LOOKS": "0"}
    observed = sky.run("night", "--night", NIGHT.isoformat(), "--archive", f"sky-camera={folder}", "--only", "sky", env=slower)
    assert observed.returncode == 0, observed.stdout + observed.stderr
    here = sky.run("query", "sky", "--night", NIGHT.isoformat(), "--archive", "sky-camera", "--format", "json")
    rows = json.loads(here.stdout)
    refused = [row for row in rows if row["reason"] == "not due by its cadence"]
    assert {row["model"] for row in refused} == {"sky-origin"}
    spoken = [row for row in rows if row["model"] == "sky-origin" and row not in refused and row["fault"] != "duplicate"]
    assert len(spoken) == 6, "one in each ten minutes of the hour"
    same = {row["name"]: row["cloud_fraction"] for row in ask(sky, "sky", "--headline")}
    assert same == {row["name"]: row["cloud_fraction"] for row in rows if row["headline"]}
