"""Events in the JSON of the HEK come in and go out whole."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from astropy.table import Table
from events import listed_events
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import CatalogueEvent
from models.errors import CorruptInput
from tasks.catalogues.hek import parse_hek, write_hek
from tasks.catalogues.read import read_catalogue


@given(st.lists(listed_events(), max_size=6, unique_by=lambda event: (event.t_start, event.t_end, event.sightings)))
def test_what_is_written_is_read_again(events: list[CatalogueEvent]) -> None:
    assert list(parse_hek(write_hek(events)).events) == events


def test_of_several_runs_the_last_counts_and_bad_events_are_named() -> None:
    flare = {
        "event_type": "FL",
        "frm_name": "SWPC",
        "event_starttime": "2012-01-02T09:27:00",
        "event_endtime": "2012-01-02T09:32:00",
    }
    runs = [
        flare | {"fl_goescls": "B6.1", "frm_daterun": "2012-01-03"},
        flare | {"fl_goescls": "B6.3", "frm_daterun": "2014-05-29"},
        flare | {"fl_goescls": "B6.2", "frm_daterun": "2013-01-01"},
        {"event_type": "FL", "event_starttime": "soon"},
    ]
    reading = parse_hek(json.dumps({"result": runs}))
    (event,) = reading.events
    assert (event.type, event.instrument) == ("B6.3", "sun")
    assert event.t_start == datetime(2012, 1, 2, 9, 27, tzinfo=UTC)
    assert [(problem.line, problem.kind) for problem in reading.problems] == [(4, "refused")]


def test_real_replies_are_read_and_written_and_read_again(real_data: Path) -> None:
    for path in sorted((real_data / "sun" / "hek").glob("hek_*.ecsv")):
        table = Table.read(path)
        rows = [{name: _plain(row[name]) for name in table.colnames} for row in table]
        reading = parse_hek(json.dumps({"result": rows}, default=str))
        assert len(reading.events) > 5
        assert not reading.problems
        assert parse_hek(write_hek(reading.events)).events == reading.events


def _plain(value: object) -> object:
    """A cell of a table as JSON holds it."""
    if value is None or str(value) in ("--", "nan"):
        return None
    return value.item() if hasattr(value, "item") else value


def test_a_file_is_told_by_how_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "catalogue"
    path.write_text('{"result": []}')
    assert read_catalogue(path).events == ()
    path.write_text("20230307\t10:00-10:01\tIII\tBIR\n")
    assert read_catalogue(path).events[0].catalogue == "e-callisto"
    for nothing in ("{", "3", "once upon a time", ":Date: never"):
        path.write_text(nothing)
        with pytest.raises(CorruptInput):
            read_catalogue(path)
