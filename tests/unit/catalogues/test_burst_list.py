"""Burst lists of e-CALLISTO come in and go out whole; bad lines are mended or named, and cost no others."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from events import MARCH, in_order, listed_events
from hypothesis import given
from hypothesis import strategies as st

from deployments.real_lists import TABLE, real_lists
from models.catalogue import CatalogueEvent, Sighting
from tasks.catalogues.burst_list import parse_burst_list, write_burst_list


def lists(folder: Path) -> list[Path]:
    return sorted((folder / "radio" / "burst_lists").iterdir())


def entry(line: str) -> CatalogueEvent:
    (event,) = parse_burst_list(line).events
    return event


@given(st.lists(listed_events(), max_size=8), st.lists(st.dates(MARCH, date(2023, 3, 31)), unique=True, max_size=4))
def test_what_is_written_is_read_again(events: list[CatalogueEvent], quiet: list[date]) -> None:
    reading = parse_burst_list(write_burst_list(events, quiet, MARCH))
    assert list(reading.events) == in_order(events)
    assert list(reading.quiet) == sorted(quiet)
    assert {problem.reason for problem in reading.problems} <= {"no station"}


@given(st.text(alphabet="0123456789:-\t(),.[]{}*+ IVabc\n#é", max_size=400))
def test_of_any_text_every_entry_is_read_or_refused(text: str) -> None:
    reading = parse_burst_list(text)
    refused = [problem for problem in reading.problems if problem.kind == "refused"]
    entries = [line for line in text.split("\n") if line[:1].isdigit()]
    assert len(reading.events) + len(reading.quiet) + len(refused) == len(entries)


@given(st.lists(listed_events(), min_size=2, max_size=6), st.integers(0, 5), st.text(alphabet="\t:-.x", max_size=12))
def test_a_broken_line_costs_no_other(events: list[CatalogueEvent], place: int, scrap: str) -> None:
    lines = write_burst_list(events, [], MARCH).split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("2023"))
    broken = first + place % len(events)
    lines[broken] = f"20230307\t{scrap}"
    reading = parse_burst_list("\n".join(lines))
    (refused,) = [problem for problem in reading.problems if problem.kind == "refused"]
    assert refused.line == broken + 1
    kept = in_order(events)
    del kept[broken - first]
    assert list(reading.events) == kept


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("20220514\t18:19.18:19\tIII\tArecibo-Observatory", (18, 19), (18, 19)),
        ("20211117\t1447-14:47\tIII\tHUMAIN", (14, 47), (14, 47)),
        ("20210521\t00:11-0:13\tIII\tALASKA-COHOE", (0, 11), (0, 13)),
        ("20230329\t13:38:13:38\tRBR\tBIR", (13, 38), (13, 38)),
    ],
)
def test_times_that_can_mean_one_thing_only_are_mended(line: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    event = entry(line)
    assert ((event.t_start.hour, event.t_start.minute), (event.t_end.hour, event.t_end.minute)) == (start, end)
    (problem,) = parse_burst_list(line).problems
    assert (problem.kind, problem.line) == ("repaired", 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("20230510\t21:18-212:19\tIII\tBIR", "no pair of times"),
        ("20230711\t22:22-2:26\tIII\tBIR", "ends before it starts"),
        ("20220712\t00:00-??:??\tVI\tBIR", "no pair of times"),
        ("20220421\t24:32-14:33\tIII\tBIR", "no time of day"),
        ("20221130\t.", "no time"),
        ("20230332\t10:00-10:01\tIII\tBIR", "no date"),
        ("20230301\t10:00-10:01", "no type"),
    ],
)
def test_times_that_may_mean_several_things_are_refused(line: str, reason: str) -> None:
    reading = parse_burst_list(line)
    assert reading.events == ()
    assert reason in reading.problems[0].reason


def test_an_entry_of_another_month_is_refused() -> None:
    text = "# Product: e-CALLISTO_2021_06.txt\n20220601\t00:34-00:35\tIII\tBIR\n"
    assert "not in 2021-06" in parse_burst_list(text).problems[0].reason


def test_a_burst_over_midnight_ends_on_the_next_day() -> None:
    event = entry("20230307\t23:55-00:05\tIII\tBIR")
    assert (event.t_start, event.t_end) == (datetime(2023, 3, 7, 23, 55, tzinfo=UTC), datetime(2023, 3, 8, 0, 5, tzinfo=UTC))
    assert entry("20230307\t00:00-24:00\tCTM\t*").t_end == datetime(2023, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "sightings"),
    [
        ("BIR, (HUMAIN), ((MRO)), [SSRT]", (("BIR", ""), ("HUMAIN", "()"), ("MRO", "(())"), ("SSRT", "[]"))),
        ("(MEXICO-LANCE-A, MEXICO-LANCE-B), BIR", (("MEXICO-LANCE-A", "()"), ("MEXICO-LANCE-B", "()"), ("BIR", ""))),
        ("(ALMATY, Australia-ASSA, (KASI)", (("ALMATY", "()"), ("Australia-ASSA", ""), ("KASI", "()"))),
        ("SWISS-Landschlacht(EGYPT-Alexandria)", (("SWISS-Landschlacht", ""), ("EGYPT-Alexandria", "()"))),
        ("DENMARK. GLASGOW, MRO?", (("DENMARK", ""), ("GLASGOW", ""), ("MRO", "?"))),
        ("*", ()),
    ],
)
def test_stations_are_read_with_their_marks(column: str, sightings: tuple[tuple[str, str], ...]) -> None:
    event = entry(f"20230307\t10:00-10:01\tIII\t{column}")
    assert event.sightings == tuple(Sighting(*sighting) for sighting in sightings)
    assert (event.attributes.get("stations_untold") == "*") == (column == "*")


def test_every_real_list_is_read_and_written_and_read_again(real_data: Path) -> None:
    for path in lists(real_data):
        reading = parse_burst_list(path.read_bytes().decode("utf-8", errors="replace"))
        year, month = map(int, path.stem.split("_")[1:])
        again = parse_burst_list(write_burst_list(reading.events, reading.quiet, date(year, month, 1)))
        assert list(again.events) == in_order(list(reading.events)), path.name
        assert list(again.quiet) == sorted(reading.quiet), path.name
        assert not [problem for problem in again.problems if problem.reason != "no station"], path.name


def test_the_page_of_real_lists_is_what_reading_them_gives(real_data: Path) -> None:
    assert TABLE.read_text(encoding="utf-8") == "".join(real_lists(real_data / "radio" / "burst_lists"))
