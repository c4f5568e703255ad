"""Forecasts stand beside what came, once a list of flares reaches 24 h beyond them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rows import remote, store
from sqlalchemy import Connection, select, text

from db import objects
from db.filters import Filters
from db.ledger import Ledger
from db.nights import NightRecord, write_artifacts, write_night
from db.schema import SourceFile, Verification
from db.verdicts import record, register_models
from models.description import Description
from models.sun.flares import Flare, GoesFlux
from models.verdict import Verdict
from tasks.flare_events import record_flares
from tasks.forecasts import forecasts, verify_forecasts
from tasks.report import render_html, render_markdown
from tasks.report_context import build_context
from tasks.source import Source
from tasks.together_shown import together

NIGHT = date(2018, 3, 1)  # no other test's
NEXT = NIGHT + timedelta(days=1)
MIDNIGHT = datetime(2018, 3, 1, tzinfo=UTC)
ARCHIVE = "sdo-browse"
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


def test_each_class_of_a_forecast_is_a_row_of_the_view(connection: Connection) -> None:
    mine = select(SourceFile.id).where(SourceFile.archive == ARCHIVE, SourceFile.name == "A_06")
    seer = Description("seer-of-classes", "1", "sun", "ef" * 32, "sun-1", 0.3, False, {})
    ids = register_models(connection, "sun", [seer], "abc")
    said = {"active": 0.4, "quiet": 0.6, "flare_m_24h": 0.1}
    record(connection, [(connection.scalars(mine).one(), Verdict(seer.name, "1", "judged", "", "active", 0.4, 0.3, said))], ids)
    rows = connection.execute(text("SELECT * FROM flare_forecast WHERE model = 'seer-of-classes' ORDER BY goes_class")).mappings()
    told = [(row["archive"], row["t_end"], row["goes_class"], row["probability"], row["positive"]) for row in rows]
    until = MIDNIGHT + timedelta(hours=30)
    assert told == [(ARCHIVE, until, "C1", 0.4, True), (ARCHIVE, until, "M1", 0.1, None)]


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


def test_the_report_says_what_came_and_what_is_not_yet_known_and_the_picture_shows_the_flares(connection: Connection) -> None:
    record_flares(connection, "swpc", NIGHT, [EARLY], MIDNIGHT + DAY)
    record_flares(connection, "swpc", NEXT, [LATE], MIDNIGHT + timedelta(hours=31))
    picture = together(connection, Source(ARCHIVE, "https://x/", ("picture",), NIGHT))
    shown, curve_key, _ = picture.arguments
    assert [goes_class for *_, goes_class in shown.flares] == ["C2.0"] and not curve_key
    assert [probability for _, probability in shown.forecasts] == [0.2, 0.9] and shown.threshold == 0.5
    stored = picture.draw(*picture.arguments)
    write_artifacts(connection, ARCHIVE, NIGHT, {picture.name: {"key": stored.key, "fingerprint": picture.fingerprint}})
    context = build_context(connection, ARCHIVE, NIGHT)
    page = render_html(context, {key: objects.get(key) for key in context["picture_keys"]})
    assert page.count("not yet known") == 1 and "M1.4" in page and "The day on one axis" in page
    assert "swpc: of 1 forecasts 0 hits, 1 misses" in page and "hek: the list of flares could not be had" in page
    assert "swpc: of 1 forecasts" in render_markdown(context)
