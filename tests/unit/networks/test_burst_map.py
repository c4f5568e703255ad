import numpy as np
import torch

from models.networks.burst_loss import map_loss
from models.networks.burst_map import BurstMap, with_column_relief
from models.radio.burst_planes import COLUMNS, DOUBTFUL, LAYERS, MAP_COLUMNS, MAP_ROWS, PLANES, ROWS


def logits_of(seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    network = BurstMap(relief=True).eval()
    planes = torch.from_numpy(np.random.default_rng(0).normal(size=(2, len(PLANES), ROWS, COLUMNS)).astype(np.float32))
    with torch.inference_mode():
        return network(planes)


def test_the_map_has_one_cell_for_four_rows_and_four_seconds() -> None:
    assert logits_of(0).shape == (2, len(LAYERS), MAP_ROWS, MAP_COLUMNS)


def test_the_same_seed_gives_the_same_map() -> None:
    assert torch.equal(logits_of(3), logits_of(3)) and not torch.equal(logits_of(3), logits_of(4))


def test_all_weights_fit_into_two_megabytes() -> None:
    assert sum(weight.numel() for weight in BurstMap(relief=True).state_dict().values()) * 4 < 2e6


def test_what_all_channels_do_at_once_is_gone_from_the_relief_of_columns_and_what_few_do_stays() -> None:
    planes = torch.rand(2, len(PLANES), ROWS, 32)
    planes[:, PLANES.index("covered")] = 1.0
    planes[:, PLANES.index("covered"), 5:9] = 0.0
    planes[:, 0, 5:9] = 0.0
    given = with_column_relief(planes)
    assert given.shape == (2, len(PLANES) + 1, ROWS, 32) and torch.equal(given[:, :-1], planes)
    relief = given[:, -1]
    assert torch.allclose(relief.sum(dim=1), torch.zeros(2, 32), atol=1e-4) and not relief[:, 5:9].any()
    swung, lit = planes.clone(), planes.clone()
    swung[:, 0] += torch.linspace(-3, 3, 32) * (planes[:, PLANES.index("covered")] > 0)
    assert torch.allclose(with_column_relief(swung)[:, -1], relief, atol=1e-5)
    lit[:, 0, 20, 10] += 6.0
    assert with_column_relief(lit)[0, -1, 20, 10] - relief[0, 20, 10] > 5.5
    planes[:, PLANES.index("covered")] = 0.0
    assert not with_column_relief(planes)[:, -1].any()


def loss(says: dict[str, bool], truth: dict[str, int]) -> float:
    """Of one cell of which the network is sure what is there, beside a quiet one; what ``truth`` leaves out is doubtful."""
    logits = torch.full((1, len(LAYERS), 1, 2), -9.0)
    cells = torch.full((1, len(LAYERS), 1, 2), DOUBTFUL, dtype=torch.int8)
    cells[0, 0, 0, 1] = 0
    for name, there in says.items():
        logits[0, LAYERS.index(name), 0, 0] = 9.0 if there else -9.0
    for name, value in truth.items():
        cells[0, LAYERS.index(name), 0, 0] = value
    return float(map_loss(logits, cells))


def test_doubtful_cells_cost_nothing_and_a_burst_without_a_type_costs_only_its_absence() -> None:
    assert loss({"burst": True, "III": True}, {}) < 0.01
    assert loss({"burst": True, "III": True}, {"burst": 1}) < 0.01 and loss({"burst": True}, {"burst": 1}) < 0.01
    assert loss({"burst": False, "III": True}, {"burst": 1}) > 2


def test_a_cell_may_hold_several_types_and_each_that_is_missed_or_made_up_costs() -> None:
    both = {"burst": 1, "II": 1, "IV": 1, "III": 0}
    assert loss({"burst": True, "II": True, "IV": True}, both) < 0.01
    assert loss({"burst": True, "II": True}, both) > 2 and loss({"burst": True, "II": True, "IV": True, "III": True}, both) > 2


def test_types_of_quiet_cells_cost_nothing() -> None:
    assert loss({"burst": False, "II": True}, {"burst": 0, "II": 0}) < 0.01
