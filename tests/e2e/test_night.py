"""One night from archive to answer, as a user types it."""

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db import objects
from db.schema import Base
from db.session import transaction
from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.fault import Fault
from deployments.simulated.misbehaviour import Misbehaviour
from deployments.simulated.server import serve
from tests.e2e.conftest import NIGHT, SimulatedNight


def rows_by_table() -> dict[str, int]:
    with transaction() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()
        }


def test_both_accounts_of_the_night_balance(night: SimulatedNight) -> None:
    (row,) = night.query("nights", "--night", NIGHT.isoformat())
    assert row["outcome"] == "complete"
    assert row["listed"] == len(night.truth.listed(1)) == row["stored"] + row["quarantined"] + row["absent"] + row["unreachable"]
    assert (row["models"], row["skipped"]) == (4, 0)
    assert row["stored"] * row["models"] == row["judged"] + row["declined"] + row["skipped"]


def test_every_file_ends_in_the_state_that_its_fault_deserves(night: SimulatedNight) -> None:
    found = {row["name"]: row for row in night.query("files", "--night", NIGHT.isoformat())}
    expected = {file.name: file.expected for file in night.truth.listed(1)}
    assert {name: row["state"] for name, row in found.items()} == expected
    assert Counter(expected.values())["quarantined"] == 6


def test_a_quarantined_file_says_in_a_sentence_what_is_wrong(night: SimulatedNight) -> None:
    reasons = {row["name"]: row["reason"] for row in night.query("files", "--state", "quarantined")}
    words = {
        Fault.TRUNCATED_GZIP: "ends early",
        Fault.MISSING_AXES: "table",
        Fault.WRONG_DATE: "header says",
        Fault.HTML_PAGE: "HTML",
        Fault.EMPTY_FILE: "empty",
        Fault.GZIP_BOMB: "more than",
    }
    for fault, word in words.items():
        name = night.truth.by_fault()[fault]
        assert reasons[name].startswith(name), reasons[name]
        assert word.lower() in reasons[name].lower(), reasons[name]


def test_a_listed_file_that_is_gone_is_absent_not_lost(night: SimulatedNight) -> None:
    (row,) = night.query("files", "--state", "absent")
    assert row["name"] == night.truth.by_fault()[Fault.LISTED_BUT_GONE]
    assert "404" in row["reason"]


def test_strong_bursts_are_found_where_they_are(night: SimulatedNight) -> None:
    detections = night.query("detections", "--headline", "--positive")
    strong = [
        (file.name, burst)
        for file in night.truth.listed(1)
        if file.expected == "stored"
        for burst in file.bursts
        if burst.snr > 400
    ]
    hit = [
        any(row["name"] == name and row["t_start"] <= burst.t_end and row["t_end"] >= burst.t_start for row in detections)
        for name, burst in strong
    ]
    assert len(hit) >= 3
    assert sum(hit) >= 0.7 * len(hit), f"{sum(hit)} of {len(hit)} strong bursts found"


def test_every_sure_detection_is_part_of_an_event(night: SimulatedNight) -> None:
    events = night.query("events")
    sure = night.query("detections", "--headline", "--positive")
    assert events and sure and all(row["score"] >= sure[0]["threshold"] for row in events)
    tables = json.loads(night.export())["tables"]
    members = {(row["file"], row["detection"]): row for row in tables["event_member"]}
    assert {(row["name"], row["index"]) for row in sure} <= members.keys()
    assert {row["event"] for row in members.values()} == {row["index"] for row in events} == set(range(len(events)))
    assert all(isinstance(row["sun_elevation_deg"], float) for row in members.values()), "the simulated headers say where they are"


def test_bursts_are_injected_into_every_station_that_was_judged_and_the_strong_ones_recovered(night: SimulatedNight) -> None:
    rows = night.query("injections")
    judged = {row["station"] for row in night.query("scores", "--headline", "--state", "judged")}
    assert {row["station"] for row in rows} == judged and len(rows) >= 24
    assert {row["through"] for row in rows} == {"file"}
    detections = night.query("detections", "--headline", "--positive")
    for row in rows:
        there = [found for found in detections if found["name"] == row["name"]]
        assert all(found["t_end"] < row["t_start"] or found["t_start"] > row["t_end"] for found in there), (
            "none where one was found"
        )
    strong = [row["recovered"] for row in rows if row["peak_db"] > 8]
    assert len(strong) >= 4 and sum(strong) >= 0.7 * len(strong), f"{sum(strong)} of {len(strong)} strong injections recovered"
    together = [row for row in night.query("efficiency") if (row["station"], row["type"]) == ("", "")]
    assert sum(row["injected"] for row in together) == len(rows)
    assert sum(row["recovered"] for row in together) == sum(row["recovered"] for row in rows)


def test_a_second_run_of_a_night_changes_nothing_but_the_table_of_runs(night: SimulatedNight) -> None:
    export, keys, rows = night.export(), objects.keys(), rows_by_table()
    again = night.observe()
    assert again.returncode == 0, again.stderr
    assert night.export() == export
    assert objects.keys() == keys
    grown = {table for table, count in rows_by_table().items() if count != rows[table]}
    assert grown == {"run"}


def test_judging_again_by_force_says_the_same(night: SimulatedNight) -> None:
    export = night.export()
    again = night.observe("--force")
    assert again.returncode == 0, again.stderr
    assert night.export() == export


def test_a_second_visit_brings_the_late_file_and_nothing_else(night: SimulatedNight) -> None:
    before = {row["name"]: row["state"] for row in night.query("files")}
    shards = {row["name"]: row["shard_key"] for row in night.query("files")}
    observed = night.observe("--visit", "2")
    assert observed.returncode == 0, observed.stderr
    after = {row["name"]: row["state"] for row in night.query("files")}
    late = night.truth.by_fault()[Fault.LATE]
    assert after == before | {late: "stored"}
    assert late not in before
    assert {row["name"]: row["shard_key"] for row in night.query("files") if row["name"] != late} == shards


def test_the_report_is_one_file_that_names_what_was_found_and_what_was_not(night: SimulatedNight, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    written = night.run("report", "--night", NIGHT.isoformat(), "--archive", "ecallisto-simulated", "--out", str(out))
    assert written.returncode == 0, written.stderr
    page = out.read_text()
    assert "SIMULATED" in page
    for fault in (Fault.TRUNCATED_GZIP, Fault.LISTED_BUT_GONE):
        assert night.truth.by_fault()[fault] in page
    assert "data:image/png;base64," in page
    rows = night.query("injections")
    assert f"{sum(row['recovered'] for row in rows)} of {len(rows)} injected bursts were recovered; 90 %" in page


def test_the_bundle_is_the_same_bytes_twice_and_opens_with_its_hashes(night: SimulatedNight, tmp_path: Path) -> None:
    for name in ("one", "two"):
        written = night.run(
            "export", "night", "--night", NIGHT.isoformat(), "--archive", "ecallisto-simulated", "--out", str(tmp_path / name)
        )
        assert written.returncode == 0, written.stderr
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert set(json.loads(one["manifest.json"])["sha256"]) == set(one) - {"manifest.json"}


@pytest.mark.parametrize("trouble", [Misbehaviour.LISTING_CUT, Misbehaviour.LISTING_FORBIDDEN])
def test_a_listing_that_cannot_be_trusted_makes_the_night_incomplete(
    small_archive: SimulatedNight, tmp_path: Path, trouble: Misbehaviour
) -> None:
    archive = SimulatedArchive(tmp_path, stations=2, files_per_station=2, faults=frozenset(), misbehaviour={trouble})
    night = "2024-05-16" if trouble is Misbehaviour.LISTING_CUT else "2024-05-17"
    with serve(tmp_path, archive=archive) as url:
        address = {"NIGHTSHIFT_SIMULATED_URL": url, "NIGHTSHIFT_REQUEST_RETRIES": "1"}
        observed = small_archive.run("night", "--archive", "simulated", "--night", night, "--only", "radio", env=address)
    assert observed.returncode == 1, observed.stdout
    assert "incomplete" in observed.stdout
    (row,) = small_archive.query("nights", "--night", night)
    assert row["outcome"] == "incomplete"
    assert "listing" in row["reason"] or "answered" in row["reason"], row["reason"]


def test_an_archive_that_is_down_makes_the_night_incomplete(small_archive: SimulatedNight) -> None:
    address = {"NIGHTSHIFT_ARCHIVE_ROOTS": '{"ecallisto": "http://127.0.0.1:9/solarradio/"}', "NIGHTSHIFT_REQUEST_RETRIES": "1"}
    observed = small_archive.run("night", "--night", "2024-05-18", "--only", "radio", env=address)
    assert observed.returncode == 1, observed.stdout
    assert "incomplete" in observed.stdout
    assert "no connection" in observed.stdout


def test_a_folder_is_an_archive_too(small_archive: SimulatedNight, tmp_path: Path) -> None:
    made = small_archive.run(
        "simulate", str(tmp_path / "tree"), "--night", "2024-05-19", "--stations", "2", "--files", "2", "--sound"
    )
    assert made.returncode == 0, made.stderr
    observed = small_archive.run("night", "--archive", str(tmp_path / "tree"), "--night", "2024-05-19")
    assert observed.returncode == 0, observed.stdout + observed.stderr
    rows = json.loads(small_archive.run("query", "files", "--night", "2024-05-19", "--format", "json").stdout)
    assert {row["archive"] for row in rows} == {"ecallisto"}
    assert all(row["raw_key"] is None for row in rows), "files on this machine are not copied"
    asked = small_archive.run("query", "injections", "--night", "2024-05-19", "--archive", "ecallisto", "--format", "json")
    assert {row["through"] for row in json.loads(asked.stdout)} == {"shard"}


def test_the_pictures_of_the_archive_are_a_second_product(small_archive: SimulatedNight, tmp_path: Path) -> None:
    made = small_archive.run("simulate", str(tmp_path), "--night", "2024-05-20", "--stations", "2", "--files", "2", "--sound")
    assert made.returncode == 0, made.stderr
    both = {"NIGHTSHIFT_ARCHIVE_PRODUCTS": '{"ecallisto": ["spectrogram", "quicklook"]}'}
    observed = small_archive.run("night", "--archive", str(tmp_path), "--night", "2024-05-20", env=both)
    assert observed.returncode == 0, observed.stdout + observed.stderr
    asked = small_archive.run("query", "scores", "--night", "2024-05-20", "--product", "quicklook", "--format", "json")
    pictures = json.loads(asked.stdout)
    judging = {row["model"] for row in pictures if row["state"] == "judged"}
    assert judging == {"radio-clip-nightshift"} and {row["state"] for row in pictures} == {"declined", "judged"}
    assert len({row["name"] for row in pictures}) == len(list(tmp_path.rglob("*.png"))) > 0


def test_a_picture_of_any_file_is_drawn_on_demand(night: SimulatedNight, tmp_path: Path) -> None:
    quiet = min(night.query("scores", "--headline", "--state", "judged"), key=lambda row: row["score"])
    drawn = night.run("picture", quiet["name"], "--archive", "ecallisto-simulated", "--out", str(tmp_path / "quiet.png"))
    assert drawn.returncode == 0, drawn.stderr
    assert (tmp_path / "quiet.png").read_bytes().startswith(b"\x89PNG")


def test_words_find_files_and_a_file_finds_itself(night: SimulatedNight, tmp_path: Path) -> None:
    asked = night.run("search", "type III burst", "--night", NIGHT.isoformat(), "--limit", "7", "--format", "json")
    assert asked.returncode == 0, asked.stderr
    rows = json.loads(asked.stdout)
    likeness = [row["likeness"] for row in rows]
    assert len(rows) == 7 and likeness == sorted(likeness, reverse=True) and {row["night"] for row in rows} == {NIGHT.isoformat()}
    (held,) = night.query("files", "--name", rows[3]["name"])
    (tmp_path / rows[3]["name"]).write_bytes(objects.get(held["raw_key"]))
    alike = night.run("search", "--like", str(tmp_path / rows[3]["name"]), "--limit", "1", "--format", "json")
    (first,) = json.loads(alike.stdout)
    assert first["name"] == rows[3]["name"] and first["likeness"] > 0.999
    nothing = night.run("search")
    assert nothing.returncode == 2 and "give words" in nothing.stderr


def test_the_frequency_and_time_ranges_of_files_and_bursts_are_text(night: SimulatedNight) -> None:
    lines = night.run("export", "frequency-time", "--night", NIGHT.isoformat()).stdout.splitlines()
    judged = night.query("scores", "--night", NIGHT.isoformat(), "--headline", "--state", "judged")
    found = night.query("detections", "--night", NIGHT.isoformat(), "--headline", "--positive")
    assert lines[0].split("\t")[:3] == ["File Name", "Frequency Range", "Time Range"]
    assert len(lines) == 1 + len(judged) + len(found)
    assert sum(not line.startswith("\t") for line in lines[1:]) == len(judged)
    assert all(" MHz\t" in line and " UTC\t" in line for line in lines[1:])
