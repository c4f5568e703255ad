"""Questions: each filter narrows as it says, in a fixed order, and a night never run is a row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rows import NIGHT, NOON, end, remote, store
from sqlalchemy import Connection, select

from db.filters import Filters
from db.ledger import Ledger
from db.nights import NightRecord, start_run, write_night
from db.queries import LIVE, QUESTIONS, ask
from db.schema import SourceFile
from db.verdicts import record, register_models, unjudged
from models.description import Description
from models.verdict import Detection, Verdict


@pytest.fixture
def night(connection: Connection, archive: str) -> str:
    """Name of an archive with two judged files, a quarantined one and a superseded version."""
    ledger = Ledger(connection, archive, NIGHT)
    store(ledger, ledger.register([remote("A_12"), remote("B_13")]))
    gate = Description(f"gate-{archive}", "1", archive, None, "radio-1", 0.5, True, {})
    net = replace(gate, name=f"net-{archive}", headline=False)
    ids = register_models(connection, archive, [gate, net], "abc")
    say(connection, archive, gate, net, ids)
    store(ledger, ledger.register([remote("A_12", "2K"), remote("B_13")]), "second")
    say(connection, archive, gate, net, ids)
    end(ledger, ledger.register([remote("A_12", "2K"), remote("B_13"), remote("C_14")]), "quarantined")
    return archive


def say(connection: Connection, archive: str, gate: Description, net: Description, ids: dict[str, int]) -> None:
    """Let the gate find a weak and a strong burst in each file, and the net decline."""
    for item in unjudged(connection, archive, NIGHT, archive):
        start = connection.execute(select(SourceFile.start_time).where(SourceFile.id == item.file_id)).scalar_one()
        found = (
            Detection("III", 0.25, start, start, start + timedelta(minutes=1), 20.0, 40.0),
            Detection("II", 0.75, start + timedelta(minutes=5), start, start + timedelta(minutes=9), 30.0, 80.0),
        )
        spoken = Verdict(gate.name, "1", "judged", "", "burst", 0.75, 0.5, {}, found)
        record(connection, [(item.file_id, spoken), (item.file_id, Verdict.declined(net.name, "1", "too short"))], ids)


def count(connection: Connection, question: str, archive: str, **filters: Any) -> int:
    return len(ask(connection, question, Filters(archive=archive, **filters)))


@pytest.mark.parametrize(
    ("filters", "files", "scores", "detections"),
    [
        ({}, 3, 4, 4),
        ({"night": NIGHT}, 3, 4, 4),
        ({"night": date(2024, 5, 15)}, 0, 0, 0),
        ({"since": NIGHT, "until": NIGHT}, 3, 4, 4),
        ({"until": date(2024, 5, 13)}, 0, 0, 0),
        ({"station": "A"}, 1, 2, 2),
        ({"product": "quicklook"}, 0, 0, 0),
        ({"superseded": True}, 4, 6, 6),
        ({"limit": 1}, 1, 1, 1),
        ({"limit": 0}, 0, 0, 0),
        ({"time_from": NOON + timedelta(minutes=30)}, 3 - 1, 2, 2),
        ({"time_to": NOON + timedelta(minutes=30)}, 1, 2, 2),
    ],
)
def test_filters_that_all_questions_share(
    connection: Connection, night: str, filters: dict[str, Any], files: int, scores: int, detections: int
) -> None:
    found = [count(connection, question, night, **filters) for question in ("files", "scores", "detections")]
    assert found == [files, scores, detections]


@pytest.mark.parametrize(
    ("question", "filters", "rows"),
    [
        ("files", {"state": "quarantined"}, 1),
        ("files", {"state": "superseded"}, 1),
        ("scores", {"state": "declined"}, 2),
        ("scores", {"label": "burst"}, 2),
        ("scores", {"min_score": 0.75}, 2),
        ("scores", {"min_score": 0.76}, 0),
        ("scores", {"positive": True}, 2),
        ("scores", {"headline": True}, 2),
        ("detections", {"label": "II"}, 2),
        ("detections", {"min_score": 0.5}, 2),
        ("detections", {"positive": True}, 2),
        ("detections", {"headline": True}, 4),
        ("detections", {"frequency_low_mhz": 40.0}, 4),
        ("detections", {"frequency_low_mhz": 40.1}, 2),
        ("detections", {"frequency_high_mhz": 20.0}, 2),
        ("detections", {"frequency_high_mhz": 19.9}, 0),
        ("detections", {"frequency_low_mhz": 0.0, "frequency_high_mhz": 0.0}, 0),
        ("detections", {"time_from": NOON, "time_to": NOON}, 1),
        ("detections", {"time_from": NOON + timedelta(minutes=2), "time_to": NOON + timedelta(minutes=4)}, 0),
    ],
)
def test_filters_of_single_questions(connection: Connection, night: str, question: str, filters: dict[str, Any], rows: int) -> None:
    assert count(connection, question, night, **filters) == rows


def test_a_model_is_asked_for_by_its_name(connection: Connection, night: str) -> None:
    assert count(connection, "scores", night, model=f"net-{night}") == 2
    assert count(connection, "detections", night, model=f"net-{night}") == 0


def test_detections_of_superseded_files_are_left_out(connection: Connection, night: str) -> None:
    rows = ask(connection, "detections", Filters(archive=night, station="A"))
    assert [(row["label"], row["positive"]) for row in rows] == [("III", False), ("II", True)]


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_the_order_of_rows_is_stable(connection: Connection, night: str, question: str) -> None:
    first = ask(connection, question, Filters(archive=night, superseded=True))
    assert ask(connection, question, Filters(archive=night, superseded=True)) == first
    limited = [ask(connection, question, Filters(archive=night, superseded=True, limit=n)) for n in range(len(first) + 1)]
    assert limited == [first[:n] for n in range(len(first) + 1)]


def run_night(connection: Connection, archive: str, night: date) -> None:
    start = NOON.replace(hour=0)
    counts = (3, 2, 1, 0, 0, 2, 4, 0, 0)
    write_night(connection, NightRecord(archive, night, start, start + timedelta(days=1), "complete", "", *counts))


def outcomes(connection: Connection, archive: str, **filters: Any) -> list[tuple[int, str]]:
    return [(row["night"].day, row["outcome"]) for row in ask(connection, "nights", Filters(archive=archive, **filters))]


def test_a_night_never_run_between_two_that_were_is_missing(connection: Connection, archive: str) -> None:
    for day in (14, 16):
        run_night(connection, archive, date(2024, 5, day))
    rows = ask(connection, "nights", Filters(archive=archive))
    assert [(row["night"].day, row["outcome"]) for row in rows] == [(14, "complete"), (15, "missing"), (16, "complete")]
    missing = rows[1]
    contract = ["archive", "night", "outcome", "listed", "stored", "quarantined", "absent", "unreachable"]
    assert list(missing)[:12] == [*contract, "models", "judged", "declined", "skipped"]
    assert [missing[name] for name in list(missing)[3:12]] == [0] * 9
    assert outcomes(connection, archive, state="missing") == [(15, "missing")]


def test_nights_are_asked_for_beyond_those_known(connection: Connection, archive: str) -> None:
    run_night(connection, archive, NIGHT)
    span = {"since": date(2024, 5, 13), "until": date(2024, 5, 15)}
    assert outcomes(connection, archive, **span) == [(13, "missing"), (14, "complete"), (15, "missing")]
    assert outcomes(connection, archive, night=date(2024, 5, 20)) == [(20, "missing")]


def test_a_night_of_an_archive_never_run_is_missing(connection: Connection, archive: str) -> None:
    assert outcomes(connection, archive, night=NIGHT) == [(14, "missing")]
    assert outcomes(connection, archive) == []


def test_the_calendar_of_an_archive_observed_live_ends_with_the_last_night(connection: Connection, archive: str) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    first = yesterday - timedelta(days=3)
    run_night(connection, archive, first)
    start_run(connection, str(uuid4()), archive, first, {"archive": "simulated"}, "abc")
    assert [row["night"] for row in ask(connection, "nights", Filters(archive=archive))] == [first]
    start_run(connection, str(uuid4()), archive, first, {"archive": LIVE}, "abc")
    rows = ask(connection, "nights", Filters(archive=archive))
    assert [(row["night"], row["outcome"]) for row in rows] == [
        (first, "complete"),
        *((first + timedelta(days=day), "missing") for day in (1, 2, 3)),
    ]
