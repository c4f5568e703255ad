"""Event reports of SWPC come in and go out whole."""

from datetime import UTC, date, datetime

import pytest

from models.catalogue import Sighting
from tasks.catalogues.swpc_events import parse_swpc_events, write_swpc_events

DAY = date(2024, 5, 14)
# As SWPC writes them, the values are made up.
REPORT = """:Product: 20240514events.txt
:Created: 2024 May 15 0157 UT
:Date: 2024 05 14
# Prepared by the U.S. Dept. of Commerce, NOAA, Space Weather Prediction Center
#
# Missing data: ////
# Updated every 5 minutes.
#                            Edited Events for 2024 May 14
#
#Event    Begin    Max       End  Obs  Q  Type  Loc/Frq   Particulars       Reg#
#-------------------------------------------------------------------------------

4110       0508   ////      0509  LEA  C   RSP  027-047   III/1             2290
4110       0504   0513      0521  G15  5   XRA  1-8A      C3.7    2.6E-03   2290
4120 +    B0605   ////     B0655  LEA  3   EPL  ////      0.24              2289
4130      U0724  A0725      ////  SVI  G   RBR  245       150               2290
4140 +     2351   2358      0012  CUL  C   RSP  025-180   II/2     900
4150       2561   ////      0012  CUL  C   RSP  025-180   II/2
4160       ////   ////      0012  CUL  C   RSP  025-180   II/2
"""


def test_bursts_are_read_with_their_band_and_type() -> None:
    reading = parse_swpc_events(REPORT)
    sweep = reading.events[0]
    assert (sweep.type, sweep.instrument, sweep.frequency_low_mhz, sweep.frequency_high_mhz) == ("III/1", "radio", 27.0, 47.0)
    assert (sweep.t_start, sweep.t_end) == (datetime(2024, 5, 14, 5, 8, tzinfo=UTC), datetime(2024, 5, 14, 5, 9, tzinfo=UTC))
    assert sweep.sightings == (Sighting("LEA"),)
    assert [event.instrument for event in reading.events] == ["radio", "sun", "sun", "radio", "radio"]
    assert reading.events[3].frequency_low_mhz == reading.events[3].frequency_high_mhz == 245


def test_an_event_over_midnight_ends_on_the_next_day() -> None:
    late = parse_swpc_events(REPORT).events[4]
    assert late.t_end == datetime(2024, 5, 15, 0, 12, tzinfo=UTC)
    assert late.t_peak == datetime(2024, 5, 14, 23, 58, tzinfo=UTC)


def test_lines_without_a_time_are_refused_by_number() -> None:
    problems = parse_swpc_events(REPORT).problems
    assert [(problem.line, problem.kind) for problem in problems] == [(18, "refused"), (19, "refused")]


def test_what_is_written_is_read_again_column_by_column() -> None:
    reading = parse_swpc_events(REPORT)
    text = write_swpc_events(reading.events, DAY)
    assert parse_swpc_events(text).events == reading.events
    lines = [line.rstrip() for line in REPORT.split("\n")]
    assert [line for line in text.split("\n") if line[:4].isdigit()] == lines[12:17]


def test_a_day_without_events_was_looked_at() -> None:
    text = write_swpc_events([], DAY)
    assert "NO EVENT REPORTS." in text
    assert parse_swpc_events(text).quiet == (DAY,)


def test_a_report_without_a_date_is_none() -> None:
    with pytest.raises(ValueError, match="Date"):
        parse_swpc_events("4110       0508   ////      0509  LEA  C   RSP  027-047   III/1")
