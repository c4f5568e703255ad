"""Training of `radio-clip-nightshift`: pictures and captions from simulation, then beside variants of real files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from models.radio.burst_learning.sets import Effort, Progress
from models.radio.clip_learning.card import write_clip_card
from models.radio.clip_learning.figures import Crossed, cross_figures, judged_by_day, simulated_figures
from models.radio.clip_learning.sets import PictureSet, draw_mixed, draw_simulated, real_pictures, simulated_pictures
from models.radio.clip_nightshift import NETWORK, ClipNightshift
from models.radio.evaluation import Show
from models.radio.gate_training import FOLDS, accepted, folds
from models.radio.labelled import LabelledSpectrogram, fingerprint
from models.radio.prepare import PREPROCESSING_VERSION
from models.training import Batch
from models.weights_file import save_arrays

REAL_RATE = 3e-4  # a seventh of that of the base, so that it is refined, not forgotten
SHIPPED = Effort(files=16000, base_steps=2400, real_steps=100, test_files=500)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Real files with the fold of each one's day, what is learnt from, and the network that saw simulated pictures alone."""

    files: list[LabelledSpectrogram]
    fold: np.ndarray
    real: Callable[[], PictureSet]
    simulated: PictureSet
    base: dict[str, Any]


def train(
    examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str,
    *, work: Path, progress: Progress, device: str = "cpu", effort: Effort = SHIPPED,
) -> dict[str, float]:  # fmt: skip
    """Cross-validate by day, fit on all, write weights and card; return the figures.

    Parameters
    ----------
    examples : labelled spectrograms; those that the gate declines are left out
    weights : folder for ``radio-clip-nightshift.safetensors`` and its card
    command, data : what the card says of its making
    work : folder that keeps the simulated set and the state of every network, so that a run goes on where it was cut off
    progress : told of what is done, how far, of how much
    device : on which the networks learn
    effort : Effort; by default that of the shipped weights
    """
    material = gather(examples, work, effort, progress, device)
    crossed = cross_validate(material, work, effort, progress, device)
    state = refined(material, np.arange(len(material.files)), work / "all.pt", effort, partial(progress, "all files"), device)
    save(state, crossed.scale, crossed.threshold, weights)
    return write_figures(material, crossed, weights, work, command, data, effort, progress)


def evaluate(
    examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str,
    *, work: Path, progress: Progress, device: str = "cpu", effort: Effort = SHIPPED, show: Show | None = None,
) -> dict[str, float]:  # fmt: skip
    """Cross-validate the recipe and judge simulated files with the weights in ``weights``; write the card anew; as `train`.

    ``show`` is told of the cross-validated judgements.
    """
    material = gather(examples, work, effort, progress, device)
    crossed = cross_validate(material, work, effort, progress, device)
    if show:
        show(crossed.judged, ClipNightshift("cpu", weights).threshold)
    return write_figures(material, crossed, weights, work, command, data, effort, progress)


def gather(examples: Iterable[LabelledSpectrogram], work: Path, effort: Effort, progress: Progress, device: str) -> Material:
    """Draw the sets, and let the network learn from simulation."""
    from models.networks.clip_pair import caption_loss
    from models.training import Plan, train_network

    simulated = simulated_pictures(work, effort.files, progress)
    network = _new_network()
    plan = Plan(effort.base_steps, material=f"{effort.files} simulated files")
    train_network(
        network, partial(draw_simulated, simulated), caption_loss, plan,
        device=device, state=work / "base.pt", progress=lambda step, steps, _: progress("simulated pictures", step, steps),
    )  # fmt: skip
    files = list(filter(accepted, examples))
    return Material(files, folds(files), cache(partial(real_pictures, files, progress)), simulated, network.state_dict())


def cross_validate(material: Material, work: Path, effort: Effort, progress: Progress, device: str) -> Crossed:
    """Judge every file by a network that saw no file of its day."""
    models = []
    for number in range(FOLDS):
        kept, place = np.flatnonzero(material.fold != number), work / f"fold-{number}"
        state = refined(material, kept, place.with_suffix(".pt"), effort, partial(progress, f"fold {number + 1}"), device)
        models.append(model_of(state, place))
    return judged_by_day(material.files, material.fold, models)


def refined(material: Material, kept: np.ndarray, path: Path, effort: Effort, progress: Any, device: str) -> dict[str, Any]:
    """Weights after learning from the real files ``kept`` (indices) and simulated ones, beginning with the base."""
    from models.networks.clip_pair import caption_loss
    from models.training import Plan, train_network

    network = _new_network()
    network.load_state_dict(material.base)
    days = [file.day for file in material.files]

    def draw(rng: np.random.Generator) -> Batch:
        return draw_mixed(material.real(), days, kept, material.simulated, rng)

    plan = Plan(effort.real_steps, rate=REAL_RATE, material=fingerprint(material.files[index] for index in kept))
    train_network(
        network, draw, caption_loss, plan, device=device, state=path, progress=lambda step, steps, _: progress(step, steps)
    )
    return dict(network.state_dict())


def model_of(state: dict[str, Any], folder: Path) -> ClipNightshift:
    """The classifier with these weights, not calibrated, by way of a file in ``folder``: halved as the shipped ones are."""
    save(state, np.array([1.0, 0.0]), 0.5, folder)
    return ClipNightshift("cpu", folder)


def save(state: dict[str, Any], scale: np.ndarray, threshold: float, folder: Path) -> None:
    """Write the weights file: the network in half precision, its calibration and its threshold."""
    arrays = {NETWORK + name.removeprefix("clip."): tensor.half().cpu().numpy() for name, tensor in state.items()}
    arrays |= {
        "scale": scale,
        "threshold": np.array([threshold]),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), dtype=np.uint8),
    }
    save_arrays(ClipNightshift.weights or "", arrays, folder)


def write_figures(
    material: Material, crossed: Crossed, weights: Path, work: Path, command: str, data: str, effort: Effort, progress: Progress
) -> dict[str, float]:  # fmt: skip
    """Write the card of the weights in ``weights``; return the figures, those of the network without real files as ``base_``."""
    shipped, base = ClipNightshift("cpu", weights), model_of(material.base, work / "base")
    simulated_only = judged_by_day(material.files, material.fold, [base] * FOLDS)
    found = cross_figures(crossed) | {f"base_{key}": value for key, value in cross_figures(simulated_only).items()}
    found |= simulated_figures(shipped, effort.test_files, progress)
    write_clip_card(weights, shipped, command, data, found)
    return found


def _new_network() -> Any:
    import torch

    from models.networks.clip_pair import ClipPair

    torch.manual_seed(0)
    return ClipPair().to(memory_format=torch.channels_last)
