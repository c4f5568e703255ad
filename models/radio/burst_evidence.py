"""What the network's map says of spots."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit
from models.radio.burst_planes import CELL_ROWS, CELL_SECONDS, TYPES, grid_row_of
from models.radio.candidates import Candidate
from models.radio.spectrogram import PreparedSpectrogram

# Odds of 2 in a thousand million; beyond them nothing is learnt from.
MOST_LOG_ODDS = 20.0
# From this probability on a burst may be of a type: macro F1 of 400 simulated files is 0.798 with it, 0.774 with 0.5 (seed 11), and
# real boxes are no worse (0.844 for 0.830).
NAMED_FROM = 0.35
EVIDENCE = ("net_mean", "net_max", "net_share", "net_box")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The network's map of one spectrogram.

    Attributes
    ----------
    log_odds : (MAP_ROWS, MAP_COLUMNS) float32 ndarray, log odds of any burst
    shares : (5, MAP_ROWS, MAP_COLUMNS) float32 ndarray, probability of each of `TYPES`; a cell may hold several
    named : (MAP_ROWS, MAP_COLUMNS) uint8 ndarray, bit k is set where a burst would be of ``TYPES[k]`` with a probability
        of `NAMED_FROM`, and for the likeliest
    row : (F,) int ndarray, the cell row of each good channel
    """

    log_odds: np.ndarray
    shares: np.ndarray
    named: np.ndarray
    row: np.ndarray


def evidence_of(logits: np.ndarray, prepared: PreparedSpectrogram) -> Evidence:
    """From the logits, (6, MAP_ROWS, MAP_COLUMNS) float32, of a spectrogram's planes."""
    log_odds = np.clip(logits, -MOST_LOG_ODDS, MOST_LOG_ODDS)
    probability = 1 / (1 + np.exp(-log_odds))
    row = grid_row_of(prepared.frequency_mhz[prepared.good]) // CELL_ROWS
    given = probability[1:]
    named = (given > NAMED_FROM) | (given == given.max(axis=0))
    return Evidence(log_odds[0], given * probability[0], np.packbits(named, axis=0, bitorder="little")[0], row)


def evidence_table(found: list[Candidate], evidence: Evidence) -> np.ndarray:
    """What the map says of each spot.

    Returns
    -------
    (N, 9) float32 ndarray: `EVIDENCE` (mean and highest log odds of its pixels, share of those more likely a burst than not,
    mean log odds of its box), and
    the share of each of `TYPES` in its burst probability
    """
    table = np.zeros((len(found), len(EVIDENCE) + len(TYPES)), dtype=np.float32)
    if found:
        box = np.array([item.blob.box for item in found])
        masks = np.concatenate([item.blob.mask.ravel() for item in found])
        _sum_up_all(evidence.log_odds, evidence.shares, evidence.row, box, masks, CELL_SECONDS, table)
    return table


@njit(cache=True, nogil=True)
def _sum_up_all(log_odds, shares, row, box, masks, cell_seconds, table):  # type: ignore[no-untyped-def]
    begin = 0
    for spot in range(box.shape[0]):
        x0, y0, x1, y1 = box[spot]
        end = begin + (y1 - y0) * (x1 - x0)
        _sum_up(log_odds, shares, row[y0:y1], x0, masks[begin:end].reshape(y1 - y0, x1 - x0), cell_seconds, table[spot])
        begin = end


@njit(cache=True, nogil=True)
def _sum_up(log_odds, shares, row, first, mask, cell_seconds, line):  # type: ignore[no-untyped-def]
    pixels, above, total, box = 0, 0, 0.0, 0.0
    highest = np.float32(-30)
    kinds = np.zeros(shares.shape[0])
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            column = (first + x) // cell_seconds
            value = log_odds[row[y], column]
            box += value
            if mask[y, x]:
                pixels += 1
                total += value
                above += value > 0
                highest = max(highest, value)
                for kind in range(kinds.size):
                    kinds[kind] += shares[kind, row[y], column]
    line[0], line[1], line[2], line[3] = total / pixels, highest, above / pixels, box / mask.size
    burst = max(kinds.sum(), 1e-9)
    for kind in range(kinds.size):
        line[4 + kind] = kinds[kind] / burst
