"""What a verdict rests on: by how much it falls when a part of the disk is covered."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.sun.found_regions import ring_median
from models.sun.image import PreparedSun
from models.sun.prepare import SIZE

BLOCK_PX = 16
LEAST_ODDS = 1e-6


def attention(sun: PreparedSun, scores: Callable[[Sequence[PreparedSun]], Sequence[float]]) -> np.ndarray:
    """Fall of the log odds when each block is covered by what its ring shows elsewhere (occlusion: Zeiler & Fergus 2014, ECCV).

    It asks the model alone, whatever is inside; a gradient would say how the score changes with a pixel, not what it rests on.

    Parameters
    ----------
    sun : the prepared picture
    scores : probabilities of a model for pictures

    Returns
    -------
    (16, 16) float64 ndarray, natural logarithm; positive where the block raises the score
    """
    quiet = ring_median(sun)
    covered = []
    for row in range(0, SIZE, BLOCK_PX):
        for column in range(0, SIZE, BLOCK_PX):
            picture = sun.picture.copy()
            block = np.s_[row : row + BLOCK_PX, column : column + BLOCK_PX]
            picture[block] = quiet[block]
            covered.append(replace(sun, picture=picture))
    whole, *parts = _log_odds(scores([sun, *covered]))
    return np.asarray(whole - np.array(parts)).reshape(SIZE // BLOCK_PX, SIZE // BLOCK_PX)


def _log_odds(scores: Sequence[float]) -> np.ndarray:
    probability = np.clip(np.asarray(scores, dtype=np.float64), LEAST_ODDS, 1 - LEAST_ODDS)
    return np.asarray(np.log(probability / (1 - probability)))
