"""Training of `radio-burst`: networks from simulation, refined on real files, and trees over what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models.radio.burst import NETWORK, RadioBurst, load_networks, run_networks
from models.radio.burst_evidence import evidence_of
from models.radio.burst_learning.card import write_burst_card
from models.radio.burst_learning.networks import Material, gather, refined, with_int8
from models.radio.burst_learning.sets import Effort, Progress
from models.radio.burst_learning.simulated import simulated_figures
from models.radio.burst_learning.simulation_alone import simulation_alone
from models.radio.burst_learning.storm_training import LabelledStorms, fit_storms, storm_scenes
from models.radio.burst_learning.type_training import fit_types, simulated_spots
from models.radio.burst_list import detections
from models.radio.burst_planes import planes_of
from models.radio.burst_types import TypeTrees
from models.radio.evaluation import Judged, Show, figures
from models.radio.gate import file_evidence, logistic
from models.radio.gate_training import FOLDS, blob_platt, file_platt, fit, held_out, quiet_quantile
from models.radio.labelled import LabelledSpectrogram, blob_labels
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.seen import Seen, see
from models.radio.spots import PART_WEIGHT, Spots, narrower
from models.radio.storms import StormJudge
from models.radio.type_evaluation import type_figures
from models.trees import Trees
from models.weights_file import save_arrays

# Of the quiet files one in twenty may raise an alarm, half of what the gate is allowed: it costs few bursts, and on a usual night
# most files are quiet.
FALSE_ALARMS = 0.05
SHIPPED = Effort(files=32000, base_steps=28800, real_steps=500, test_files=300)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Spots and storms of a file with what the reader says of them, and all that was seen."""

    spots: Spots
    storms: LabelledStorms
    seen: Seen


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Every file as networks and trees judge it that saw no file of its day.

    Attributes
    ----------
    spots, parts : of the files and of parts of their bands, with what the networks of their fold say
    odds : held-out log odds of each file's spots
    judged : held-out, calibrated verdicts
    simulated : spots of simulated files, from which types are learnt too
    storms : what may be storms in the files and the parts
    scenes : simulated files, from which storms are learnt too
    """

    spots: list[Spots]
    parts: list[Spots]
    odds: list[np.ndarray]
    judged: list[Judged]
    simulated: list[Spots]
    storms: list[LabelledStorms]
    scenes: list[LabelledSpectrogram]


def train(
    examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str,
    *, work: Path, progress: Progress, device: str = "cpu", effort: Effort = SHIPPED,
) -> dict[str, float]:  # fmt: skip
    """Cross-validate by day, fit on all, write weights and card.

    Parameters
    ----------
    examples : labelled spectrograms; those that the gate declines are left out
    weights : folder for ``radio-burst.safetensors`` and ``radio-burst.md``
    command, data : what the card says of its making
    work : folder that keeps the simulated set and the state of every network, so that a run goes on where it was cut off
    progress : told of what is done, how far, of how much
    device : on which the networks learn
    effort : Effort; by default that of the shipped weights

    Returns
    -------
    dict of the cross-validated figures
    """
    material = gather(examples, work, effort, progress, device)
    crossed = cross_validate(material, work, effort, progress, device)
    states = refined(material, np.arange(len(material.files)), work, "all", effort, partial(progress, "all files"), device)
    arrays = Trees.from_sklearn(fit(crossed.spots + crossed.parts)).arrays() | {
        "blob_scale": blob_platt(crossed.spots, crossed.odds),
        "file_scale": file_platt(crossed.spots, crossed.odds),
        "threshold": np.array([quiet_quantile(crossed.judged, FALSE_ALARMS)]),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), dtype=np.uint8),
    }
    arrays |= fit_types(crossed.spots + crossed.parts + crossed.simulated).arrays()
    networks = load_networks(states, "cpu")
    arrays |= fit_storms(crossed.storms + [look(networks, scene, 1.0).storms for scene in crossed.scenes]).arrays()
    arrays |= {f"{NETWORK}{number}.{name}": array for number, state in enumerate(states) for name, array in state.items()}
    save_arrays(RadioBurst.weights or "", arrays, weights)
    return write_figures(material, crossed, weights, command, data, effort, progress)


def evaluate(
    examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str,
    *, work: Path, progress: Progress, device: str = "cpu", effort: Effort = SHIPPED, show: Show | None = None,
) -> dict[str, float]:  # fmt: skip
    """Cross-validate the recipe and judge the files with the weights in ``weights``; write the card anew; as `train`.

    ``show`` is told of the cross-validated judgements.
    """
    material = gather(examples, work, effort, progress, device)
    crossed = cross_validate(material, work, effort, progress, device)
    if show:
        show(crossed.judged, RadioBurst("cpu", weights).threshold)
    return write_figures(material, crossed, weights, command, data, effort, progress)


def write_figures(
    material: Material, crossed: Crossed, weights: Path, command: str, data: str, effort: Effort, progress: Progress
) -> dict[str, float]:
    """Write the card of the weights in ``weights``; return the cross-validated figures."""
    shipped = RadioBurst("cpu", weights)
    in_sample = [Judged.from_verdict(file, shipped.score([file.prepared])[0]) for file in material.files]
    found, inside = (figures(judged, shipped.threshold) | type_figures(judged) for judged in (crossed.judged, in_sample))
    simulated = simulated_figures(lambda prepared: shipped.score([prepared])[0], effort.test_files, progress)
    bases = [with_int8(base, material.simulated) for base in material.bases]
    alone = simulation_alone(load_networks(bases, "cpu"), material.files)
    write_burst_card(weights, command, data, shipped.threshold, found, inside, simulated | alone)
    return found | alone | {f"simulated_{key}": value for key, value in simulated.items()}


def cross_validate(material: Material, work: Path, effort: Effort, progress: Progress, device: str) -> Crossed:
    """Judge every file by what saw no file of its day."""
    files, fold = material.files, material.fold
    group = {file.day: int(number) for file, number in zip(files, fold, strict=True)}
    looked: dict[int, Looked] = {}
    parts: list[Spots] = []
    storms: list[LabelledStorms] = []
    made_up: list[list[LabelledStorms]] = []
    scenes = storm_scenes(progress)
    for number in range(FOLDS):
        kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        states = refined(material, kept, work, f"fold-{number}", effort, partial(progress, f"fold {number + 1}"), device)
        networks = load_networks(states, "cpu")
        made_up.append([look(networks, scene, 1.0).storms for scene in scenes])
        for index in held.tolist():
            looked[index] = look(networks, files[index], 1.0)
            for part in narrower(files[index]):
                found = look(networks, part, PART_WEIGHT)
                parts.append(found.spots)
                storms.append(found.storms)
    of_files = [looked[index] for index in range(len(files))]
    spots, storms = [item.spots for item in of_files], [item.storms for item in of_files] + storms
    odds = held_out(spots, parts)
    simulated = simulated_spots(progress)
    types = [
        fit_types([item for item in spots + parts if group[item.example.day] != number] + simulated) for number in range(FOLDS)
    ]
    judges = [
        fit_storms([item for item in storms if group[item.example.day] != number] + made_up[number]) for number in range(FOLDS)
    ]
    judged = judged_by_day(of_files, odds, fold, types, judges)
    return Crossed(spots, parts, odds, judged, simulated, storms, scenes)


def judged_by_day(
    looked: list[Looked], odds: list[np.ndarray], fold: np.ndarray, types: list[TypeTrees], storms: list[StormJudge]
) -> list[Judged]:
    """Held-out judgements with their detections, each calibrated on the held-out odds of the other folds.

    ``types`` and ``storms`` hold what judges the files of each fold.
    """
    judged = []
    for index, (item, evidence) in enumerate(zip(looked, odds, strict=True)):
        others = np.flatnonzero(fold != fold[index])
        rest = [looked[other].spots for other in others], [odds[other] for other in others]
        scores = logistic(evidence, blob_platt(*rest))
        example = item.spots.example
        score = float(logistic(file_evidence(evidence), file_platt(*rest))[0])
        found = detections(example.prepared, item.seen, scores, score, types[fold[index]], storms[fold[index]])
        judged.append(Judged.from_detections(example, score, found))
    return judged


def look(networks: Sequence[Any], example: LabelledSpectrogram, weight: float) -> Looked:
    """What the networks see in a file; ``weight`` is that of the file in training."""
    (logits,) = run_networks(networks, [planes_of(example.prepared)], "cpu")
    seen = see(example.prepared, evidence_of(logits, example.prepared))
    label = blob_labels(example, [item.blob for item in seen.found])
    spots = Spots(example, seen.found, seen.table, label, weight * max(len(seen.found), 1) ** -0.5)
    return Looked(spots, LabelledStorms(example, seen.storms, weight), seen)
