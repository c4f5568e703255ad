"""The network of `radio-burst` in whole numbers of eight bits: on a core it takes half of the time of float32."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

OPERATORS = ["Conv", "Add", "Relu", "Resize"]


class PlanesReader(CalibrationDataReader):  # type: ignore[misc]
    """Gives planes, (planes, H, W) float32 ndarrays, one by one."""

    def __init__(self, planes: Iterable[np.ndarray]) -> None:
        self._planes = iter(planes)

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next by their name in the graph, None after the last."""
        planes = next(self._planes, None)
        return None if planes is None else {"planes": planes[None]}


def int8_model(model: bytes, planes: Iterable[np.ndarray]) -> bytes:
    """Quantise a graph of ONNX by the values that its layers take.

    Weights have seven bits: with eight, sums may saturate on CPUs without VNNI (documentation of ONNX Runtime on quantisation), and
    a verdict would depend on the CPU.

    Parameters
    ----------
    model : file of ONNX, as `models.networks.burst_onnx.burst_model` gives it
    planes : (planes, H, W) float32 ndarrays, what the network usually sees

    Returns
    -------
    file of ONNX of the same inputs and outputs
    """
    with TemporaryDirectory() as folder:
        given, shaped, whole = (Path(folder) / f"{name}.onnx" for name in ("given", "shaped", "whole"))
        given.write_bytes(model)
        quant_pre_process(given, shaped, skip_symbolic_shape=True)
        quantize_static(
            shaped, whole, PlanesReader(planes), op_types_to_quantize=OPERATORS, per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )  # fmt: skip
        return whole.read_bytes()
