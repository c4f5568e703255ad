"""Verdicts: recorded once, replaced whole, one row for every stored file and enabled model version."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from rows import NIGHT, NOON, end, remote, store
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from db.ledger import Ledger
from db.nights import NightRecord, imbalances, night_artifacts, write_artifacts, write_night
from db.schema import Detection as DetectionRow
from db.schema import ModelVersion, Night, Score
from db.verdicts import judgements, record, register_models, unjudged
from models.description import Description
from models.errors import ConfigurationError
from models.verdict import Detection, Verdict


@pytest.fixture
def instrument(archive: str) -> str:
    """An instrument of the test's own, so that no other test's models judge it."""
    return archive.replace("archive", "instrument")


@pytest.fixture
def gate(instrument: str) -> Description:
    return Description(f"gate-{instrument}", "1", instrument, "aa", "radio-1", 0.5, True, {"card": [1, None]})


@pytest.fixture
def files(connection: Connection, archive: str) -> None:
    """Two stored files and a quarantined one."""
    ledger = Ledger(connection, archive, NIGHT)
    store(ledger, ledger.register([remote("A_12"), remote("B_12")]))
    end(ledger, ledger.register([remote("A_12"), remote("B_12"), remote("C_12")]), "quarantined")


def verdict(model: Description, found: int = 2, score: float = 0.75) -> Verdict:
    detections = tuple(
        Detection("III", 0.25 * n, NOON, NOON, NOON + timedelta(minutes=n), 20.0, 80.0 + n, (0.0, 1.0, 2.5, n), {"peak_db": 3.5})
        for n in range(found)
    )
    return Verdict(model.name, model.version, "judged", "", "burst", score, 0.5, {"burst": score}, detections, {"fill": 0.5})


def judged(connection: Connection) -> tuple[list[Any], list[Any]]:
    scores = list(connection.execute(select(Score.__table__).order_by(Score.source_file_id)))
    detections = select(DetectionRow.__table__).order_by(DetectionRow.source_file_id, DetectionRow.index)
    return scores, list(connection.execute(detections))


def test_only_missing_pairs_are_unjudged(
    connection: Connection, archive: str, instrument: str, gate: Description, files: Any
) -> None:
    second = replace(gate, name=f"net-{instrument}", headline=False)
    ids = register_models(connection, instrument, [gate, second], "abc")
    missing = unjudged(connection, archive, NIGHT, instrument)
    assert [item.models for item in missing] == [(gate.name, second.name)] * 2
    record(connection, [(missing[0].file_id, verdict(gate))], ids)
    left = {item.file_id: item.models for item in unjudged(connection, archive, NIGHT, instrument)}
    assert left == {missing[0].file_id: (second.name,), missing[1].file_id: (gate.name, second.name)}
    assert unjudged(connection, archive, NIGHT, instrument, force=True) == missing
    assert unjudged(connection, archive, date(2024, 5, 15), instrument) == []


def test_recording_twice_gives_the_same_rows(
    connection: Connection, archive: str, instrument: str, gate: Description, files: Any
) -> None:
    ids = register_models(connection, instrument, [gate], "abc")
    said = [(item.file_id, verdict(gate)) for item in unjudged(connection, archive, NIGHT, instrument)]
    record(connection, said, ids)
    before = judged(connection)
    record(connection, said, ids)
    assert judged(connection) == before
    row = connection.execute(select(DetectionRow.__table__).where(DetectionRow.source_file_id == said[0][0])).all()[1]
    assert (row.box, row.t_end, row.attributes) == ([0.0, 1.0, 2.5, 1.0], NOON + timedelta(minutes=1), {"peak_db": 3.5})
    assert judgements(connection, archive, NIGHT, instrument) == {gate.name: {"judged": 2}}


def test_measures_that_are_no_numbers_cost_themselves_and_not_the_batch(
    connection: Connection, archive: str, instrument: str, gate: Description, files: Any
) -> None:
    ids = register_models(connection, instrument, [gate], "abc")
    said = [(item.file_id, verdict(gate, 0)) for item in unjudged(connection, archive, NIGHT, instrument)]
    odd = {"fill": np.float32(0.5), "slope": float("nan"), "rows": np.int64(3), "levels": np.array([1.0, np.inf])}
    said[0] = (said[0][0], replace(said[0][1], metrics=odd))
    record(connection, said, ids)
    held = {row.source_file_id: row.metrics for row in judged(connection)[0]}
    assert held[said[0][0]] == {"fill": 0.5, "slope": None, "rows": 3, "levels": [1.0, None]}
    assert held[said[1][0]] == {"fill": 0.5}


def test_fewer_detections_later_remove_the_surplus(
    connection: Connection, archive: str, instrument: str, gate: Description, files: Any
) -> None:
    ids = register_models(connection, instrument, [gate], "abc")
    first, second = sorted(item.file_id for item in unjudged(connection, archive, NIGHT, instrument))
    record(connection, [(first, verdict(gate, 3)), (second, verdict(gate, 2))], ids)
    record(connection, [(first, verdict(gate, 1)), (second, Verdict.declined(gate.name, "1", "too short"))], ids)
    left = select(DetectionRow.source_file_id, DetectionRow.index).where(DetectionRow.source_file_id.in_((first, second)))
    assert connection.execute(left).all() == [(first, 0)]
    assert judgements(connection, archive, NIGHT, instrument) == {gate.name: {"judged": 1, "declined": 1}}
    scores = select(Score.state, Score.positive, Score.reason).where(Score.source_file_id.in_((first, second)))
    assert connection.execute(scores.order_by(Score.source_file_id)).all() == [
        ("judged", True, ""),
        ("declined", None, "too short"),
    ]


@pytest.mark.parametrize("change", [{"weights_sha256": "bb"}, {"threshold": 0.6}, {"preprocessing_version": "radio-2"}])
def test_a_changed_model_under_the_same_version_is_refused(
    connection: Connection, instrument: str, gate: Description, change: dict[str, Any]
) -> None:
    register_models(connection, instrument, [gate], "abc")
    with pytest.raises(ConfigurationError, match=f"{gate.name} 1 .* new version"):
        register_models(connection, instrument, [replace(gate, **change)], "abc")


def test_a_new_version_disables_the_older_and_takes_the_headline(
    connection: Connection, instrument: str, gate: Description
) -> None:
    other = replace(gate, name=f"net-{instrument}", headline=False)
    register_models(connection, instrument, [gate, other], "abc")
    newer = replace(gate, version="2", weights_sha256="bb", headline=False)
    ids = register_models(connection, instrument, [newer, replace(other, headline=True)], "abc")
    found = select(ModelVersion.name, ModelVersion.version, ModelVersion.enabled, ModelVersion.headline)
    rows = connection.execute(found.where(ModelVersion.instrument == instrument).order_by(ModelVersion.id)).all()
    assert rows == [(gate.name, "1", False, True), (other.name, "1", True, True), (gate.name, "2", True, False)]
    assert set(ids) == {gate.name, other.name}
    assert set(register_models(connection, instrument, [gate], "abc")) == {gate.name}  # back to the older one


def night_record(archive: str, **changes: Any) -> NightRecord:
    counts = {"listed": 4, "stored": 2, "quarantined": 1, "absent": 1, "unreachable": 0}
    said = {"models": 2, "judged": 3, "declined": 1, "skipped": 0}
    fields: dict[str, Any] = {"outcome": "complete", "reason": "", **counts, **said, **changes}
    return NightRecord(archive, NIGHT, NOON, NOON + timedelta(days=1), timings={"crawl": 1.5}, **fields)


def test_a_night_is_rewritten_in_place_and_keeps_its_artifacts(connection: Connection, archive: str) -> None:
    write_night(connection, night_record(archive))
    write_artifacts(connection, archive, NIGHT, {"report": {"key": "k", "fingerprint": "f"}})
    write_night(connection, night_record(archive, outcome="incomplete", listed=5, unreachable=1, reason="1 file"))
    row = connection.execute(select(Night.__table__).where(Night.archive == archive)).one()
    assert (row.outcome, row.listed, row.timings) == ("incomplete", 5, {"crawl": 1.5})
    assert night_artifacts(connection, archive, NIGHT) == {"report": {"key": "k", "fingerprint": "f"}}


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"listed": 5}, "files_balance"),
        ({"judged": 2}, "judgements_balance"),
        ({"listed": 5, "unreachable": 1}, "complete_is_whole"),
        ({"outcome": "green"}, "outcome"),
        ({"outcome": "incomplete", "listed": 9}, "files_balance"),
    ],
)
def test_a_night_that_does_not_balance_cannot_be_written(
    connection: Connection, archive: str, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=f"ck_night_{constraint}"), connection.begin_nested():
        write_night(connection, night_record(archive, **changes))
    write_night(connection, night_record(archive, **(changes | {"outcome": "failed"})))


def test_imbalances_say_which_account_is_wrong(connection: Connection, archive: str, files: Any) -> None:
    states = Ledger(connection, archive, NIGHT).states()
    assert imbalances(3, states, {}) == []
    assert imbalances(4, states, {}) == ["4 files were listed, but 3 are settled (0 still pending)"]
    assert imbalances(3, states, {"gate": states}) == ["2 files are stored, but gate has spoken on 3"]
