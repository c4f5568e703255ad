"""The network of `radio-burst` as an ONNX file, for runtimes other than torch."""

import warnings
from pathlib import Path

import torch

from models.errors import ConfigurationError
from models.radio.burst import RadioBurst
from models.radio.burst_planes import COLUMNS, PLANES, ROWS
from models.weights_file import WEIGHTS


def export_onnx(path: Path, folder: Path = WEIGHTS) -> None:
    """Write the network alone: ``planes`` (N, 4, 64, 912) float32 in, ``logits`` (N, 6, 16, 228) out; trees and scales stay here.

    Parameters
    ----------
    path : file to write
    folder : where the weights lie

    Raises
    ------
    ConfigurationError
        The package onnx is not installed.
    """
    try:
        import onnx  # noqa: F401  (torch asks for it only when the work is done)
    except ModuleNotFoundError as error:
        raise ConfigurationError("ONNX export needs the package onnx: uv pip install 'nightshift[onnx]'") from error
    network = RadioBurst("cpu", folder).network
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no onnxscript says that it is the older one
        torch.onnx.export(
            network,
            (torch.zeros(1, len(PLANES), ROWS, COLUMNS),),
            path,
            input_names=["planes"],
            output_names=["logits"],
            dynamic_axes={"planes": {0: "files"}, "logits": {0: "files"}},
            dynamo=False,
        )
