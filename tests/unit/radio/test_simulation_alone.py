"""A map judged on real files without any trees."""

import numpy as np
from labelled_examples import example

from models.radio.burst_learning.simulation_alone import simulation_alone, surest
from models.radio.burst_planes import CELL_ROWS, CELL_SECONDS, LAYERS


class Bright:
    """Calls a cell a burst by its mean contrast."""

    sign = 1.0

    def __call__(self, planes: np.ndarray) -> np.ndarray:
        rows, columns = planes.shape[1] // CELL_ROWS, planes.shape[2] // CELL_SECONDS
        logits = np.zeros((len(LAYERS), rows, columns), np.float32)
        logits[LAYERS.index("burst")] = self.sign * 4 * planes[0].reshape(rows, CELL_ROWS, columns, CELL_SECONDS).mean(axis=(1, 3))
        return logits


def test_a_map_that_sees_what_is_bright_is_right_on_bright_bursts_and_one_that_sees_what_is_dark_knows_nothing() -> None:
    files = [example(number, loud=number % 2 == 0) for number in range(8)]
    figures = simulation_alone([Bright()], files)
    assert figures["alone_file_auc"] == figures["alone_file_ap"] == 1
    assert figures["alone_minute_auc"] > 0.95
    dark = Bright()
    dark.sign = -1.0
    assert 0.3 < simulation_alone([dark], files)["alone_minute_auc"] < 0.7


def test_the_evidence_of_a_file_has_its_own_length_and_is_highest_at_the_burst() -> None:
    loud = example(0, loud=True)
    evidence = surest([Bright()], loud.prepared)
    assert evidence.shape == (loud.prepared.n_bins // CELL_SECONDS,)
    assert abs(int(evidence.argmax()) * CELL_SECONDS * loud.prepared.bin_s - 150) < 15
