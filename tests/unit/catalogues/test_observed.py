"""What several stations found at one time is one entry of a list."""

from datetime import UTC, date, datetime, timedelta

from models.catalogue import Sighting, Span
from tasks.catalogues.burst_list import parse_burst_list, write_burst_list
from tasks.catalogues.observed import listed_bursts

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


def span(station: str, first_s: float, last_s: float) -> Span:
    return Span(station, NOON + timedelta(seconds=first_s), NOON + timedelta(seconds=last_s))


def test_stations_that_overlap_are_one_entry() -> None:
    found = [(span("HUMAIN", 5, 28), "III"), (span("BIR", 0, 30), "III"), (span("BIR", 300, 330), "III")]
    first, second = listed_bursts(found)
    assert [sighting.station for sighting in first.sightings] == ["BIR", "HUMAIN"]
    assert (first.t_start, first.t_end) == (NOON, NOON + timedelta(seconds=30))
    assert second.sightings == (Sighting("BIR"),)


def test_a_stroke_within_a_continuum_is_an_entry_of_its_own() -> None:
    assert len(listed_bursts([(span("BIR", 0, 900), "unclassified"), (span("HUMAIN", 100, 120), "unclassified")])) == 2
    assert len(listed_bursts([(span("BIR", 0, 60), "II"), (span("HUMAIN", 0, 60), "III")])) == 2


def test_the_order_of_detections_does_not_matter() -> None:
    found = [(span(station, start, start + 40), "III") for station in "ABC" for start in (0, 10, 100, 1000)]
    assert listed_bursts(found) == listed_bursts(found[::-1])


def test_types_are_those_of_lists_and_come_back_as_labels() -> None:
    found = [(span("BIR", 0, 700), "IIIg"), (span("BIR", 2000, 2060), "IIIg"), (span("BIR", 4000, 4060), "unclassified")]
    assert [event.type for event in listed_bursts(found)] == ["VI", "III", "---"]
    text = write_burst_list(listed_bursts(found), [], date(2024, 5, 1))
    assert [event.type for event in parse_burst_list(text).events] == ["VI", "III", "---"]
