import numpy as np
import torch

from models.networks.burst_loss import map_loss
from models.networks.burst_map import BurstMap
from models.radio.burst_planes import CLASSES, COLUMNS, DOUBTFUL, MAP_COLUMNS, MAP_ROWS, PLANES, ROWS, SOME_BURST


def logits_of(seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    network = BurstMap().eval()
    planes = torch.from_numpy(np.random.default_rng(0).normal(size=(2, len(PLANES), ROWS, COLUMNS)).astype(np.float32))
    with torch.inference_mode():
        return network(planes)


def test_the_map_has_one_cell_for_four_rows_and_four_seconds() -> None:
    assert logits_of(0).shape == (2, len(CLASSES), MAP_ROWS, MAP_COLUMNS)


def test_the_same_seed_gives_the_same_map() -> None:
    assert torch.equal(logits_of(3), logits_of(3)) and not torch.equal(logits_of(3), logits_of(4))


def test_all_weights_fit_into_two_megabytes() -> None:
    assert sum(weight.numel() for weight in BurstMap().state_dict().values()) * 4 < 2e6


def test_doubtful_cells_cost_nothing_and_a_burst_without_a_type_costs_only_its_absence() -> None:
    def loss(cell: int, favoured: int) -> float:
        logits = torch.zeros(1, len(CLASSES), 1, 2)
        logits[0, favoured, 0, 0] = 9.0
        logits[0, 0, 0, 1] = 9.0  # the second cell is quiet, and is known to be
        return float(map_loss(logits, torch.tensor([[[cell, 0]]], dtype=torch.int8)))

    assert loss(DOUBTFUL, 2) < 0.01
    assert loss(SOME_BURST, 2) < 0.01 and loss(SOME_BURST, 5) < 0.01 and loss(SOME_BURST, 0) > 2
    assert loss(2, 2) < 0.01 and loss(2, 3) > 2
