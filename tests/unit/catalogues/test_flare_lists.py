"""Where the lists of flares stand, and until when they are whole."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from db.settings import load_settings
from deployments.simulated.sun import write_sun_night
from models.errors import CorruptInput, SourceUnavailable
from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.records import listed_flares, swpc_flares_json
from tasks.catalogues.documents import address, document, recent_document
from tasks.catalogues.flare_lists import LISTS, DayOfFlares, flares_on
from tasks.source import Source

NIGHT = date(2024, 5, 14)
NOW = datetime(2024, 5, 15, 6, tzinfo=UTC)
SWPC, HEK = LISTS


def test_a_list_of_the_last_week_is_asked_for_its_whole_days_and_one_by_day_for_any() -> None:
    source = Source("sdo-browse", "https://sdo.gsfc.nasa.gov/", ("picture",), NIGHT)
    week, by_day = "https://a/xray-flares-7-day.json", "https://b/her?start={day}&end={next_day}"
    asked = [address(week, "", source, NIGHT, NOW + timedelta(days=days)) != "" for days in (-2, 0, 5, 6)]
    assert asked == [False, True, True, False]
    assert address(by_day, "", source, NIGHT, NOW + timedelta(days=99)) == "https://b/her?start=2024-05-14&end=2024-05-15"
    assert address("", "", source, NIGHT, NOW) == ""


def test_the_simulated_lists_tell_the_simulated_flares(tmp_path: Path) -> None:
    write_sun_night(tmp_path, NIGHT)
    source = Source("sdo-browse-simulated", (tmp_path / "sun/visit-1").as_uri() + "/sdo/", ("picture",), NIGHT)
    truth = [(flare.t_peak, flare.peak.goes_class) for flare in listed_flares(simulate_activity(NIGHT))]
    for wanted in LISTS:
        told = flares_on(wanted, source, NIGHT, NOW, document)
        assert told is not None
        assert [(flare.t_peak, flare.peak.goes_class) for flare in told.flares] == sorted(truth)
        assert told.until == datetime(2024, 5, 15, tzinfo=UTC)
        assert flares_on(wanted, source, NOW.date(), NOW, document) is None, "the running day is not simulated"
    (tmp_path / "sun/visit-1/hek/2024/05/14/her.json").unlink()
    with pytest.raises(SourceUnavailable, match=r"her\.json cannot be had"):
        flares_on(HEK, source, NIGHT, NOW, document)


def test_the_running_day_is_whole_until_an_hour_ago_and_a_page_is_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "flares.json"
    monkeypatch.setenv("NIGHTSHIFT_FLARE_LISTS", json.dumps({"swpc": page.as_uri(), "hek": page.as_uri()}))
    load_settings.cache_clear()
    source = Source("sdo-browse", "https://sdo.gsfc.nasa.gov/", ("picture",), NIGHT)
    page.write_bytes(swpc_flares_json(listed_flares(simulate_activity(NIGHT))))
    assert flares_on(SWPC, source, NOW.date(), NOW, document) == DayOfFlares([], NOW - timedelta(hours=1), ())
    page.write_text("<html>busy</html>")
    for wanted in LISTS:
        with pytest.raises(CorruptInput, match=r"flares\.json"):
            flares_on(wanted, source, NIGHT, NOW, document)
    load_settings.cache_clear()


def test_what_could_not_be_had_just_now_is_not_waited_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "away.json"
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match=r"away\.json cannot be had"):
            recent_document(page.as_uri())
        page.write_text("back")
    monkeypatch.setattr("tasks.catalogues.documents.FRESH_S", -1.0)
    assert recent_document(page.as_uri()) == b"back"


def test_what_was_just_had_is_not_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "once.json"
    page.write_text("first")
    assert recent_document(page.as_uri()) == b"first"
    page.unlink()
    assert recent_document(page.as_uri()) == b"first"
    monkeypatch.setattr("tasks.catalogues.documents.FRESH_S", -1.0)
    with pytest.raises(SourceUnavailable, match=r"once\.json cannot be had"):
        recent_document(page.as_uri())
