"""What catalogues say, and how a night agrees with them, is kept once and as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rows import NIGHT, NOON, remote, store
from sqlalchemy import Connection, select

from db.bundle import night_tables
from db.catalogues import (
    archives_of,
    catalogue_of,
    found_spans,
    headlines,
    observed_spans,
    record_catalogue,
    record_verification,
)
from db.ledger import Ledger
from db.nights import NightRecord, write_night
from db.schema import Verification
from db.verdicts import record, register_models, unjudged
from models.catalogue import CatalogueEvent, Sighting, Span
from models.description import Description
from models.verdict import Detection, Verdict

START = datetime(2024, 5, 14, 12, 3, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


@pytest.fixture
def event(archive: str) -> CatalogueEvent:
    """An entry with everything, of a catalogue of the test's own."""
    return CatalogueEvent(
        f"list of {archive}", "radio", "III/R", START, START + timedelta(minutes=2), None, 60.0,
        (Sighting("A"), Sighting("B", "(())")), 25.0, 80.0, {"open_end": True, "note": "a, b"},
    )  # fmt: skip


@pytest.fixture
def model_id(connection: Connection, archive: str) -> int:
    """A headline model that judged two files of a night: it found something in A's, and not enough in B's."""
    ledger = Ledger(connection, archive, NIGHT)
    store(ledger, ledger.register([remote("A_12"), remote("B_12")]))
    instrument = archive.replace("archive", "instrument")
    gate = Description(f"gate-{archive}", "1", instrument, "aa", "radio-1", 0.5, True)
    ids = register_models(connection, instrument, [gate], "abc")
    first, second = sorted(unjudged(connection, archive, NIGHT, instrument), key=lambda item: item.file_id)
    for item, score in ((first, 0.9), (second, 0.3)):
        seen = Detection("III", score, START, START, START + timedelta(seconds=30), 20.0, 80.0)
        said = Verdict(gate.name, "1", "judged", "", "burst", score, 0.5, {}, (seen,))
        record(connection, [(item.file_id, said)], ids)
    write_night(connection, NightRecord(archive, NIGHT, NOON, LATER, "complete", "", 2, 2, 0, 0, 0, 1, 2, 0, 0))
    return ids[gate.name]


def test_a_catalogue_comes_back_as_it_was(connection: Connection, event: CatalogueEvent) -> None:
    events = (event, replace(event, sightings=(), frequency_low_mhz=None, attributes={}), event)
    record_catalogue(connection, event.catalogue, NIGHT, events)
    assert catalogue_of(connection, event.catalogue, NIGHT) == events


def test_a_corrected_catalogue_takes_the_place_of_the_older(connection: Connection, event: CatalogueEvent) -> None:
    for events in ((event, event, event), (replace(event, type="II"),), ()):
        record_catalogue(connection, event.catalogue, NIGHT, events)
        assert catalogue_of(connection, event.catalogue, NIGHT) == events


def test_what_was_observed_and_found_is_that_of_the_judged_files(connection: Connection, archive: str, model_id: int) -> None:
    assert headlines(connection, archive, NIGHT) == {model_id: f"gate-{archive}"}
    assert archive in archives_of(connection, NIGHT)
    assert observed_spans(connection, archive, NIGHT, model_id) == [Span("A", NOON, LATER), Span("B", NOON, LATER)]
    assert found_spans(connection, archive, NIGHT, model_id) == [(Span("A", START, START + timedelta(seconds=30)), "III")]


def test_figures_are_replaced_whole_and_go_into_the_bundle(
    connection: Connection, archive: str, model_id: int, event: CatalogueEvent
) -> None:
    def figures() -> dict[tuple[str, str], float]:
        rows: Any = connection.execute(
            select(Verification.station, Verification.metric, Verification.value).where(Verification.archive == archive)
        )
        return {(station, metric): value for station, metric, value in rows}

    record_catalogue(connection, event.catalogue, NIGHT, (event,))
    both = {"": {"recall": 0.5, "hits": 1.0}, "A": {"recall": 1.0}}
    record_verification(connection, archive, NIGHT, model_id, event.catalogue, both)
    record_verification(connection, archive, NIGHT, model_id, event.catalogue, {"": {"recall": 0.25}})
    assert figures() == {("", "recall"): 0.25}
    tables = night_tables(connection, NIGHT, archive)
    assert [(row["catalogue"], row["type"]) for row in tables["catalogue_event"]] == [(event.catalogue, "III/R")]
    assert [(row["model"], row["metric"], row["value"]) for row in tables["verification"]] == [(f"gate-{archive}", "recall", 0.25)]
    assert night_tables(connection, NIGHT, "another")["catalogue_event"] == []
