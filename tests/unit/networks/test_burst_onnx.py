from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from deployments.commands.train import export_onnx
from models.networks.burst_int8 import int8_model
from models.networks.burst_map import BurstMap
from models.networks.burst_onnx import BurstSession, burst_model
from models.radio.burst import ARRAYS, ASKED_FROM, RadioBurst, load_networks, network_arrays, run_networks
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_planes import COLUMNS, LAYERS, PLANES, ROWS, planes_of
from models.weights_file import load_arrays


def network(seed: int = 0, *, relief: bool = True) -> BurstMap:
    """A network whose normalisations have seen something."""
    torch.manual_seed(seed)
    made = BurstMap(relief=relief)
    with torch.no_grad():
        for _ in range(3):
            made(torch.randn(2, len(PLANES), ROWS, 160) * 3 + 1)
    return made.eval()


def arrays_of(made: BurstMap) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in made.state_dict().items()}


def test_the_graph_says_what_torch_says_the_mean_of_all_networks() -> None:
    made = [network(0), network(1, relief=False)]
    planes = np.random.default_rng(0).normal(size=(2, len(PLANES), ROWS, COLUMNS)).astype(np.float32)
    with torch.inference_mode():
        said = [one(torch.from_numpy(planes)).numpy() for one in made]
    assert np.abs(said[0] - said[1]).max() > 0.1 * np.abs(said).max()
    for networks, wanted in ((made[:1], said[0]), (made[1:], said[1]), (made, np.mean(said, axis=0))):
        session = BurstSession(burst_model([arrays_of(one) for one in networks]))
        for item, each in zip(planes, wanted, strict=True):
            np.testing.assert_allclose(session(item), each, atol=1e-4 * np.abs(each).max())


def test_the_shipped_networks_say_the_same_by_torch_and_as_the_exported_file_and_nearly_so_in_whole_numbers(tmp_path: Path) -> None:
    planes = [planes_of(draw_scene(71, number).prepared) for number in range(4)]
    elsewhere = "cpu:0"  # torch's path, as a GPU takes it
    own, shipped = network_arrays(load_arrays("radio-burst.safetensors", ARRAYS)), RadioBurst("cpu").networks
    by_torch = np.array([run_networks(load_networks([arrays], elsewhere), planes, elsewhere) for arrays in own])
    export_onnx(tmp_path / "exported" / "radio-burst.onnx")
    exported = BurstSession((tmp_path / "exported" / "radio-burst.onnx").read_bytes())
    np.testing.assert_allclose([exported(item) for item in planes], by_torch.mean(axis=0), atol=1e-4 * np.abs(by_torch).max())
    said = np.array([run_networks([one], planes, "cpu") for one in shipped])
    apart = (by_torch[0] - by_torch[1]).std()
    for whole, exact in zip(said, by_torch, strict=True):
        assert 0 < (whole - exact).std() < 0.25 * apart and abs((whole - exact).mean()) < 0.1 * apart


def test_the_relief_of_columns_is_computed_once_for_all_networks_and_for_none_that_is_not_told_it() -> None:
    told, untold = arrays_of(network()), arrays_of(network(relief=False))
    for networks, sums in (([told], 2), ([told, untold, told], 2), ([untold], 0)):
        nodes = onnx.load_from_string(burst_model(networks)).graph.node
        assert sum(node.op_type == "ReduceSum" for node in nodes) == sums


def test_a_graph_in_whole_numbers_says_nearly_the_same_and_is_smaller() -> None:
    model = burst_model([arrays_of(network())])
    rng = np.random.default_rng(0)
    planes = [rng.normal(size=(len(PLANES), ROWS, 160)).astype(np.float32) for _ in range(6)]
    whole = int8_model(model, planes[:4])
    given, found = (np.array([BurstSession(content)(item) for item in planes[4:]]) for content in (model, whole))
    assert 0 < (given - found).std() < 0.1 * given.std()
    assert len(whole) < 0.5 * len(model)


def test_other_networks_are_asked_only_where_the_first_sees_anything() -> None:
    asked = []

    def other(planes: np.ndarray) -> np.ndarray:
        asked.append(float(planes[0, 0, 0]))
        return np.full((len(LAYERS), 2, 3), 4.0)

    def first(planes: np.ndarray) -> np.ndarray:
        """Sure of types everywhere, but of a burst only as much as the planes say, in one cell."""
        said = np.full((len(LAYERS), 2, 3), 9.0)
        said[0] = -9.0
        said[0, 1, 2] = planes[0, 0, 0]
        return said

    odds = [ASKED_FROM - 0.1, ASKED_FROM, 2.0]
    files = [np.full((len(PLANES), 8, 12), value) for value in odds]
    quiet, faint, loud = run_networks([first, other, other], files, "cpu")
    assert asked == [*odds[1:], *odds[1:]]
    assert np.array_equal(quiet, first(files[0]))
    assert faint[0, 1, 2] == pytest.approx((ASKED_FROM + 8) / 3) and loud[0, 1, 2] == pytest.approx(10 / 3)
    assert np.allclose(loud[1:], 17 / 3)
    assert np.array_equal(run_networks([first], files, "cpu")[2], first(files[2]))


@pytest.mark.parametrize("changed", [{"head.bias": np.zeros(3, np.float32)}, {"down4.2.convolution.weight": None}])
def test_weights_that_do_not_fit_each_other_are_refused(changed: dict[str, np.ndarray | None]) -> None:
    arrays = {name: array for name, array in (arrays_of(network()) | changed).items() if array is not None}
    with pytest.raises((KeyError, ValueError)):
        BurstSession(burst_model([arrays_of(network()), arrays]))
