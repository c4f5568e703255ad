"""Forecasts stand beside what came, once a list of flares reaches 24 h beyond them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rows import remote, store
from sqlalchemy import Connection, select

from db.filters import Filters
from db.ledger import Ledger
from db.nights import NightRecord, write_night
from db.schema import SourceFile, Verification
from db.verdicts import record, register_models
from models.description import Description
from models.sun.flares import Flare, GoesFlux
from models.verdict import Verdict
from tasks.flare_events import record_flares
from tasks.forecasts import forecasts, verify_forecasts

NIGHT = date(2018, 3, 1)  # no other test's
NEXT = NIGHT + timedelta(days=1)
MIDNIGHT = datetime(2018, 3, 1, tzinfo=UTC)
ARCHIVE = "disks-of-forecasts"
DAY = timedelta(days=1)


def flare(hour: float, goes_class: str) -> Flare:
    peak = MIDNIGHT + timedelta(hours=hour)
    return Flare(peak - timedelta(minutes=5), peak, peak + timedelta(minutes=10), GoesFlux.of_class(goes_class), sources=("SWPC",))


EARLY, LATE = flare(5, "C2.0"), flare(30, "M1.4")


@pytest.fixture
def connection(fleeting: Connection) -> Connection:
    """Two disks at 6 and 18 h, the first said to be quiet, the second active."""
    ledger = Ledger(fleeting, ARCHIVE, NIGHT)
    store(ledger, ledger.register([remote("A_06"), remote("A_18")]))
    seer = Description("seer-of-forecasts", "1", "sun", "ef" * 32, "sun-1", 0.5, True, {})
    ids = register_models(fleeting, "sun", [seer], "abc")
    for name, hour, score in (("A_06", 6, 0.2), ("A_18", 18, 0.9)):
        moment = MIDNIGHT + timedelta(hours=hour)
        mine = (SourceFile.archive == ARCHIVE, SourceFile.name == name)
        fleeting.execute(SourceFile.__table__.update().where(*mine).values(start_time=moment, end_time=moment))
        file_id = fleeting.scalars(select(SourceFile.id).where(*mine)).one()
        label = "active" if score >= 0.5 else "quiet"
        record(fleeting, [(file_id, Verdict(seer.name, "1", "judged", "", label, score, 0.5, {}))], ids)
    write_night(fleeting, NightRecord(ARCHIVE, NIGHT, MIDNIGHT, MIDNIGHT + DAY, "complete", "", 2, 2, 0, 0, 0, 1, 2, 0, 0))
    return fleeting


def written(connection: Connection) -> dict[str, float]:
    rows = select(Verification.metric, Verification.value).where(Verification.archive == ARCHIVE, Verification.night == NIGHT)
    return dict(connection.execute(rows).tuples().all())


def test_nothing_is_said_of_what_came_before_a_list_reaches_24_hours_beyond_the_image(connection: Connection) -> None:
    record_flares(connection, "swpc", NIGHT, [EARLY], MIDNIGHT + DAY)
    for until in (None, LATE.t_end):
        record_flares(connection, "swpc", NEXT, [LATE], until)
        known = [row["known"] for row in forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE))]
        assert known == [until is not None and LATE.t_end >= MIDNIGHT + timedelta(hours=30), False]
    pending = forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE))[1]
    assert (pending["event"], pending["largest_class"], pending["probability"], pending["positive"]) == (None, None, 0.9, True)


def test_a_forecast_is_held_against_the_largest_flare_of_its_24_hours_and_a_rerun_writes_the_same(connection: Connection) -> None:
    record_flares(connection, "swpc", NIGHT, [EARLY], MIDNIGHT + DAY)
    record_flares(connection, "swpc", NEXT, [flare(24.5, "B9.9"), flare(30.5, "M1.4")], MIDNIGHT + 2 * DAY)
    first, second = forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE))
    assert (first["event"], first["largest_class"]) == (False, "B9.9"), "the C2.0 was over, the M1.4 comes 24.5 h later"
    assert (second["event"], second["largest_class"]) == (True, "M1.4")
    figures = verify_forecasts(connection, ARCHIVE, NIGHT, "swpc")
    assert [figures[name] for name in ("hits", "misses", "false_alarms", "correct_negatives")] == [1, 0, 0, 1]
    assert figures["brier"] == pytest.approx((0.2**2 + 0.1**2) / 2)
    assert figures["tss_30_nights"] == 1.0
    assert written(connection) == pytest.approx(figures)
    assert verify_forecasts(connection, ARCHIVE, NIGHT, "swpc") == figures
    assert written(connection) == pytest.approx(figures)
    assert [row["name"] for row in forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE, positive=True))] == ["A_18"]
    assert forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE, limit=1)) == [first]


def test_one_kind_of_outcome_has_no_skill_and_a_simulated_list_says_nothing_of_real_images(connection: Connection) -> None:
    for catalogue in ("swpc", "swpc-simulated"):
        told = [flare(7, "X1.0")] if catalogue.endswith("simulated") else []
        record_flares(connection, catalogue, NIGHT, told, MIDNIGHT + DAY)
        record_flares(connection, catalogue, NEXT, [], MIDNIGHT + 2 * DAY)
    assert [row["largest_class"] for row in forecasts(connection, Filters(night=NIGHT, archive=ARCHIVE))] == ["", ""]
    figures = verify_forecasts(connection, ARCHIVE, NIGHT, "swpc")
    assert "tss_30_nights" not in figures and "pod" not in figures and figures["false_alarms"] == 1
    assert verify_forecasts(connection, ARCHIVE, NIGHT, "hek") == {}, "a list that was never had verifies nothing"
