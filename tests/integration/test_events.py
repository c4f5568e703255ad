"""Events in the database: made of what the headline found, the same when made again, and no trace of what is no more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rows import NOON, remote, stored
from sqlalchemy import Connection, select, text

from db.events import Headline, found_by, members_of, observed_seconds, write_events
from db.filters import Filters
from db.ledger import Ledger
from db.queries import ask
from db.schema import SourceFile
from db.verdicts import record, register_models
from models.description import Description
from models.verdict import Detection, Verdict
from tasks.correlate import make_events

ARCHIVE = "ecallisto"
NIGHT = date(2018, 5, 14)  # no other test's
GATE = Description("gate-of-events", "1", "radio", "ab" * 32, "radio-1", 0.5, True, {})


@pytest.fixture
def connection(fleeting: Connection) -> Connection:
    """The headline is another one meanwhile."""
    return fleeting


@pytest.fixture
def ids(connection: Connection) -> dict[str, int]:
    """Three stations that observed for a quarter of an hour; file ids by name, and the model's as ``model``."""
    ledger = Ledger(connection, ARCHIVE, NIGHT)
    ended = [stored(work) for work in ledger.register([remote(f"{station}_12") for station in "ABC"])]
    placed = [replace(one, latitude_deg=47.0, longitude_deg=8.0 if one.file.station != "C" else -172.0) for one, _ in ended]
    ledger.settle(placed, [shard for _, shard in ended])
    model = register_models(connection, "radio", [GATE], "abc")[GATE.name]
    files = connection.execute(
        select(SourceFile.name, SourceFile.id).where(SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    )
    return {**dict(files.tuples().all()), "model": model}


def say(connection: Connection, ids: dict[str, int], **found: list[tuple[float, float]]) -> None:
    """Let the gate find bursts at (seconds after noon, score) in the file of each station."""
    verdicts = []
    for station, bursts in found.items():
        start = [NOON + timedelta(seconds=seconds) for seconds, _ in bursts]
        detections = tuple(
            Detection("III", score, begin, begin, begin + timedelta(seconds=9), 30.0, 80.0, attributes={"peak_db": 3.0})
            for begin, (_, score) in zip(start, bursts, strict=True)
        )
        verdicts.append((ids[f"{station}_12"], Verdict(GATE.name, "1", "judged", "", "burst", 0.9, 0.5, {}, detections)))
    record(connection, verdicts, {GATE.name: ids["model"]})


def rows(connection: Connection, table: str) -> list[Any]:
    """All rows with the transaction that wrote each."""
    order = "source_file_id, detection" if table == "event_member" else "index"
    mine = text(f"SELECT ctid::text, * FROM {table} WHERE archive = :archive AND night = :night ORDER BY {order}")
    return list(connection.execute(mine, {"archive": ARCHIVE, "night": NIGHT}))


def test_events_are_written_once_and_stay_as_they_are(connection: Connection, ids: dict[str, int]) -> None:
    say(connection, ids, A=[(0, 0.8), (300, 0.6)], B=[(20, 0.7)], C=[(5, 0.9)])
    assert make_events(connection, ARCHIVE, NIGHT) == 2
    first = {table: rows(connection, table) for table in ("event", "event_member")}
    assert make_events(connection, ARCHIVE, NIGHT) == 2
    assert {table: rows(connection, table) for table in first} == first, "not even written anew"
    one, two = ask(connection, "events", Filters(archive=ARCHIVE, night=NIGHT))
    assert (one["stations"], one["coincident"], two["stations"], two["coincident"]) == (["A", "B"], True, ["A"], False)
    assert one["attributes"] == {"measured_at": "A 01", "peak_db": 3.0}
    elevations = {row["station"]: row["sun_elevation_deg"] for row in members_of(connection, ARCHIVE, NIGHT)}
    assert elevations["A"] > 50 and elevations["B"] > 50 and elevations["C"] < 0, "it is night on the other side"


def test_what_the_model_no_longer_finds_is_in_no_event(connection: Connection, ids: dict[str, int]) -> None:
    say(connection, ids, A=[(0, 0.8), (300, 0.6)], B=[(20, 0.7)])
    make_events(connection, ARCHIVE, NIGHT)
    say(connection, ids, A=[(0, 0.8)], B=[])
    assert make_events(connection, ARCHIVE, NIGHT) == 1
    assert [row["stations"] for row in ask(connection, "events", Filters(archive=ARCHIVE, night=NIGHT))] == [["A"]]
    assert len(rows(connection, "event_member")) == 1
    say(connection, ids, A=[])
    assert make_events(connection, ARCHIVE, NIGHT) == 0 and rows(connection, "event") == []


def test_a_member_that_left_its_event_is_let_go(connection: Connection, ids: dict[str, int]) -> None:
    say(connection, ids, A=[(0, 0.8)], B=[(20, 0.7)])
    make_events(connection, ARCHIVE, NIGHT)
    model = Headline(ids["model"], 0.5)
    (kept, *_) = rows(connection, "event_member")
    event = dict(rows(connection, "event")[0]._mapping)
    columns = {
        name: value for name, value in event.items() if name not in ("ctid", "archive", "night", "model_version_id", "index")
    }
    member = {"source_file_id": kept.source_file_id, "detection": 0, "event": 0, "sun_elevation_deg": kept.sun_elevation_deg}
    write_events(connection, ARCHIVE, NIGHT, model, [columns], [member])
    assert rows(connection, "event_member") == [kept]


def test_hours_are_those_that_the_model_judged(connection: Connection, ids: dict[str, int]) -> None:
    say(connection, ids, A=[], B=[])
    declined = Verdict.declined(GATE.name, "1", "a reason")
    record(connection, [(ids["C_12"], declined)], {GATE.name: ids["model"]})
    model = Headline(ids["model"], 0.5)
    assert observed_seconds(connection, ARCHIVE, NIGHT, model) == {("A", "01"): 900.0, ("B", "01"): 900.0}
    assert list(found_by(connection, ARCHIVE, NIGHT, model)) == []
