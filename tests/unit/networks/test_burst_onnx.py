from pathlib import Path

import numpy as np
import pytest
import torch

from deployments.commands.train import export_onnx
from models.networks.burst_map import BurstMap
from models.networks.burst_onnx import BurstSession, burst_model
from models.radio.burst import ARRAYS, RadioBurst, load_network, network_arrays, run_network
from models.radio.burst_planes import COLUMNS, PLANES, ROWS
from models.weights_file import load_arrays


def network() -> BurstMap:
    """A network whose normalisations have seen something."""
    torch.manual_seed(0)
    made = BurstMap()
    with torch.no_grad():
        for _ in range(3):
            made(torch.randn(2, len(PLANES), ROWS, 160) * 3 + 1)
    return made.eval()


def arrays_of(made: BurstMap) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in made.state_dict().items()}


def test_the_graph_says_what_torch_says() -> None:
    made = network()
    planes = np.random.default_rng(0).normal(size=(2, len(PLANES), ROWS, COLUMNS)).astype(np.float32)
    with torch.inference_mode():
        said = made(torch.from_numpy(planes)).numpy()
    session = BurstSession(burst_model(arrays_of(made)))
    for item, wanted in zip(planes, said, strict=True):
        np.testing.assert_allclose(session(item), wanted, atol=1e-4 * np.abs(said).max())


def test_the_shipped_network_says_the_same_by_torch_by_onnx_runtime_and_as_the_exported_file(tmp_path: Path) -> None:
    planes = [np.random.default_rng(1).normal(size=(len(PLANES), ROWS, COLUMNS)).astype(np.float32)]
    (said,) = run_network(RadioBurst("cpu").network, planes, "cpu")
    elsewhere = "cpu:0"  # torch's path, as a GPU takes it
    own = network_arrays(load_arrays("radio-burst.safetensors", ARRAYS))
    (by_torch,) = run_network(load_network(own, elsewhere), planes, elsewhere)
    np.testing.assert_allclose(said, by_torch, atol=1e-4 * np.abs(by_torch).max())
    export_onnx(tmp_path / "exported" / "radio-burst.onnx")
    np.testing.assert_array_equal(BurstSession((tmp_path / "exported" / "radio-burst.onnx").read_bytes())(planes[0]), said)


@pytest.mark.parametrize("changed", [{"head.bias": np.zeros(3, np.float32)}, {"down4.2.convolution.weight": None}])
def test_weights_that_do_not_fit_each_other_are_refused(changed: dict[str, np.ndarray | None]) -> None:
    arrays = {name: array for name, array in (arrays_of(network()) | changed).items() if array is not None}
    with pytest.raises((KeyError, ValueError)):
        BurstSession(burst_model(arrays))
