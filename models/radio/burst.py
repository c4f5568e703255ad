"""Bursts with their types, by a network over the whole spectrogram and by the measures of the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from models.classifier import Classifier
from models.radio.blobs import Blob
from models.radio.burst_evidence import EVIDENCE, Evidence, evidence_of, evidence_table
from models.radio.burst_parts import parts_of
from models.radio.burst_planes import LAYERS, PLANES, TYPES, planes_of
from models.radio.burst_types import TypeTrees, label_of, type_of
from models.radio.candidates import MEASURES, Candidate, View, measure_table, view_of
from models.radio.gate import LEAST_SCORE, check_spectrogram, detection_of, distinct, file_evidence, judged, logistic, seen_again
from models.radio.measurement import measure_burst
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import COLUMNS, StormJudge, Storms, lies_within, storms_of
from models.trees import Trees
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

# Drift, speeds and the like cost 1 ms a burst and more, and say nothing of what is none.
MEASURED_FROM = 0.5
ARRAYS = (
    "feature", "limit", "leaf", "start", "type_feature", "type_limit", "type_leaf", "type_start",
    "storm_weight", "storm_offset", "blob_scale", "file_scale", "threshold", "preprocessing",
)  # fmt: skip
NETWORK = "network."


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The spots of one spectrogram.

    Attributes
    ----------
    view : in which they were found
    evidence : what the network says
    found : N candidates
    table : (N, columns) float32 ndarray, the gate's measures and what the network says, as the trees take them
    said : (N, 5) float32 ndarray, share of each of `TYPES` on the network's map
    storms : what may be noise storms, apart from the spots
    """

    view: View
    evidence: Evidence
    found: list[Candidate]
    table: np.ndarray
    said: np.ndarray
    storms: Storms


class _Typed(NamedTuple):
    """A spot, a part of one, or a storm, before it is measured."""

    candidate: Candidate
    score: float
    shares: np.ndarray
    label: str


class RadioBurst(Classifier):
    """The gate's spots and measures beside what a U-Net's map of types says of them; boosted trees over both, and for the types."""

    name: ClassVar[str] = "radio-burst"
    version: ClassVar[str] = "6"
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
            self.network = load_network(network_arrays(arrays), device)
        except (RuntimeError, KeyError, ValueError) as error:
            raise unusable(file, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error

    def check(self, observation: object) -> None:
        """Decline what the gate declines."""
        check_spectrogram(observation)

    def score(self, observations: Sequence[PreparedSpectrogram]) -> list[Verdict]:
        """One verdict per spectrogram."""
        logits = run_network(self.network, [planes_of(observation) for observation in observations], self.device)
        return [self._verdict(observation, map_) for observation, map_ in zip(observations, logits, strict=True)]

    def _verdict(self, prepared: PreparedSpectrogram, logits: np.ndarray) -> Verdict:
        seen = see(prepared, evidence_of(logits, prepared))
        odds = self.trees.log_odds(seen.table)
        scores = logistic(odds, self.blob_scale)
        score = float(logistic(file_evidence(odds), self.file_scale)[0])
        shown = detections(prepared, seen, scores, score, self.types, self.storms)
        return judged(self, prepared, score, shown, len(seen.found))


def see(prepared: PreparedSpectrogram, evidence: Evidence) -> Seen:
    """Find the spots of a spectrogram and measure them; ``evidence`` is what the network says of it."""
    view = view_of(prepared)
    found = view.candidates()
    said = evidence_table(found, evidence)
    table = np.concatenate([measure_table(found), said[:, : len(EVIDENCE)]], axis=1)
    return Seen(view, evidence, found, table, said[:, len(EVIDENCE) :], storms_of(view, evidence))


def detections(
    prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, file_score: float, types: TypeTrees, storms: StormJudge
) -> tuple[Detection, ...]:
    """The distinct spots with their types, best first; ``scores`` holds (N,) probabilities, ``file_score`` that of any burst.

    Of spots in which the network sees several types each burst is a detection, with the best score of its spots and the network's
    type. Those of type I that lie in a storm are the storm's; it has a score of its own. One that shows what a better one of its
    type shows is left out. No burst is surer than that the file holds any, see `not_surer`.
    """
    typed = _with_storms(_spots_with_types(prepared, seen, scores, types), seen.storms, storms.scores(seen.storms))
    typed.sort(key=lambda item: -item.score)
    again = seen_again([item.candidate for item in typed])
    shown: list[int] = []
    for place, item in enumerate(typed):
        if not any(again[place, other] and typed[other].label == item.label for other in shown):
            shown.append(place)
    scores = not_surer(np.array([typed[place].score for place in shown]), file_score).tolist()
    return tuple(_detection(prepared, typed[place]._replace(score=score)) for place, score in zip(shown, scores, strict=True))


def not_surer(scores: np.ndarray, most: float) -> np.ndarray:
    """Lower probabilities alike, in log odds, until none is above ``most``.

    The best of a file's many spots looks better than it is, which the file's scale knows and that of spots does not; by as much as
    it does the others do.

    Parameters
    ----------
    scores : (N,) ndarray
    most : probability, below 1

    Returns
    -------
    (N,) ndarray; ``scores`` where none is above ``most``
    """
    best = scores.max(initial=0.0)
    if best <= most:
        return scores
    odds, less = scores / (1 - scores), most / (1 - most) * (1 - best) / best
    return np.asarray(np.minimum(odds * less / (1 + odds * less), most))


def _spots_with_types(prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, types: TypeTrees) -> list[_Typed]:
    """The distinct spots, cut where the network sees several types in them."""
    kept = distinct(seen.found, scores)
    if not kept:
        return []
    shares = types.shares(seen.table[kept, : len(MEASURES)], seen.said[kept])
    parts = parts_of([seen.found[index].blob for index in kept], seen.evidence)
    cut = {spot for part in parts for spot in part.spots}
    typed = [
        _Typed(found, float(scores[index]), share, type_of(share, _duration_s(prepared, found.blob)))
        for spot, (index, share) in enumerate(zip(kept, shares, strict=True))
        if spot not in cut
        for found in [seen.found[index]]
    ]
    for part in parts:
        best = kept[min(part.spots)]
        (found,) = seen.view.measured([part.blob], int(seen.found[best].measures["lasting"]))
        typed.append(_Typed(found, float(scores[best]), part.shares, label_of(part.kind, _duration_s(prepared, part.blob))))
    return typed


def _with_storms(typed: list[_Typed], storms: Storms, scores: np.ndarray) -> list[_Typed]:
    """Storms that are hopeful beside the bursts that are not theirs."""
    for candidate, share, score in zip(storms.found, storms.shares, scores.tolist(), strict=True):
        if score >= LEAST_SCORE:
            rest = [item for item in typed if item.label != STORM or not lies_within(item.candidate.blob, candidate.blob)]
            typed = [*rest, _Typed(candidate, score, share, STORM)]
    return typed


def _duration_s(prepared: PreparedSpectrogram, blob: Blob) -> float:
    return (blob.x1 - blob.x0) * prepared.bin_s


def _detection(prepared: PreparedSpectrogram, typed: _Typed) -> Detection:
    """A spot with its type, and measured if it is likely real."""
    found = detection_of(prepared, typed.candidate, typed.score)
    named = {"type_shares": {kind: round(float(share), 3) for kind, share in zip(TYPES, typed.shares, strict=True)}}
    measured = measure_burst(prepared, found.box, typed.label) if found.box and typed.score >= MEASURED_FROM else {}
    return replace(found, label=typed.label, attributes={**found.attributes, **named, **measured})


def network_arrays(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights of the network among those of the model, by their names in `BurstMap`."""
    return {name.removeprefix(NETWORK): array for name, array in arrays.items() if name.startswith(NETWORK)}


def load_network(arrays: dict[str, np.ndarray], device: str) -> Any:
    """The network with its weights, for judging: by ONNX Runtime on the CPU, by torch elsewhere.

    RuntimeError, KeyError or ValueError where a weight is missing or has another shape.
    """
    seen, said = arrays["stem.convolution.weight"].shape[1], arrays["head.weight"].shape[0]
    if (seen, said) != (len(PLANES), len(LAYERS)):
        raise ValueError(f"its weights are for {seen} planes and {said} layers, not {len(PLANES)} and {len(LAYERS)}")
    if device == "cpu":
        from models.networks.burst_onnx import BurstSession, burst_model

        return BurstSession(burst_model(arrays))
    import torch

    from models.networks.burst_map import BurstMap

    network = BurstMap()
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    network.eval().fuse()
    return network.to(device).to(memory_format=torch.channels_last)


def run_network(network: Any, planes: Sequence[np.ndarray], device: str) -> list[np.ndarray]:
    """Logits (classes, MAP_ROWS, MAP_COLUMNS) of each stack of planes, by what `load_network` gave.

    On the CPU one by one, on one thread: as fast as in batches, and a verdict does not depend on what else is judged.
    """
    if device == "cpu":
        return [network(item) for item in planes]
    import torch

    with torch.inference_mode():
        return list(network(torch.from_numpy(np.stack(planes)).to(device)).float().cpu().numpy())
