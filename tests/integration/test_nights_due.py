"""The roll-call of the morning: what is said of which night."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from rows import NIGHT, remote, store
from sqlalchemy import Connection

from db.ledger import Ledger
from db.nights import NightRecord, Outcome, write_night
from tasks.archives.ecallisto import ECALLISTO
from tasks.nights_due import WATCHED_NIGHTS, kind_of, last_due, troubles


def run_night(connection: Connection, archive: str, back: int, outcome: Outcome = "complete", files: int = 0) -> None:
    night = NIGHT - timedelta(days=back)
    ledger = Ledger(connection, archive, night)
    store(ledger, ledger.register([remote(f"A_{hour:02d}_{night}") for hour in range(files)]))
    start = datetime.combine(night, time(), UTC)
    counts = (files, files, 0, 0, 0, 0, 0, 0, 0)
    reason = "a reason" if outcome in ("incomplete", "failed") else ""
    write_night(connection, NightRecord(archive, night, start, start + timedelta(days=1), outcome, reason, *counts))


def test_a_fortnight_of_whole_nights_is_no_trouble(connection: Connection, archive: str) -> None:
    for back in range(WATCHED_NIGHTS + 2):
        run_night(connection, archive, back, "empty" if back == 3 else "complete", files=0 if back == 3 else 5)
    assert troubles(connection, archive, NIGHT) == []


def test_each_night_that_is_not_whole_is_named_with_what_to_do(connection: Connection, archive: str) -> None:
    run_night(connection, archive, 5)
    run_night(connection, archive, 3, "incomplete")
    run_night(connection, archive, 2, "failed")
    run_night(connection, archive, 1)
    day = [NIGHT - timedelta(days=back) for back in range(6)]
    assert troubles(connection, archive, NIGHT) == [
        f"{archive} {day[0]} was never run; run `nightshift night --night {day[0]}`",
        f"{archive} {day[2]} has failed (a reason); run `nightshift doctor`, then `nightshift night --night {day[2]}`",
        f"{archive} {day[3]} is incomplete (a reason); it is tried again every day by `nightshift reconcile`",
        f"{archive} {day[4]} was never run; run `nightshift night --night {day[4]}`",
    ]


def test_nights_before_the_first_are_not_missed_but_the_last_is(connection: Connection, archive: str) -> None:
    assert [line.split(";")[0] for line in troubles(connection, archive, NIGHT)] == [f"{archive} {NIGHT} was never run"]


def test_trouble_longer_than_a_fortnight_ago_is_told_no_more(connection: Connection, archive: str) -> None:
    run_night(connection, archive, WATCHED_NIGHTS, "failed")
    for back in range(WATCHED_NIGHTS):
        run_night(connection, archive, back)
    assert troubles(connection, archive, NIGHT) == []


def test_a_night_with_less_than_half_of_its_files_is_short(connection: Connection, archive: str) -> None:
    for back in range(1, 9):
        run_night(connection, archive, back, files=10)
    run_night(connection, archive, 0, files=4)
    (said,) = troubles(connection, archive, NIGHT)
    assert said.startswith(f"{archive} {NIGHT} is short: 4 of about 10 files are listed")


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2024-05-15T07:59:00+00:00", "2024-05-13"),
        ("2024-05-15T08:00:00+00:00", "2024-05-14"),
        ("2024-05-15T09:00:00+09:00", "2024-05-13"),  # in Tokyo the last night has just ended, and nobody has taken it up yet
        ("2024-05-15T09:00:00-10:00", "2024-05-14"),
    ],
)
def test_a_night_is_due_two_hours_after_the_schedule_takes_it_up(now: str, night: str) -> None:
    assert last_due("ecallisto", datetime.fromisoformat(now)).isoformat() == night
    assert kind_of("ecallisto-simulated") == "utc"


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2024-05-15T23:59:00+00:00", "2024-05-13"),
        ("2024-05-16T00:00:00+00:00", "2024-05-14"),  # 14:00 in Hawaii
    ],
)
def test_a_night_of_a_site_is_due_two_hours_after_its_noon(monkeypatch: pytest.MonkeyPatch, now: str, night: str) -> None:
    camera = replace(ECALLISTO, site=ZoneInfo("Pacific/Honolulu"))
    monkeypatch.setattr("tasks.nights_due.declared", lambda _: camera)
    assert last_due("camera", datetime.fromisoformat(now)).isoformat() == night
    assert kind_of("camera") == "site"
