"""Frames of the simulated camera with the truth of every pixel, many of their clouds made faint."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.sky.clear import SkyClear
from models.sky.clear_learning.faint import CLOUD_ADU, faint
from models.sky.clear_learning.training import examples
from models.sky.frame import PREPROCESSING_VERSION
from models.sky.map_planes import FACTS, PLANES, map_facts, map_planes
from models.sky.rebin import SHAPE

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class MapSet:
    """Planes (N, 2, 128, 160) float16, facts (N, 9) float32 and truth (N, 128, 160) int8, 1 under cloud."""

    planes: np.ndarray
    facts: np.ndarray
    truth: np.ndarray


def simulated_set(folder: Path, count: int, gate: SkyClear, progress: Progress, seed: int = 11) -> MapSet:
    """The simulated set of so many scenes, as that version of the gate sees them; drawn once and kept in ``folder``."""
    path = folder / f"maps-{seed}-{count}-{PREPROCESSING_VERSION}-{gate.name}-{gate.version}.npz"
    if not path.exists():
        planes, facts, truth = [], [], []
        for number, example in enumerate(examples(count, gate.pattern, seed)):
            less = faint(example.frame, example.excess_adu, np.random.default_rng([seed, number, 1]))
            for frame, excess in ((example.frame, example.excess_adu), *([less] if less else [])):
                sight = gate.see(frame)
                assert sight is not None
                planes.append(map_planes(frame, sight).astype(np.float16))
                facts.append(map_facts(sight))
                truth.append((excess > CLOUD_ADU).astype(np.int8))
            progress("simulated frames", number + 1, count)
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part.npz")
        np.savez(beside, planes=np.stack(planes), facts=np.stack(facts), truth=np.stack(truth))
        beside.replace(path)
    with np.load(path) as held:
        found = MapSet(held["planes"], held["facts"], held["truth"])
    assert found.planes.shape[1:] == (len(PLANES), *SHAPE) and found.facts.shape[1] == len(FACTS)
    return found
