"""The report of a night: it says what the database knows, needs nothing else, and is the same every time."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from page import Page, text_of
from sqlalchemy import Connection, update

from db import objects
from db.events import headline
from db.injections import write_injections
from db.ledger import Ledger, Settlement
from db.nights import NightRecord, night_artifacts, write_artifacts, write_night
from db.remote_file import RemoteFile
from db.schema import Base
from db.session import transaction
from db.verdicts import record, register_models
from models.description import Description
from models.errors import ConfigurationError
from models.radio.efficiency import Share
from models.verdict import Detection, Verdict
from tasks.correlate import make_events
from tasks.efficiency_shown import Curve, EfficiencyShown
from tasks.render import Bar, draw_coverage
from tasks.report import render_html, render_markdown, store_report
from tasks.report_context import build_context
from tasks.source import Source

NIGHT = date(2019, 3, 4)
START = datetime(2019, 3, 4, 12, tzinfo=UTC)
ARCHIVE = "ecallisto-simulated"
MODEL = Description("report-gate", "1", "radio", "ab" * 32, "radio-1", 0.79, True, {"data": "201 files"})
MEASURES = {
    "peak_db": 7.5,
    "drift_mhz_s": -12.34,
    "drift_sigma_mhz_s": 1.2,
    "drift_at_mhz": 80.0,
    "exciter_speed_newkirk_x1_c": 0.217,
}
HOSTILE = "<script>alert('|')</script>.fit.gz"


@pytest.fixture
def connection(fleeting: Connection) -> Connection:
    """A headline of our own."""
    return fleeting


def listed(name: str, station: str, minutes: int) -> RemoteFile:
    return RemoteFile(name, f"file:///{name}", "spectrogram", station, "01", START + timedelta(minutes=minutes), "1K", START)


def detection(minutes: float, score: float) -> Detection:
    peak = START + timedelta(minutes=minutes)
    half = timedelta(seconds=5)
    return Detection("III", score, peak - half, peak, peak + half, 45.0, 180.0, attributes=MEASURES)


def fill(connection: Connection, **places: tuple[float | None, float | None]) -> None:
    """Five files: three stored (two with a burst at the same moment, one declined), one quarantined, one absent.

    ``places``: latitude and longitude by station; by default near Zurich, where the Sun is up.
    """
    shard = objects.address("shard", b"a shard of the report's tests", ".npz", "application/x-npz")
    stored = [listed("BIR_a.fit.gz", "BIR", 0), listed("OOTY_a.fit.gz", "OOTY", 0), listed("BIR_b.fit.gz", "BIR", 15)]
    bad, gone = listed(HOSTILE, "GLASGOW", 0), listed("MRO_a.fit.gz", "MRO", 0)
    ledger = Ledger(connection, ARCHIVE, NIGHT)
    ledger.register([*stored, bad, gone])
    ended = [
        Settlement(
            file, file.part, "stored", bytes=9, sha256="0" * 64, start_time=file.start,
            end_time=(file.start or START) + timedelta(minutes=15), shard_key=shard.key, shard_index=number,
            latitude_deg=places.get(file.station, (47.0, 8.0))[0], longitude_deg=places.get(file.station, (47.0, 8.0))[1],
        )
        for number, file in enumerate(stored)
    ]  # fmt: skip
    ended.append(Settlement(bad, bad.part, "quarantined", reason=f"{HOSTILE}: an HTML page <b>&</b> no FITS"))
    ended.append(Settlement(gone, gone.part, "absent", reason="404"))
    ledger.settle(ended, [shard])
    ids = register_models(connection, "radio", [MODEL], "test")
    files = Base.metadata.tables["source_file"]
    rows = connection.execute(files.select().where(files.c.archive == ARCHIVE, files.c.night == NIGHT, files.c.state == "stored"))
    numbers = {row.name: row.id for row in rows}
    judged = {
        "BIR_a.fit.gz": Verdict(
            MODEL.name, "1", "judged", "", "burst", 0.97, 0.79, {}, (detection(5, 0.96), detection(9, 0.3)), {}
        ),
        "OOTY_a.fit.gz": Verdict(MODEL.name, "1", "judged", "", "burst", 0.9, 0.79, {}, (detection(5.5, 0.9),), {}),
        "BIR_b.fit.gz": Verdict.declined(MODEL.name, "1", "a polarisation product"),
    }
    record(connection, [(numbers[name], verdict) for name, verdict in judged.items()], ids)
    make_events(connection, ARCHIVE, NIGHT)
    write_night(connection, night_record("complete", listed=5, stored=3, quarantined=1, absent=1, models=1, judged=2, declined=1))


def night_record(outcome: Any, reason: str = "", **counts: int) -> NightRecord:
    zero = dict.fromkeys(("listed", "stored", "quarantined", "absent", "unreachable", "models", "judged", "declined", "skipped"), 0)
    midnight = datetime(2019, 3, 4, tzinfo=UTC)
    return NightRecord(ARCHIVE, NIGHT, midnight, midnight + timedelta(days=1), outcome, reason, **(zero | counts))


def test_the_report_shows_both_accounts_balanced(connection: Connection) -> None:
    fill(connection)
    text = text_of(render_html(build_context(connection, ARCHIVE, NIGHT), {}))
    assert "5 listed = 3 stored + 1 quarantined + 1 absent + 0 unreachable" in text
    assert "3 stored = 2 judged + 1 declined + 0 skipped" in text
    assert "does not balance" not in text
    assert "a polarisation product" in text


def test_an_event_stands_in_one_line_with_all_who_saw_it(connection: Connection) -> None:
    fill(connection)
    context = build_context(connection, ARCHIVE, NIGHT)
    (burst,) = context["bursts"]
    assert (burst.places, burst.stations, burst.coincident, burst.in_the_dark) == (("BIR 01", "OOTY 01"), 2, True, ())
    assert burst.score > 0.96 and burst.attributes["peak_db"] == 7.5
    text = text_of(render_html(context, {}))
    assert "-12.3 ± 1.2 at 80 MHz" in text and "beam 0.22 c" in text
    assert "seen by 2 stations" in text and "1 events, 1 of them seen by two stations" in text


@pytest.mark.parametrize(
    ("position", "stations", "said"),
    [((None, None), 1, "one station alone"), ((-40.0, 170.0), 1, "not counted, Sun down or place unknown: OOTY 01")],
)
def test_who_could_not_see_the_sun_is_named_but_not_counted(
    connection: Connection, position: tuple[float | None, float | None], stations: int, said: str
) -> None:
    fill(connection, OOTY=position)
    context = build_context(connection, ARCHIVE, NIGHT)
    (burst,) = context["bursts"]
    assert (burst.stations, burst.coincident, burst.in_the_dark) == (stations, False, ("OOTY 01",))
    assert said in text_of(render_html(context, {}))


def test_the_report_says_what_would_have_been_found(connection: Connection) -> None:
    fill(connection)
    context = build_context(connection, ARCHIVE, NIGHT)
    assert context["efficiency"] is None and "What would have been found" not in text_of(render_html(context, {}))
    curves = (Curve("III", 30, 21, 20, 5.25, (Share(3.0, 4.0, 30, 21),)), Curve("IV", 0, 0, 0, None, ()))
    context |= {"efficiency": EfficiencyShown(replace(curves[0], type=""), curves, ("BIR: 0 of 4",))}
    text = text_of(render_html(context, {}))
    assert "21 of 30 injected bursts were recovered; 90 % complete above 5.2 dB." in text
    assert "III 30 21 20 5.2" in text and "IV 0 0 0 –" in text
    assert "Recovered far less than the others: BIR: 0 of 4" in text
    assert "21 of 30 injected bursts" in render_markdown(context) and "BIR: 0 of 4" in render_markdown(context)


def test_nothing_found_says_above_which_strength(connection: Connection) -> None:
    write_night(connection, night_record("complete"))
    register_models(connection, "radio", [MODEL], "test")
    assert build_context(connection, ARCHIVE, NIGHT)["sentence"].endswith("in none of the 0 judged was a burst found.")
    fill(connection)
    files, scores = (Base.metadata.tables[name] for name in ("source_file", "score"))
    connection.execute(update(scores).where(scores.c.state == "judged").values(score=0.1))
    tonight = connection.execute(
        files.select().where(files.c.archive == ARCHIVE, files.c.night == NIGHT, files.c.state == "stored")
    )
    model = headline(connection, "radio")
    assert model
    rows = [
        {
            "source_file_id": row.id, "number": number, "type": "III", "t_start": START, "t_peak": START, "t_end": START,
            "frequency_low_mhz": 20.0, "frequency_high_mhz": 80.0, "peak_db": 6.0, "snr": 9.0, "through": "file",
            "recovered": True, "score": 0.9, "label": "III",
        }
        for row in tonight for number in range(4)
    ]  # fmt: skip
    write_injections(connection, ARCHIVE, NIGHT, model, rows, [(row["source_file_id"], row["number"]) for row in rows])
    sentence = build_context(connection, ARCHIVE, NIGHT)["sentence"]
    assert sentence.endswith("in none of the 2 judged was a burst found: nothing above 6.0 dB, 90 % complete.")


def test_the_page_parses_and_loads_nothing_from_elsewhere(connection: Connection) -> None:
    fill(connection)
    bar = Bar("BIR 01", START, START + timedelta(minutes=15), "judged", 1)
    png = draw_coverage(["BIR 01"], [bar], (START, START + timedelta(hours=3)), "a night")
    write_artifacts(connection, ARCHIVE, NIGHT, {"coverage": {"key": "picture/x.png", "fingerprint": "1"}})
    context = build_context(connection, ARCHIVE, NIGHT)
    assert context["picture_keys"] == ["picture/x.png"]
    html = render_html(context, {"picture/x.png": png})
    page = Page(html)
    assert page.open == []
    loaded = [value for _, name, value in page.attributes if name in ("src", "href", "srcset", "data")]
    assert loaded
    assert all(value.startswith(("data:image/png;base64,", "#")) for value in loaded)
    assert not re.search(r"url\(|@import|<script", html)
    images = [attributes for attributes in page.attributes if attributes[0] == "img"]
    assert [value for _, name, value in images if name == "alt"] != []
    targets = {value for _, name, value in page.attributes if name == "id"}
    assert all(value[1:] in targets for _, name, value in page.attributes if name == "href")


def test_the_same_night_gives_the_same_page(connection: Connection) -> None:
    fill(connection)
    first = build_context(connection, ARCHIVE, NIGHT)
    nights = Base.metadata.tables["night"]
    connection.execute(update(nights).where(nights.c.night == NIGHT).values(timings={"crawl": 12.5}))
    second = build_context(connection, ARCHIVE, NIGHT)
    assert render_html(first, {}) == render_html(second, {})
    assert render_markdown(first) == render_markdown(second)


def test_what_stands_in_a_file_name_stays_text(connection: Connection) -> None:
    fill(connection)
    context = build_context(connection, ARCHIVE, NIGHT)
    html, markdown = render_html(context, {}), render_markdown(context)
    assert "<script" not in html
    assert "<b>&</b>" not in html
    assert HOSTILE in Page(html).text
    assert "<script" not in markdown
    (row,) = [line for line in markdown.splitlines() if "alert" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 3


def test_a_simulated_night_says_so_and_a_real_one_does_not(connection: Connection) -> None:
    fill(connection)
    context = build_context(connection, ARCHIVE, NIGHT)
    assert "SIMULATED" in text_of(render_html(context, {}))
    assert "SIMULATED" in render_markdown(context)
    real = context | {"simulated": False}
    assert "SIMULATED" not in text_of(render_html(real, {})) + render_markdown(real)


def test_an_empty_night_does_not_read_as_a_quiet_one(connection: Connection) -> None:
    write_night(connection, night_record("empty"))
    context = build_context(connection, ARCHIVE, NIGHT)
    text = text_of(render_html(context, {}))
    assert "no files of this night" in text
    assert "does not mean that the Sun was quiet" in text
    assert "listed 0" in render_markdown(context)


def test_an_incomplete_night_says_loudly_what_is_missing(connection: Connection) -> None:
    write_night(connection, night_record("incomplete", "7 files could not be reached; the listing is cut", listed=7, unreachable=7))
    html = render_html(build_context(connection, ARCHIVE, NIGHT), {})
    assert 'role="alert"' in html
    assert "This night is incomplete." in html
    assert "<li>7 files could not be reached</li>\n<li>the listing is cut</li>" in html


def test_a_failed_night_shows_that_its_account_does_not_balance(connection: Connection) -> None:
    write_night(connection, night_record("failed", "9 files were listed, but 8 are settled", listed=9, stored=8))
    text = text_of(render_html(build_context(connection, ARCHIVE, NIGHT), {}))
    assert "≠" in text
    assert "This account does not balance." in text
    assert "do not rely on the figures" in text


def test_a_night_that_was_never_run_has_no_report(connection: Connection) -> None:
    with pytest.raises(ConfigurationError, match="was never run"):
        build_context(connection, ARCHIVE, date(2018, 1, 1))


def test_writing_a_report_twice_makes_one_object(stores: Path) -> None:
    night = date(2019, 3, 5)
    source = Source(ARCHIVE, "file:///nowhere/", ("spectrogram",), night)
    midnight = datetime(2019, 3, 5, tzinfo=UTC)
    with transaction() as opened:
        write_night(
            opened, NightRecord(ARCHIVE, night, midnight, midnight + timedelta(days=1), "empty", "", 0, 0, 0, 0, 0, 0, 0, 0, 0)
        )
    first, _ = store_report(source)
    second, _ = store_report(source)
    assert first == second
    assert b"no files of this night" in objects.get(first)
    with transaction() as opened:
        assert night_artifacts(opened, ARCHIVE, night)["report"] == {"key": first, "fingerprint": ""}
        nights = Base.metadata.tables["night"]
        opened.execute(nights.delete().where(nights.c.archive == ARCHIVE, nights.c.night == night))
