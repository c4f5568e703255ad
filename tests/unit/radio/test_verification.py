"""A catalogue is compared honestly: nobody has missed what he did not observe."""

from datetime import UTC, datetime, timedelta

import pytest

from models.catalogue import CatalogueEvent, Sighting, Span
from models.radio.verification import ALL, verify

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


def event(
    minute: float, *stations: str, last: float | None = None, kind: str = "III", catalogue: str = "e-callisto"
) -> CatalogueEvent:
    """An entry of some minutes after noon; "(A)" is hardly visible."""
    seen = tuple(Sighting(name.strip("()"), "()" if name.startswith("(") else "") for name in stations)
    start, end = (NOON + timedelta(minutes=m) for m in (minute, minute if last is None else last))
    return CatalogueEvent(catalogue, "radio", kind, start, end, sightings=seen)


def span(station: str, first: float, last: float) -> Span:
    """A station and some minutes after noon."""
    return Span(station, NOON + timedelta(minutes=first), NOON + timedelta(minutes=last))


HOUR = [span("A", 0, 60), span("B", 0, 60)]


def test_found_and_missed_make_recall_and_precision() -> None:
    events = [event(10, "A", "B"), event(20, "A"), event(40, "B")]
    found = [span("A", 10.2, 10.8), span("A", 50, 50.5), span("B", 10.5, 11.5)]
    verified = verify(events, found, HOUR)
    assert (verified["A"]["recall"], verified["A"]["precision"]) == (0.5, 0.5)
    assert (verified["B"]["recall"], verified["B"]["precision"]) == (0.5, 1.0)
    assert (verified[ALL]["expected"], verified[ALL]["hits"]) == (3, 1)
    assert verified[ALL]["precision"] == pytest.approx(2 / 3)
    assert verified[ALL]["detections"] == 3


def test_who_did_not_observe_has_missed_nothing() -> None:
    verified = verify([event(70, "A", "B")], [], [*HOUR, span("B", 60, 90)])
    assert "recall" not in verified["A"]
    assert verified["B"]["recall"] == 0
    assert verified[ALL]["expected"] == 1
    assert verify([event(70, "C")], [], HOUR)[ALL]["expected"] == 0


def test_half_a_minute_of_an_entry_is_not_observed() -> None:
    assert verify([event(59.5, "A")], [], HOUR)["A"]["expected"] == 0


def test_what_is_hardly_visible_may_be_found_and_need_not_be() -> None:
    events = [event(10, "(A)", "B")]
    assert verify(events, [], HOUR)["A"]["expected"] == 0
    assert verify(events, [span("A", 10, 11)], HOUR)["A"]["precision"] == 1


def test_what_only_others_saw_is_neither_right_nor_called_noise() -> None:
    verified = verify([event(10, "B")], [span("A", 10, 11)], HOUR)
    assert (verified["A"]["elsewhere"], verified["A"]["false"], verified["A"]["precision"]) == (1, 0, 0)


def test_without_stations_an_entry_is_expected_of_all_together() -> None:
    for untold in (event(10), event(10, "LEAR", catalogue="swpc")):
        verified = verify([untold], [span("B", 10, 11)], HOUR)
        assert verified[ALL]["recall"] == 1
        assert "recall" not in verified["A"]
        assert verified["B"]["precision"] == 1


def test_continua_of_hours_and_the_ionosphere_count_neither_way() -> None:
    for entry in (event(0, "A", last=600, kind="CTM"), event(10, "A", kind="CAU")):
        verified = verify([entry], [span("A", 10, 11)], HOUR)
        assert (verified["A"]["expected"], verified["A"]["neutral"]) == (0, 1)
        assert "precision" not in verified["A"]


def test_timing_is_measured_from_the_middle_of_the_stated_minute() -> None:
    events = [event(minute, "A") for minute in (10, 20, 30)]
    found = [span("A", 10.5, 11), span("A", 20.75, 21), span("A", 30, 31)]
    assert verify(events, found, HOUR)["A"]["start_bias_s"] == 0
    assert verify(events, found, HOUR)[ALL]["start_error_s"] == 15
    assert verify(events, found, HOUR)["A"]["start_error_90_s"] == pytest.approx(27)


def test_names_of_stations_agree_in_spite_of_their_spelling() -> None:
    observed = [span("Malaysia-Banting", 0, 60), span("ALASKA-HAARP", 0, 60)]
    verified = verify([event(10, "Malaysia_Banting", "ALASKA-HAARP_63")], [], observed)
    assert verified["Malaysia-Banting"]["expected"] == verified["ALASKA-HAARP"]["expected"] == 1


def test_a_night_with_nothing_is_told_as_such() -> None:
    assert verify([], [], [])[ALL] == dict.fromkeys(
        ("expected", "hits", "detections", "right", "elsewhere", "neutral", "false", "observed_h"), 0.0
    )
