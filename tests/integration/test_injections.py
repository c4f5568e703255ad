"""Injections in the database: written once, asked for, counted, and forgotten with their file or when wanted no more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rows import NOON, remote, store
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import IntegrityError

from db.bundle import night_tables
from db.events import Headline
from db.filters import Filters
from db.injections import found_in, injected_already, judged_files, write_injections
from db.ledger import Ledger
from db.queries import ask
from db.schema import Injection, SourceFile
from db.verdicts import record, register_models
from models.description import Description
from models.radio.efficiency import wilson_interval
from models.verdict import Detection, Verdict
from tasks.efficiency import efficiency
from tasks.efficiency_shown import efficiency_shown

ARCHIVE = "ecallisto"
NIGHT = date(2017, 5, 14)  # no other test's
GATE = Description("gate-of-injections", "1", "radio", "ab" * 32, "radio-1", 0.5, True, {})


@pytest.fixture
def connection(fleeting: Connection) -> Connection:
    """The headline is another one meanwhile."""
    return fleeting


@pytest.fixture
def model(connection: Connection) -> Headline:
    """The headline, which has judged a file of station A, with a burst and a candidate, and one of B, and declined one of C."""
    ledger = Ledger(connection, ARCHIVE, NIGHT)
    store(ledger, ledger.register([remote(f"{station}_12") for station in "ABC"]))
    ids = register_models(connection, "radio", [GATE], "abc")
    files = ids_by_name(connection)
    found = tuple(
        Detection("III", score, begin, begin, begin + timedelta(seconds=9), 30.0, 80.0)
        for begin, score in ((NOON, 0.8), (NOON + timedelta(minutes=5), 0.3))
    )
    judged = Verdict(GATE.name, "1", "judged", "", "burst", 0.8, 0.5, {}, found)
    declined = Verdict.declined(GATE.name, "1", "too short")
    verdicts = [(files["A_12"], judged), (files["B_12"], replace(judged, detections=())), (files["C_12"], declined)]
    record(connection, verdicts, ids)
    return Headline(ids[GATE.name], 0.5)


def ids_by_name(connection: Connection) -> dict[str, int]:
    here = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    return dict(connection.execute(select(SourceFile.name, SourceFile.id).where(*here)).tuples().all())


def row(
    file_id: int, number: int, peak_db: float, score: float | None = None, kind: str = "III", label: str = "III"
) -> dict[str, Any]:
    return {
        "source_file_id": file_id,
        "number": number,
        "type": kind,
        "t_start": NOON,
        "t_peak": NOON + timedelta(seconds=4),
        "t_end": NOON + timedelta(seconds=9),
        "frequency_low_mhz": 40.0,
        "frequency_high_mhz": 90.0,
        "peak_db": peak_db,
        "snr": 40.0,
        "through": "file",
        "recovered": (score or 0) >= 0.5,
        "score": score,
        "label": label if score else None,
    }


def write(connection: Connection, model: Headline, rows: list[dict[str, Any]]) -> None:
    wanted = [(item["source_file_id"], item["number"]) for item in rows]
    write_injections(connection, ARCHIVE, NIGHT, model, rows, wanted)


def count(connection: Connection) -> int:
    tonight = select(SourceFile.id).where(SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT)
    return connection.scalar(select(func.count()).where(Injection.source_file_id.in_(tonight))) or 0


def test_only_what_was_judged_is_injected_into_and_what_was_found_is_taken(connection: Connection, model: Headline) -> None:
    files = judged_files(connection, ARCHIVE, NIGHT, model)
    assert [file.name for file in files] == ["A_12", "B_12"]
    assert found_in(connection, [file.id for file in files], model) == {files[0].id: [(NOON, NOON + timedelta(seconds=9))]}


def test_writing_twice_changes_nothing_and_what_is_wanted_no_more_is_forgotten(connection: Connection, model: Headline) -> None:
    ids = ids_by_name(connection)
    rows = [row(ids["A_12"], number, 3.0 + number) for number in range(3)] + [row(ids["B_12"], 0, 9.0, 0.9)]
    write(connection, model, rows)
    before = night_tables(connection, NIGHT, ARCHIVE)
    write(connection, model, rows)
    assert night_tables(connection, NIGHT, ARCHIVE) == before and len(before["injection"]) == 4
    assert injected_already(connection, [ids["A_12"]], model) == {(ids["A_12"], number) for number in range(3)}
    write_injections(connection, ARCHIVE, NIGHT, model, [], [(ids["A_12"], 1), (ids["B_12"], 0)])
    assert [(item["name"], item["number"]) for item in asked(connection)] == [("A_12", 1), ("B_12", 0)]


def test_injections_go_with_their_file_and_touch_no_table_of_observations(connection: Connection, model: Headline) -> None:
    ids = ids_by_name(connection)
    before = night_tables(connection, NIGHT, ARCHIVE)
    write(connection, model, [row(ids["A_12"], 0, 3.0, 0.9), row(ids["B_12"], 0, 3.0)])
    after = night_tables(connection, NIGHT, ARCHIVE)
    assert {name for name, rows in after.items() if rows != before[name]} == {"injection"}
    connection.execute(delete(SourceFile).where(SourceFile.id == ids["A_12"]))
    assert count(connection) == 1


@pytest.mark.parametrize("wrong", [{"through": "guess"}, {"recovered": True, "score": None}])
def test_the_table_refuses_what_makes_no_sense(connection: Connection, model: Headline, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        write(connection, model, [row(ids_by_name(connection)["A_12"], 0, 3.0) | wrong])


def asked(connection: Connection, **filters: Any) -> list[dict[str, Any]]:
    return ask(connection, "injections", Filters(archive=ARCHIVE, night=NIGHT, **filters))


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({}, 4),
        ({"station": "A"}, 3),
        ({"label": "II"}, 1),
        ({"model": "another"}, 0),
        ({"headline": True}, 4),
        ({"frequency_low_mhz": 91.0}, 0),
        ({"time_to": NOON - timedelta(seconds=1)}, 0),
        ({"limit": 2}, 2),
    ],
)
def test_filters_narrow_injections(connection: Connection, model: Headline, filters: dict[str, Any], rows: int) -> None:
    ids = ids_by_name(connection)
    kinds = (("A_12", 0, "III"), ("A_12", 1, "II"), ("A_12", 2, "III"), ("B_12", 0, "III"))
    write(connection, model, [row(ids[name], number, 3.0, kind=kind) for name, number, kind in kinds])
    assert len(asked(connection, **filters)) == rows


def test_efficiency_is_counted_by_station_type_and_strength(connection: Connection, model: Headline) -> None:
    ids = ids_by_name(connection)
    rows = [row(ids["A_12"], number, 2.5, 0.9 if number < 3 else 0.4) for number in range(10)]
    rows += [row(ids["B_12"], number, 7.0, 0.9, "II", "III") for number in range(12)]
    write(connection, model, rows)
    found = efficiency(connection, Filters(archive=ARCHIVE, night=NIGHT))
    key = ("station", "type", "low_db", "high_db", "injected", "recovered", "right_type", "from_50_db", "from_90_db")
    assert [tuple(item[name] for name in key) for item in found] == [
        ("", "", 2.0, 3.0, 10, 3, 3, 7.0, 7.0),
        ("", "", 6.0, 9.0, 12, 12, 0, 7.0, 7.0),
        ("", "II", 6.0, 9.0, 12, 12, 0, 7.0, 7.0),
        ("", "III", 2.0, 3.0, 10, 3, 3, None, None),
        ("A", "III", 2.0, 3.0, 10, 3, 3, None, None),
        ("B", "II", 6.0, 9.0, 12, 12, 0, 7.0, 7.0),
    ]
    assert (found[0]["share"], found[0]["share_low"], found[0]["share_high"]) == (0.3, *wilson_interval(3, 10))
    assert {(item["model"], item["version"]) for item in found} == {(GATE.name, "1")}
    alone = efficiency(connection, Filters(archive=ARCHIVE, night=NIGHT, station="A", label="III"))
    assert [(item["station"], item["type"]) for item in alone] == [("A", "III")]
    assert efficiency(connection, Filters(archive=ARCHIVE, night=date(2017, 5, 15))) == []
    assert len(efficiency(connection, Filters(archive=ARCHIVE, night=NIGHT, limit=2))) == 2


def test_the_report_names_the_limit_and_who_falls_short(connection: Connection, model: Headline) -> None:
    ids = ids_by_name(connection)
    write(connection, model, [row(ids["A_12"], number, 8.0) for number in range(4)])
    shown = efficiency_shown(connection, ARCHIVE, NIGHT)
    missing = "90 % completeness was not reached by 10 or more at any strength up to 20 dB"
    assert shown and shown.sentence == f"0 of 4 injected bursts were recovered; {missing}."
    rows = [row(ids["A_12"], number, 8.0) for number in range(4)]
    write(connection, model, rows + [row(ids["B_12"], number, 7.9 + number / 10, 0.9) for number in range(60)])
    shown = efficiency_shown(connection, ARCHIVE, NIGHT)
    assert shown and shown.sentence.startswith("60 of 64 injected bursts were recovered; 90 % complete above ")
    assert shown.short == ("A: 0 of 4, where the others would have 4",), shown.short
    assert [(curve.type, curve.injected) for curve in shown.curves if curve.injected] == [("III", 64)]
    assert efficiency_shown(connection, ARCHIVE, date(2017, 5, 15)) is None
