"""Who was expected in a night and did not come: receivers measured by their own last thirty nights."""

from datetime import UTC, datetime, time, timedelta

import pytest
from rows import NIGHT, end, remote, store
from sqlalchemy import Connection

from db.filters import Filters
from db.ledger import Ledger
from db.nights import NightRecord, Outcome, write_night
from db.queries import ask
from db.receivers import LEAST_NIGHTS, Shortfall, shortfalls


def observe(connection: Connection, archive: str, back: int, files: dict[str, int], outcome: Outcome = "complete") -> None:
    """A night some days before `NIGHT`, with so many files of each station."""
    night = NIGHT - timedelta(days=back)
    ledger = Ledger(connection, archive, night)
    names = [remote(f"{station}_{hour:02d}_{night}") for station, count in files.items() for hour in range(count)]
    store(ledger, ledger.register(names))
    start = datetime.combine(night, time(), UTC)
    counts = (len(names), len(names), 0, 0, 0, 0, 0, 0, 0)
    write_night(connection, NightRecord(archive, night, start, start + timedelta(days=1), outcome, "", *counts))


def test_a_receiver_that_stays_away_or_sends_less_than_half_is_named(connection: Connection, archive: str) -> None:
    for back in range(1, LEAST_NIGHTS + 1):
        observe(connection, archive, back, {"A": 10, "B": 8, "C": 9, "D": 3})
    observe(connection, archive, 0, {"A": 4, "C": 5, "E": 2})
    assert shortfalls(connection, archive, NIGHT) == [Shortfall("A", "01", 4, 10), Shortfall("B", "01", 0, 8)]
    assert [str(item) for item in shortfalls(connection, archive, NIGHT)][1] == "B 01: 0 of about 8 files"
    rows = {row["station"]: row for row in ask(connection, "receivers", Filters(archive=archive, night=NIGHT))}
    assert {name: row["state"] for name, row in rows.items()} == {
        "A": "short",
        "B": "short",
        "C": "usual",
        "D": "usual",  # one to three files are too few to say that a receiver is broken
        "E": "usual",  # new
    }
    assert (rows["B"]["listed"], rows["B"]["stored"], rows["B"]["expected"]) == (0, 0, 8)
    assert (rows["E"]["listed"], rows["E"]["expected"]) == (2, 0)


def test_what_is_usual_is_not_known_before_a_week_of_nights(connection: Connection, archive: str) -> None:
    for back in range(1, LEAST_NIGHTS):
        observe(connection, archive, back, {"A": 10})
    observe(connection, archive, 0, {"B": 10})
    assert shortfalls(connection, archive, NIGHT) == []
    rows = ask(connection, "receivers", Filters(archive=archive, night=NIGHT))
    assert [(row["station"], row["state"], row["expected"]) for row in rows] == [("A", "unknown", None), ("B", "unknown", None)]


def test_a_receiver_that_was_off_half_of_the_time_is_not_expected(connection: Connection, archive: str) -> None:
    for back in range(1, 11):
        observe(connection, archive, back, {"A": 10, "B": 10 if back > 5 else 0})
    observe(connection, archive, 0, {"A": 10})
    assert shortfalls(connection, archive, NIGHT) == []


@pytest.mark.parametrize("outcome", ["failed", "empty"])
def test_nights_without_a_full_list_say_nothing_of_what_is_usual(connection: Connection, archive: str, outcome: Outcome) -> None:
    for back in range(1, LEAST_NIGHTS + 1):
        observe(connection, archive, back, {"A": 10})
    for back in range(LEAST_NIGHTS + 1, 2 * LEAST_NIGHTS + 3):
        observe(connection, archive, back, {}, outcome)
    observe(connection, archive, 0, {})
    assert shortfalls(connection, archive, NIGHT) == [Shortfall("A", "01", 0, 10)]


def test_nights_of_long_ago_and_superseded_versions_do_not_count(connection: Connection, archive: str) -> None:
    for back in range(31, 45):
        observe(connection, archive, back, {"A": 20})
    for back in range(1, 9):
        observe(connection, archive, back, {"A": 6})
    observe(connection, archive, 0, {"A": 3})
    ledger = Ledger(connection, archive, NIGHT)
    store(ledger, ledger.register([remote(f"A_{hour:02d}_{NIGHT}", "2K") for hour in range(3)]), "second")
    end(ledger, ledger.register([remote("Z_03", "2K")]), "quarantined")
    rows = ask(connection, "receivers", Filters(archive=archive, night=NIGHT, station="A"))
    assert [(row["listed"], row["stored"], row["expected"], row["state"]) for row in rows] == [(3, 3, 6, "usual")]
