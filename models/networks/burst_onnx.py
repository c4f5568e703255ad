"""The network of `radio-burst` as an ONNX graph: for other runtimes, and, in whole numbers, for judging on a CPU.

ONNX Runtime takes two thirds of torch's time for a file. The graph is drawn from the weights alone, without torch: the layers of
`models.networks.burst_map.BurstMap`, its normalisations drawn into the convolutions (tested to say the same).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

OPSET = 17
NORM_EPS = 1e-5  # torch's default
LEAST = 16  # rows and columns that can be halved four times
PLANES, LAYERS = 5, 6  # a network that takes one plane more is told what stands out of its column
# Two of the planes, and the least sum of the second that is divided by.
CONTRAST, COVERED, LEAST_COVERED = 0, 3, 1e-3
# What ONNX Runtime says below an error is of no use to who judges.
ERRORS_ALONE = 3

Arrays = Mapping[str, np.ndarray]


class BurstGraph:
    """The graph while it is drawn; each method adds a layer and returns the name of what it gives.

    ``arrays`` holds the weights of the network that is drawn, by their names in `BurstMap`.
    """

    def __init__(self) -> None:
        self.arrays: Arrays = {}
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *given: str, **attributes: Any) -> str:
        """Any operator of ONNX."""
        from onnx import helper

        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, given, [name], **attributes))
        return name

    def constant(self, array: np.ndarray) -> str:
        """A constant, float32 or int64."""
        from onnx import numpy_helper

        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def with_column_relief(self, planes: str) -> str:
        """Planes, and what their contrast is beyond the mean of its column, as in `models.networks.burst_map`."""
        from onnx import TensorProto

        def of(first: int) -> str:
            return self.add("Slice", planes, *(self.constant(np.array([place], np.int64)) for place in (first, first + 1, 1)))

        def summed(values: str) -> str:
            return self.add("ReduceSum", values, self.constant(np.array([2], np.int64)), keepdims=1)

        contrast, covered = of(CONTRAST), of(COVERED)
        known = self.add("Max", summed(covered), self.constant(np.array(LEAST_COVERED, np.float32)))
        mean = self.add("Div", summed(self.add("Mul", contrast, covered)), known)
        measured = self.add("Cast", self.add("Greater", covered, self.constant(np.array(0, np.float32))), to=TensorProto.FLOAT)
        return self.add("Concat", planes, self.add("Mul", self.add("Sub", contrast, mean), measured), axis=1)

    def unit(self, planes: str, layer: str, *, stride: int = 1, dilation: int = 1) -> str:
        """Convolution with its normalisation, rectifier; with the input added where the shape stays."""
        weight, norm = self.arrays[f"{layer}.convolution.weight"], f"{layer}.norm."
        scale = self.arrays[norm + "weight"] / np.sqrt(self.arrays[norm + "running_var"] + NORM_EPS)
        shift = self.arrays[norm + "bias"] - scale * self.arrays[norm + "running_mean"]
        reach = weight.shape[2] // 2
        found = self.add(
            "Conv", planes, self.constant((weight * scale[:, None, None, None]).astype(np.float32)),
            self.constant(shift.astype(np.float32)), strides=[stride, stride], dilations=[1, dilation],
            pads=[reach, dilation * reach, reach, dilation * reach],
        )  # fmt: skip
        found = self.add("Relu", found)
        return self.add("Add", found, planes) if stride == 1 and weight.shape[0] == weight.shape[1] else found

    def point(self, planes: str, layer: str) -> str:
        """Convolution of 1 x 1 with a bias."""
        return self.add("Conv", planes, *(self.constant(self.arrays[f"{layer}.{part}"]) for part in ("weight", "bias")))

    def doubled(self, planes: str) -> str:
        """Each value as 2 x 2 of them."""
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        return self.add(
            "Resize", planes, "", scales, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
        )

    def whole(self, planes: str) -> str:
        """What mean and maximum of each row over time say of it, added to the row."""
        rows = [self.add(kind, planes, axes=[3], keepdims=0) for kind in ("ReduceMean", "ReduceMax")]
        table = self.add("Transpose", self.add("Concat", *rows, axis=1), perm=[0, 2, 1])
        said = self.add("MatMul", table, self.constant(self.arrays["whole.weight"].T))
        said = self.add("Transpose", self.add("Add", said, self.constant(self.arrays["whole.bias"])), perm=[0, 2, 1])
        return self.add("Add", planes, self.add("Unsqueeze", said, self.constant(np.array([3], np.int64))))

    def network(self, planes: str, arrays: Arrays) -> str:
        """All layers, from planes, with their relief if the network is told it, to logits."""
        self.arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
        level2 = self.unit(self.unit(self.unit(planes, "stem", stride=2), "down2.0", stride=2), "down2.1")
        level3 = self.unit(self.unit(self.unit(level2, "down3.0", stride=2), "down3.1"), "down3.2")
        level4 = self.unit(level3, "down4.0", stride=2)
        for number, dilation in enumerate((1, 2, 4, 8), start=1):
            level4 = self.unit(level4, f"down4.{number}", dilation=dilation)
        level4 = self.whole(level4)
        level3 = self.unit(self.add("Add", level3, self.doubled(self.point(level4, "up3"))), "join3")
        level2 = self.unit(self.add("Add", level2, self.doubled(self.point(level3, "up2"))), "join2")
        return self.point(level2, "head")


def is_told_relief(arrays: Arrays) -> bool:
    """Whether a network of these weights takes the relief of columns beside the planes."""
    return bool(arrays["stem.convolution.weight"].shape[1] > PLANES)


def burst_model(networks: Sequence[Arrays]) -> bytes:
    """The mean of some networks as a file of ONNX: ``planes`` (N, 5, H, W) float32 in, ``logits`` (N, 6, H / 4, W / 4) out.

    Parameters
    ----------
    networks : weights of each by their names in `BurstMap`

    Raises
    ------
    KeyError
        A weight is missing.
    """
    from onnx import TensorProto, helper

    graph = BurstGraph()
    relief = graph.with_column_relief("planes") if any(map(is_told_relief, networks)) else ""
    graph.add("Mean", *(graph.network(relief if is_told_relief(arrays) else "planes", arrays) for arrays in networks))
    graph.nodes[-1].output[0] = "logits"
    given = helper.make_tensor_value_info("planes", TensorProto.FLOAT, ["files", PLANES, "rows", "columns"])
    said = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["files", LAYERS, "map_rows", "map_columns"])
    drawn = helper.make_graph(graph.nodes, "radio-burst", [given], [said], graph.constants)
    model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


class BurstSession:
    """The network on one thread of a CPU; the cores belong to the other workers of the machine.

    Parameters
    ----------
    model : file of ONNX, as `burst_model` or `models.networks.burst_int8.int8_model` gives it

    Raises
    ------
    ValueError
        The shapes of its weights do not fit each other.
    """

    def __init__(self, model: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = ERRORS_ALONE
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self(np.zeros((self._session.get_inputs()[0].shape[1], LEAST, LEAST), np.float32))  # not all is looked at before
        except Exception as error:  # it has some ten kinds, of no common class
            raise ValueError(str(error)) from error

    def __call__(self, planes: np.ndarray) -> np.ndarray:
        """(planes, H, W) float32 to logits (classes, H / 4, W / 4)."""
        (logits,) = self._session.run(None, {"planes": np.ascontiguousarray(planes[None])})
        return np.asarray(logits[0])
