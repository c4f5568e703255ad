"""Networks of `radio-burst` that learn: from simulated files alone, then from real ones too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from models.radio.burst import INT8_MODEL, RadioBurst
from models.radio.burst_learning.sets import (
    LONGEST,
    Effort,
    MapSet,
    Progress,
    draw_mixed,
    draw_simulated,
    quiet_set,
    real_set,
    simulated_set,
)
from models.radio.gate_training import accepted, folds
from models.radio.labelled import LabelledSpectrogram, fingerprint

State = dict[str, np.ndarray]
# Whether each of the networks, which learn apart from each other, is told what stands out of its column: those that are told
# different things err in different places.
RELIEF = (True, True, False)
CALIBRATION = 200  # simulated files, by whose values whole numbers are scaled; with 50 or 800 the maps are as near to float32's
REAL_RATE = 1e-3  # half of that of the base, so that it is refined, not forgotten


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Real files, and what is learnt from.

    Attributes
    ----------
    files : labelled spectrograms that are accepted
    fold : (N,) int ndarray, fold of each file's day
    real : gives the variants of the files, drawn when a network first asks
    simulated, quiet : MapSet, of files with and without bursts
    bases : weights of the networks of `RELIEF` that saw simulated files alone
    """

    files: list[LabelledSpectrogram]
    fold: np.ndarray
    real: Callable[[], MapSet]
    simulated: MapSet
    quiet: MapSet
    bases: list[State]


def gather(examples: Iterable[LabelledSpectrogram], work: Path, effort: Effort, progress: Progress, device: str) -> Material:
    """Draw the sets, and let the networks learn from simulation."""
    simulated = simulated_set(work, effort.files, progress)
    bases = [_base(simulated, work, effort, number, progress, device) for number in range(len(RELIEF))]
    files = list(filter(accepted, examples))
    fold = folds(files)
    real = cache(partial(real_set, files, fold, progress))
    return Material(files, fold, real, simulated, quiet_set(work, progress), bases)


def refined(
    material: Material, kept: np.ndarray, work: Path, name: str, effort: Effort, progress: Any, device: str
) -> list[State]:  # fmt: skip
    """Weights of each network after learning from the real files ``kept`` (indices) and simulated ones, beginning with its base.

    The mean of the weights of some that begin alike, one of which learns as long as ``effort`` says, the others longer, from more
    transplants: it judges real files better than each of them (Wortsman et al. 2022). ``name`` begins those of their states. Beside
    the weights is what judges on a CPU, see `with_int8`.
    """
    refinements = []
    for number in range(len(RELIEF)):
        states = [
            _learnt(material, kept, work / f"{name}-{number}-{times}.pt", effort.real_steps, number, times, progress, device)
            for times in range(1, LONGEST + 1)
        ]
        mean = {layer: np.mean([state[layer] for state in states], axis=0).astype(one.dtype) for layer, one in states[0].items()}
        refinements.append(with_int8(mean, material.simulated))
    return refinements


def with_int8(state: State, simulated: MapSet) -> State:
    """Weights of a network, and the network in whole numbers, as it judges on a CPU."""
    from models.networks.burst_int8 import int8_model
    from models.networks.burst_onnx import burst_model

    model = int8_model(burst_model([state]), (planes.astype(np.float32) for planes in simulated.planes[:CALIBRATION]))
    return state | {INT8_MODEL: np.frombuffer(model, dtype=np.uint8)}


def _base(simulated: MapSet, work: Path, effort: Effort, number: int, progress: Progress, device: str) -> State:
    from models.networks.burst_loss import map_loss
    from models.training import Plan, train_network

    network, stage = _new_network(number), f"simulated files, network {number + 1}"
    plan = Plan(effort.base_steps, seed=number, material=f"{effort.files} simulated files of version {RadioBurst.version}")
    train_network(
        network, partial(draw_simulated, simulated), map_loss, plan,
        device=device, state=work / f"base-{number}.pt", progress=lambda step, steps, _: progress(stage, step, steps),
    )  # fmt: skip
    return _state(network)


def _learnt(
    material: Material, kept: np.ndarray, path: Path, steps: int, number: int, times: int, progress: Any, device: str
) -> State:  # fmt: skip
    import torch

    from models.networks.burst_loss import map_loss
    from models.training import Plan, train_network

    network = _new_network(number)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in material.bases[number].items()})
    scored = np.array([index for index in kept if material.files[index].scored])
    days = [file.day for file in material.files]

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return draw_mixed(material.real(), days, scored, material.simulated, material.quiet, rng, times)

    files = fingerprint(material.files[index] for index in kept)
    plan = Plan(times * steps, rate=REAL_RATE, seed=number, material=f"{files} for version {RadioBurst.version}")
    train_network(network, draw, map_loss, plan, device=device, state=path, progress=lambda step, steps, _: progress(step, steps))
    return _state(network)


def _new_network(number: int) -> Any:
    import torch

    from models.networks.burst_map import BurstMap

    torch.manual_seed(number)
    return BurstMap(relief=RELIEF[number]).to(memory_format=torch.channels_last)


def _state(network: Any) -> State:
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in network.state_dict().items()}
