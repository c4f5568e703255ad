"""How long a burst is there for sure: its ends that the network's map doubts are cut off."""

import numpy as np

from models.radio.blobs import Blob
from models.radio.burst_evidence import Evidence
from models.radio.burst_planes import CELL_SECONDS
from models.radio.gate import LEAST_SCORE, WITHIN

# A burst is at no time surer than the map is of its channels then, by more than this in log odds. With the ends that are doubted
# more it is less sure by a step, and as a whole by another.
LEAD, STEP, STEPS = 3.0, 2.0, 2
LEAST_BINS = 2 * CELL_SECONDS  # less of an end is the map's ragged edge


def sure_parts(blob: Blob, score: float, evidence: Evidence) -> list[tuple[int, int, float]]:
    """The burst without its doubtful ends, and, where much of it is doubtful, with them, less sure.

    Parameters
    ----------
    blob : the burst
    score : its probability, between 0 and 1
    evidence : of the spectrogram

    Returns
    -------
    list of first bin, end, and probability, at least `LEAST_SCORE` if that of the burst is; each holds the one before it, which is
    less than `WITHIN` of it
    """
    rows = slice(evidence.row[blob.y0], evidence.row[blob.y1 - 1] + 1)
    first = blob.x0 // CELL_SECONDS
    said = evidence.log_odds[rows, first : (blob.x1 - 1) // CELL_SECONDS + 1].max(axis=0)
    odds = np.log(score / (1 - score)) - STEP * np.arange(STEPS + 1)
    chance = np.maximum(1 / (1 + np.exp(-odds)), min(LEAST_SCORE, score))
    parts: list[tuple[int, int, float]] = []
    for step in range(STEPS + 1):
        sure = np.flatnonzero(said >= odds[step] - LEAD) if step < STEPS else np.arange(said.size)
        if not sure.size:
            continue
        x0, x1 = (first + int(sure[0])) * CELL_SECONDS, (first + int(sure[-1]) + 1) * CELL_SECONDS
        x0 = x0 if x0 - blob.x0 >= LEAST_BINS else blob.x0
        x1 = x1 if blob.x1 - x1 >= LEAST_BINS else blob.x1
        if not parts or parts[-1][1] - parts[-1][0] < WITHIN * (x1 - x0):
            parts.append((x0, x1, float(chance[step])))
    return parts
