"""A night of the Sun: every image accounted for, regions where they were simulated, nothing changed by a rerun."""

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from db import objects
from db.nights import night_artifacts
from db.session import transaction
from deployments.simulated.sun import SunFileTruth, read_truth
from models.sun.flares import GoesFlux
from tests.e2e.conftest import NIGHT, SimulatedNight
from tests.e2e.test_documents import statements

ARCHIVES = ("bbso", "aia-synoptic", "sdo-browse", "helioviewer", "hmi-magnetograms")
SUN = ("night", "--archive", "simulated", "--night", NIGHT.isoformat(), "--only", "sun")


@pytest.fixture(scope="module")
def sun(small_archive: SimulatedNight) -> SimulatedNight:
    """The night of the Sun, observed once."""
    observed = small_archive.run(*SUN)
    assert observed.returncode == 0, observed.stdout + observed.stderr
    return small_archive


@pytest.fixture(scope="module")
def truth(sun: SimulatedNight) -> dict[str, SunFileTruth]:
    return {file.name: file for file in read_truth(sun.archive.folder, NIGHT)}


def ask(night: SimulatedNight, question: str, archive: str, *options: str) -> list[dict[str, Any]]:
    chosen = ("--night", NIGHT.isoformat(), "--archive", f"{archive}-simulated", "--format", "json", *options)
    answer = night.run("query", question, *chosen)
    assert answer.returncode == 0, answer.stderr
    rows: list[dict[str, Any]] = json.loads(answer.stdout)
    return rows


@pytest.mark.parametrize("archive", ARCHIVES)
def test_every_image_is_accounted_for(sun: SimulatedNight, truth: dict[str, SunFileTruth], archive: str) -> None:
    (row,) = ask(sun, "nights", archive)
    expected = Counter(file.expected for file in truth.values() if file.archive == archive)
    assert (row["outcome"], row["stored"], row["quarantined"]) == ("complete", expected["stored"], expected["quarantined"])
    assert row["stored"] * row["models"] == row["judged"] + row["declined"] + row["skipped"]
    assert row["skipped"] == 0
    for file in ask(sun, "files", archive, "--state", "quarantined"):
        assert truth[file["name"]].expected == "quarantined" and file["reason"].startswith(file["name"])


def test_channels_that_a_model_did_not_learn_are_declined_with_the_reason(sun: SimulatedNight) -> None:
    rows = ask(sun, "scores", "sdo-browse", "--headline")
    told = {
        row["focus_code"]: {(other["state"], other["reason"]) for other in rows if other["focus_code"] == row["focus_code"]}
        for row in rows
    }
    assert told["211"] == {("judged", "")}
    assert {state for state, _ in told["171"]} == {"declined"} and all("171" in reason for _, reason in told["171"])


def test_regions_of_a_magnetogram_are_judged_with_the_coronal_light_of_its_time(sun: SimulatedNight) -> None:
    rows = {row["name"]: row for row in ask(sun, "scores", "hmi-magnetograms") if row["model"] == "sun-flare-crops"}
    channels = {name.partition("_TAI")[0][-6:-4]: row["metrics"]["channels"] for name, row in rows.items()}
    assert channels == {
        hour: "magnetogram + 171" if hour in ("02", "14") else "magnetogram" for hour in ("02", "06", "14", "18", "22")
    }
    assert {row["state"] for row in rows.values()} == {"judged"}


def test_the_report_shows_disks_and_regions(sun: SimulatedNight) -> None:
    for archive in ("aia-synoptic", "sdo-browse"):
        with transaction() as connection:
            held = night_artifacts(connection, f"{archive}-simulated", NIGHT)
        assert {"disks", "report", "bundle", "region_summary"} <= held.keys(), archive
        page = objects.get(held["report"]["key"]).decode()
        assert "SIMULATED" in page and "How the Sun looked" in page and "data:image/png" in page
        assert "by the Solar Region Summary of the day" in page
    assert any(row["attributes"]["noaa"] for row in ask(sun, "detections", "sdo-browse") if row["model"] == "sun-region")


def test_each_forecast_stands_beside_the_flare_that_was_simulated(sun: SimulatedNight, truth: dict[str, SunFileTruth]) -> None:
    rows = ask(sun, "forecasts", "sdo-browse")
    assert rows and all(row["known"] for row in rows)
    for row in rows:
        true = [name for name in (truth[row["name"]].flare_now, truth[row["name"]].largest_24h) if name]
        assert row["largest_class"] == max(true, key=lambda name: GoesFlux.of_class(name).w_m2, default="")
    with transaction() as connection:
        held = night_artifacts(connection, "sdo-browse-simulated", NIGHT)
    assert {"together", "xray_curve"} <= held.keys()
    page = objects.get(held["report"]["key"]).decode()
    assert "The day on one axis" in page and f"swpc-simulated: of {len(rows)} forecasts" in page and "not yet known" not in page


def test_the_cookbook_tells_how_probable_flares_of_each_class_are(sun: SimulatedNight) -> None:
    (statement,) = (told for told in statements() if "flare_forecast" in told)
    with transaction() as connection:
        rows = connection.execute(text(statement)).all()
    assert {(row.model, row.goes_class) for row in rows} >= {("sun-active", "M1"), ("sun-active", "X1"), ("sun-flare", "M1")}
    assert all(0 <= row.probability <= 1 for row in rows)


def test_the_definitive_images_supersede_those_of_the_first_hours(sun: SimulatedNight) -> None:
    second = sun.run(*SUN, "--visit", "2")
    assert second.returncode == 0, second.stdout + second.stderr
    (row,) = ask(sun, "nights", "aia-synoptic")
    truths = [file for file in read_truth(sun.archive.folder, NIGHT, 2) if file.archive == "aia-synoptic"]
    assert (row["outcome"], row["stored"] + row["quarantined"]) == ("complete", len(truths))
    versions = {file["name"]: file["version"] for file in ask(sun, "files", "aia-synoptic", "--state", "stored")}
    assert versions["AIA20240514_0000_0211.fits"] == 2
    assert versions["AIA20240514_0800_0131.fits"] == 1, "the gap of the first visit"


def test_a_second_run_changes_nothing(sun: SimulatedNight) -> None:
    def export() -> list[str]:
        return [
            sun.run("export", "night", "--night", NIGHT.isoformat(), "--archive", f"{name}-simulated").stdout for name in ARCHIVES
        ]

    before, keys = export(), objects.keys()
    assert all(len(text) > 1000 for text in before)
    again = sun.run(*SUN, "--visit", "2")
    assert again.returncode == 0, again.stderr
    assert export() == before and objects.keys() == keys
