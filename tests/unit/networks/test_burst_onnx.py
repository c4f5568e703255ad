import sys
from pathlib import Path

import numpy as np
import pytest

from models.errors import ConfigurationError
from models.networks.burst_onnx import export_onnx
from models.radio.burst import RadioBurst, run_network
from models.radio.burst_planes import COLUMNS, PLANES, ROWS


def test_the_exported_network_says_what_ours_says(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="extra onnx")
    reference = pytest.importorskip("onnx.reference")
    export_onnx(tmp_path / "burst.onnx")
    planes = np.random.default_rng(0).normal(size=(2, len(PLANES), ROWS, COLUMNS)).astype(np.float32)
    (logits,) = reference.ReferenceEvaluator(onnx.load(tmp_path / "burst.onnx")).run(None, {"planes": planes})
    np.testing.assert_allclose(logits, np.stack(run_network(RadioBurst().network, list(planes), "cpu")), atol=1e-3)


def test_without_the_package_the_user_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ConfigurationError, match=r"nightshift\[onnx\]"):
        export_onnx(tmp_path / "burst.onnx")
