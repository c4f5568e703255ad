"""A map judged on real files without any trees."""

import torch
from labelled_examples import example
from torch import nn
from torch.nn import functional

from models.radio.burst_learning.simulation_alone import simulation_alone, surest
from models.radio.burst_planes import CELL_ROWS, CELL_SECONDS, CLASSES


class Bright(nn.Module):
    """Calls a cell a type III by its mean contrast."""

    sign = 1.0

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        cells = functional.avg_pool2d(planes[:, :1], (CELL_ROWS, CELL_SECONDS))
        logits = torch.zeros(len(planes), len(CLASSES), *cells.shape[2:])
        logits[:, CLASSES.index("III")] = self.sign * 4 * cells[:, 0]
        return logits


def test_a_map_that_sees_what_is_bright_is_right_on_bright_bursts_and_one_that_sees_what_is_dark_knows_nothing() -> None:
    files = [example(number, loud=number % 2 == 0) for number in range(8)]
    figures = simulation_alone(Bright(), files)
    assert figures["alone_file_auc"] == figures["alone_file_ap"] == 1
    assert figures["alone_minute_auc"] > 0.95
    dark = Bright()
    dark.sign = -1.0
    assert 0.3 < simulation_alone(dark, files)["alone_minute_auc"] < 0.7


def test_the_evidence_of_a_file_has_its_own_length_and_is_highest_at_the_burst() -> None:
    loud = example(0, loud=True)
    evidence = surest(Bright(), loud.prepared)
    assert evidence.shape == (loud.prepared.n_bins // CELL_SECONDS,)
    assert abs(int(evidence.argmax()) * CELL_SECONDS * loud.prepared.bin_s - 150) < 15
