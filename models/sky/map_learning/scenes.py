"""Frames of the simulated camera with the truth of every pixel, many of their clouds made faint."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.sky.clear import SkyClear
from models.sky.clear_learning.training import examples
from models.sky.evidence import EVIDENCE
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame, SkyFrame, prepare
from models.sky.map_planes import PLANES, map_planes
from models.sky.rebin import SHAPE

# Three times the scatter of a clear frame about its surface: what adds less is no cloud to anybody.
CLOUD_ADU = 6.0
# Real clouds are seldom as faint as those that are hard to see: of a scene with gaps there is a second frame, with so much excess.
FAINT_ADU, MOST_FAINT_COVER = (6.0, 60.0), 0.9

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class MapSet:
    """Planes (N, 2, 128, 160) float16, facts (N, 9) float32 and truth (N, 128, 160) int8, 1 under cloud."""

    planes: np.ndarray
    facts: np.ndarray
    truth: np.ndarray


def faint(frame: PreparedFrame, excess_adu: np.ndarray, rng: np.random.Generator) -> tuple[PreparedFrame, np.ndarray] | None:
    """The same frame with less of its clouds: what they add, without noise, is known exactly.

    Parameters
    ----------
    frame : of the simulated camera
    excess_adu : (128, 160) float32 ndarray, what its clouds add
    rng : generator

    Returns
    -------
    (frame, excess_adu), or None where there is no cloud or hardly a gap: nothing would tell a faint layer from the sky
    """
    covered = excess_adu > CLOUD_ADU
    if not 0 < covered.mean() < MOST_FAINT_COVER:
        return None
    factor = np.exp(rng.uniform(*np.log(FAINT_ADU))) / np.percentile(excess_adu[covered], 90)
    less = (excess_adu * min(factor, 1.0)).astype(np.float32)
    return prepare(SkyFrame(frame.adu - excess_adu + less, frame.t_start, state=frame.state)), less


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
                facts.append(sight.evidence.astype(np.float32))
                truth.append((excess > CLOUD_ADU).astype(np.int8))
            progress("simulated frames", number + 1, count)
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part.npz")
        np.savez(beside, planes=np.stack(planes), facts=np.stack(facts), truth=np.stack(truth))
        beside.replace(path)
    with np.load(path) as held:
        found = MapSet(held["planes"], held["facts"], held["truth"])
    assert found.planes.shape[1:] == (len(PLANES), *SHAPE) and found.facts.shape[1] == len(EVIDENCE)
    return found
