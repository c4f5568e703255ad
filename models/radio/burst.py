"""Bursts with their types, by a network over the whole spectrogram and by the measures of the gate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from models.classifier import Classifier
from models.radio.burst_evidence import EVIDENCE, evidence_of
from models.radio.burst_list import detections
from models.radio.burst_planes import LAYERS, PLANES, planes_of
from models.radio.burst_types import TypeTrees
from models.radio.candidates import MEASURES
from models.radio.gate import check_spectrogram, file_evidence, judged, logistic
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.seen import see
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import COLUMNS, StormJudge
from models.trees import Trees
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

ARRAYS = (
    "feature", "limit", "leaf", "start", "type_feature", "type_limit", "type_leaf", "type_start",
    "storm_weight", "storm_offset", "blob_scale", "file_scale", "threshold", "preprocessing",
)  # fmt: skip
NETWORK, INT8_MODEL = "network.", "int8_model"
# Log odds of a burst in any cell from which on the other networks are asked too.
ASKED_FROM = -0.5


class RadioBurst(Classifier):
    """The gate's spots and measures beside what a U-Net's map of types says of them; boosted trees over both, and for the types."""

    name: ClassVar[str] = "radio-burst"
    version: ClassVar[str] = "13"
    instrument: ClassVar[str] = "radio"
    rank: ClassVar[int] = 2
    weights: ClassVar[str | None] = "radio-burst.safetensors"
    needs_torch: ClassVar[bool] = True

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        file = "radio-burst.safetensors"
        arrays = load_arrays(file, ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        columns = len(MEASURES) + len(EVIDENCE)
        if made_for != PREPROCESSING_VERSION or int(arrays["feature"].max(initial=0)) >= columns:
            raise unusable(file, f"are for data prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        if (weights := arrays["storm_weight"]).shape != (len(COLUMNS),):
            raise unusable(file, f"hold {weights.size} weights of storms, not {len(COLUMNS)}", folder)
        self.trees, self.types = Trees.from_arrays(arrays), TypeTrees.from_arrays(arrays)
        self.storms = StormJudge.from_arrays(arrays)
        self.blob_scale, self.file_scale = arrays["blob_scale"], arrays["file_scale"]
        self.threshold = float(arrays["threshold"][0])
        try:
            self.networks = load_networks(network_arrays(arrays), device)
        except (RuntimeError, KeyError, ValueError) as error:
            raise unusable(file, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error

    def check(self, observation: object) -> None:
        """Decline what the gate declines."""
        check_spectrogram(observation)

    def score(self, observations: Sequence[PreparedSpectrogram]) -> list[Verdict]:
        """One verdict per spectrogram."""
        logits = run_networks(self.networks, [planes_of(observation) for observation in observations], self.device)
        return [self._verdict(observation, map_) for observation, map_ in zip(observations, logits, strict=True)]

    def _verdict(self, prepared: PreparedSpectrogram, logits: np.ndarray) -> Verdict:
        seen = see(prepared, evidence_of(logits, prepared))
        odds = self.trees.log_odds(seen.table)
        scores = logistic(odds, self.blob_scale)
        score = float(logistic(file_evidence(odds), self.file_scale)[0])
        shown = detections(prepared, seen, scores, score, self.types, self.storms)
        return judged(self, prepared, score, shown, len(seen.found))


def network_arrays(arrays: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
    """Weights of each network among those of the model; ``network.1.head.bias`` is the second's.

    By their names in `BurstMap`, and with them `INT8_MODEL`, the network in whole numbers as the bytes of a file of ONNX.
    """
    found: dict[int, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        if name.startswith(NETWORK):
            number, own = name.removeprefix(NETWORK).split(".", 1)
            found.setdefault(int(number), {})[own] = array
    return [found[number] for number in sorted(found)]


def load_networks(networks: Sequence[dict[str, np.ndarray]], device: str) -> list[Any]:
    """The networks with their weights, for judging: in whole numbers by ONNX Runtime on the CPU, by torch elsewhere.

    RuntimeError, KeyError or ValueError where a weight is missing or has another shape.
    """
    if not networks:
        raise ValueError("there is none")
    for arrays in networks:
        seen, said = arrays["stem.convolution.weight"].shape[1], arrays["head.weight"].shape[0]
        if seen - len(PLANES) not in {0, 1} or said != len(LAYERS):
            raise ValueError(f"its weights are for {seen} planes and {said} layers, not {len(PLANES)} and {len(LAYERS)}")
    if device == "cpu":
        from models.networks.burst_onnx import BurstSession

        return [BurstSession(arrays[INT8_MODEL].tobytes()) for arrays in networks]
    import torch

    from models.networks.burst_map import BurstMap
    from models.networks.burst_onnx import is_told_relief

    loaded = []
    for arrays in networks:
        network = BurstMap(relief=is_told_relief(arrays))
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items() if name != INT8_MODEL})
        network.eval().fuse()
        loaded.append(network.to(device).to(memory_format=torch.channels_last))
    return loaded


def run_networks(networks: Sequence[Any], planes: Sequence[np.ndarray], device: str) -> list[np.ndarray]:
    """Logits (classes, MAP_ROWS, MAP_COLUMNS) of each stack of planes, by what `load_networks` gave.

    The mean of all networks where the first sees anything (`ASKED_FROM`), else what it says: most files of a night are quiet.
    """
    first, *others = networks
    logits = _run(first, planes, device)
    asked = [place for place, map_ in enumerate(logits) if map_[0].max() >= ASKED_FROM]
    if others and asked:
        said = [_run(network, [planes[place] for place in asked], device) for network in others]
        for place, *more in zip(asked, *said, strict=True):
            logits[place] = np.mean([logits[place], *more], axis=0)
    return logits


def _run(network: Any, planes: Sequence[np.ndarray], device: str) -> list[np.ndarray]:
    """On the CPU one by one, on one thread: as fast as in batches, and a verdict does not depend on what else is judged."""
    if device == "cpu":
        return [network(item) for item in planes]
    import torch

    with torch.inference_mode():
        return list(network(torch.from_numpy(np.stack(planes)).to(device)).float().cpu().numpy())
