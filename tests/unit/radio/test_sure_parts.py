"""Bursts whose ends the network's map doubts, and bursts that it alone sees."""

import numpy as np
import pytest

from models.radio.blobs import Blob, cut
from models.radio.burst_evidence import Evidence
from models.radio.burst_planes import CELL_SECONDS, MAP_COLUMNS, MAP_ROWS, TYPES
from models.radio.gate import LEAST_SCORE, WITHIN
from models.radio.map_spots import map_spots
from models.radio.sure_parts import LEAD, LEAST_BINS, STEP, STEPS, sure_parts

CHANNELS = 64  # four a cell
WHOLE = Blob(100, 16, 500, 48, np.ones((32, 400), dtype=bool))


def evidence(sure: slice, odds: float = 6.0, elsewhere: float = -9.0, rows: slice = slice(None)) -> Evidence:
    """A map of which some columns say that there is a burst, and the others that there is none."""
    log_odds = np.full((MAP_ROWS, MAP_COLUMNS), elsewhere, np.float32)
    log_odds[rows, sure] = odds
    shares = np.zeros((len(TYPES), MAP_ROWS, MAP_COLUMNS), np.float32)
    return Evidence(log_odds, shares, np.zeros((MAP_ROWS, MAP_COLUMNS), np.uint8), np.arange(CHANNELS) // 4)


def lowered(score: float, steps: int) -> float:
    odds = score / (1 - score) * np.exp(-steps * STEP)
    return float(odds / (1 + odds))


def test_a_burst_that_the_map_sees_from_end_to_end_stays_as_it_is() -> None:
    for score in (0.02, 0.5, 0.99):
        assert sure_parts(WHOLE, score, evidence(slice(0, MAP_COLUMNS))) == [(100, 500, pytest.approx(score))]


def test_doubtful_ends_are_cut_off_and_a_burst_that_is_mostly_doubtful_is_shown_whole_as_well() -> None:
    (short,) = sure_parts(WHOLE, 0.9, evidence(slice(27, 118)))
    assert short == (27 * CELL_SECONDS, 118 * CELL_SECONDS, pytest.approx(0.9)) and short[1] - short[0] >= WITHIN * 400
    core, whole = sure_parts(WHOLE, 0.9, evidence(slice(50, 80)))
    assert core == (200, 320, pytest.approx(0.9)) and whole == (100, 500, pytest.approx(lowered(0.9, STEPS)))
    assert sure_parts(WHOLE, 0.7, evidence(slice(50, 80)))[1] == (100, 500, LEAST_SCORE)


def test_the_less_the_map_doubts_an_end_the_surer_is_the_burst_with_it() -> None:
    seen = evidence(slice(50, 80))
    odds = float(np.log(0.9 / 0.1))
    seen.log_odds[:, 80:100] = odds - LEAD - STEP + 0.1
    core, longer, whole = sure_parts(WHOLE, 0.9, seen)
    assert core == (200, 320, pytest.approx(0.9)) and longer == (200, 400, pytest.approx(lowered(0.9, 1)))
    assert whole == (100, 500, pytest.approx(lowered(0.9, STEPS)))
    seen.log_odds[:, 80:100] = odds - LEAD + 0.1
    assert sure_parts(WHOLE, 0.9, seen)[0] == (200, 400, pytest.approx(0.9))


def test_what_the_map_sees_nowhere_is_less_sure_but_never_surer_than_it_was() -> None:
    nothing = evidence(slice(0, 0))
    assert sure_parts(WHOLE, 0.999, nothing) == [(100, 500, pytest.approx(lowered(0.999, STEPS)))]
    assert sure_parts(WHOLE, 0.5, nothing) == [(100, 500, LEAST_SCORE)]
    assert sure_parts(WHOLE, 0.03, nothing) == [(100, 500, pytest.approx(0.03))]


def test_only_channels_of_the_burst_count_and_a_ragged_edge_is_none() -> None:
    beside = evidence(slice(0, MAP_COLUMNS), rows=slice(12, None))  # above the burst's last channel
    assert sure_parts(WHOLE, 0.9, beside) == [(100, 500, pytest.approx(lowered(0.9, STEPS)))]
    last = evidence(slice(0, MAP_COLUMNS), rows=slice(11, 12))
    assert sure_parts(WHOLE, 0.9, last) == [(100, 500, pytest.approx(0.9))]
    ragged = Blob(102, 16, 502, 48, WHOLE.mask)  # two bins into a cell of the map
    columns = slice((102 + LEAST_BINS) // CELL_SECONDS, (502 - LEAST_BINS) // CELL_SECONDS + 1)
    assert sure_parts(ragged, 0.9, evidence(columns)) == [(102, 502, pytest.approx(0.9))]
    assert sure_parts(ragged, 0.9, evidence(slice(125, 126)))[0] == (500, 502, pytest.approx(0.9))


def test_a_spot_is_cut_to_the_channels_that_it_has_then() -> None:
    mask = np.zeros((10, 40), dtype=bool)
    mask[0:4, :20], mask[3:10, 20:] = True, True  # drifts
    late = cut(Blob(100, 50, 140, 60, mask), 120, 135)
    assert late.box == (120, 53, 135, 60) and late.mask.all() and late.mask.shape == (7, 15)


def test_connected_cells_are_spots_in_channels_and_bins() -> None:
    seen = evidence(slice(0, 0))
    cells = np.zeros((MAP_ROWS, MAP_COLUMNS), dtype=bool)
    cells[2:4, 10:12], cells[4, 12], cells[8:10, 220:] = True, True, True
    cornered, last = map_spots(cells, seen, 899)
    assert cornered.box == (40, 8, 52, 20) and cornered.mask[:8, :8].all() and cornered.mask[8:, 8:].all()
    assert not cornered.mask[8:, :8].any() and last.box == (880, 32, 899, 40)
    assert [spot.box for spot in map_spots(cells, seen, 899, least=4)] == [last.box]
    assert map_spots(cells, seen, 40) == [] and cells[9, 227]  # what was given stays as it is
    one_row = np.zeros_like(cells)
    one_row[3, 5:9] = True  # four channels: a carrier
    assert map_spots(one_row, seen, 900) == []
