from collections.abc import Sequence

import numpy as np

from models.sun.active import SunActive
from models.sun.attention import BLOCK_PX, attention
from models.sun.image import PreparedSun
from models.sun.prepare import RADIUS, SIZE
from tests.unit.sun.disks import disk


def scores(suns: Sequence[PreparedSun]) -> list[float]:
    return [verdict.score or 0.0 for verdict in SunActive().score(suns)]


def test_the_verdict_rests_on_the_region_that_is_there() -> None:
    fall = attention(disk([(0.4, -0.3, 0.06)]), scores)
    row, column = np.unravel_index(np.argmax(fall), fall.shape)
    assert (row, column) == tuple(int((SIZE / 2 + part * RADIUS) // BLOCK_PX) for part in (-0.3, 0.4))
    assert fall.max() > 0.3 and np.median(np.abs(fall)) < 0.02


def test_a_model_that_says_the_same_of_everything_rests_on_nothing() -> None:
    assert not attention(disk(), lambda suns: [0.3] * len(suns)).any()
