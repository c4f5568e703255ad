"""A night is compared with lists of others, by command and by itself, and gives a list of its own."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from db.session import transaction
from deployments.simulated.truth import NightTruth
from models.catalogue import CatalogueEvent, Sighting
from tasks.catalogues.burst_list import parse_burst_list, write_burst_list
from tests.e2e.conftest import NIGHT, SimulatedNight

ARCHIVE = "ecallisto-simulated"
CHOSEN = ("--night", NIGHT.isoformat(), "--archive", ARCHIVE)


def true_list(truth: NightTruth) -> str:
    """What a careful observer would list of the night: each burst with the stations whose files show it."""
    events = []
    for event in truth.events:
        seen = sorted({file.station for file in truth.files if any(burst.event == event.event for burst in file.bursts)})
        start, end = (datetime.fromisoformat(moment) for moment in (event.t_start, event.t_end))
        events.append(CatalogueEvent("e-callisto", "radio", event.type, start, end, sightings=tuple(map(Sighting, seen))))
    return write_burst_list([event for event in events if event.t_start.date() == NIGHT], [], NIGHT)


def test_a_night_is_compared_with_every_catalogue_of_the_folder(night: SimulatedNight, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(true_list(night.truth))
    (tmp_path / "shopping.txt").write_text("milk\n")
    observed = night.observe(env={"NIGHTSHIFT_CATALOGUES": str(tmp_path)})
    assert observed.returncode == 0, observed.stderr
    assert "shopping.txt" in observed.stderr
    question = text("SELECT station, metric, value FROM verification WHERE archive = :archive")
    with transaction() as connection:
        figures = {(station, metric): value for station, metric, value in connection.execute(question, {"archive": ARCHIVE})}
    assert figures["", "expected"] > 0
    assert 0 < figures["", "recall"] <= 1
    assert {station for station, _ in figures if station} <= {file.station for file in night.truth.files}
    told = night.run("verify", "--catalogue", str(tmp_path / "list.txt"), *CHOSEN, "--format", "json")
    assert told.returncode == 0, told.stderr
    (whole,) = [row for row in json.loads(told.stdout) if row["station"] == "all"]
    assert {metric: whole[metric] for metric in ("expected", "recall", "detections")} == {
        metric: figures["", metric] for metric in ("expected", "recall", "detections")
    }


def test_a_saved_page_of_flares_is_one_more_list(small_archive: SimulatedNight, tmp_path: Path) -> None:
    page = tmp_path / "xray.html"
    cells = ("1", "X3.1", "2192", "21:07", "21:41", "22:13")
    page.write_text("<html><table><tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr></table></html>")
    told = small_archive.run("import", "flares", str(page), "--night", "2014-10-24", "--format", "json")
    assert told.returncode == 0, told.stderr
    (flare,) = json.loads(told.stdout)
    assert (flare["goes_class"], flare["region"], flare["lists"]) == ("X3.1", 12192, "spaceweatherlive")
    page.write_text("<html>Just a moment</html>")
    refused = small_archive.run("import", "flares", str(page), "--night", "2014-10-24")
    assert refused.returncode == 1 and "xray.html: lists no flare" in refused.stderr


def test_our_own_list_is_read_as_a_list_and_found_whole(night: SimulatedNight, tmp_path: Path) -> None:
    listed = night.run("export", "burst-list", *CHOSEN)
    assert listed.returncode == 0, listed.stderr
    reading = parse_burst_list(listed.stdout)
    assert reading.events and not reading.problems
    month = night.run("export", "burst-list", "--month", f"{NIGHT:%Y-%m}", "--archive", ARCHIVE)
    assert month.stdout == listed.stdout
    (tmp_path / "list.txt").write_text(listed.stdout)
    told = night.run("verify", "--catalogue", str(tmp_path / "list.txt"), *CHOSEN, "--format", "json")
    (whole,) = [row for row in json.loads(told.stdout) if row["station"] == "all"]
    assert (whole["recall"], whole["precision"], whole["false"]) == (1, 1, 0)


def test_a_day_that_nobody_looked_at_cannot_be_verified(night: SimulatedNight, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("20240513\t10:00-10:01\tIII\tBIR\n")
    told = night.run("verify", "--catalogue", str(tmp_path / "list.txt"), *CHOSEN)
    assert told.returncode == 2
    assert "no entry for 2024-05-14" in told.stderr
