"""Patches of background from real files and from their simulated twins, no station holding more than its share."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from deployments.bench.realism_files import RealFile
from models.simulate.realism.features import patch_features
from models.simulate.realism.network import plane_of
from models.simulate.realism.patch import ROWS, cut_patch, free_starts

OF_FILE, OF_STATION = 4, 24

# Draws the digits and sky rows of the file that stands beside a real one.
Beside = Callable[[RealFile, np.random.Generator], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Patches of one kind.

    Attributes
    ----------
    features : (N, K) float64 ndarray
    names : K names
    planes : (N, F, T) float32 ndarray, as the network sees them
    stations : of each; a simulated patch bears that of the file that it stands beside
    """

    features: np.ndarray
    names: tuple[str, ...]
    planes: np.ndarray
    stations: tuple[str, ...]


def places(files: Sequence[RealFile], seed: int) -> list[tuple[int, int]]:
    """Where the patches of real files are cut.

    Parameters
    ----------
    files : RealFile
    seed : of the choice

    Returns
    -------
    list of (file, first sample): at most `OF_FILE` a file and `OF_STATION` a station, taken from its files in turn
    """
    by_station: dict[str, list[tuple[int, int, int]]] = {}
    for index, file in enumerate(files):
        starts = np.random.default_rng([seed, index]).permutation(free_starts(file.blocked()))[:OF_FILE]
        by_station.setdefault(file.station, []).extend((turn, index, int(start)) for turn, start in enumerate(starts))
    return sorted((index, start) for cut in by_station.values() for _, index, start in sorted(cut)[:OF_STATION])


def real_patches(files: Sequence[RealFile], cut: Collection[tuple[int, int]], seed: int) -> Patches:
    """Cut the patches of the real files.

    Parameters
    ----------
    files : RealFile
    cut : as of `places`
    seed : of the rows
    """
    rng = np.random.default_rng([seed, 0, 0])
    patches = []
    for index, start in cut:
        observation = files[index].observation
        patches.append(cut_patch(observation.intensity, observation.good, _first_row(rng, observation.good), start))
    return _patches(patches, [files[index].station for index, _ in cut])


def simulated_patches(
    files: Sequence[RealFile], cut: Collection[tuple[int, int]], seed: int, beside: Beside, done: Callable[[], None]
) -> Patches:
    """As many patches from a simulated file beside each real one.

    Parameters
    ----------
    files : RealFile
    cut : as of `places`
    seed : of all that is drawn
    beside : draws the simulated file
    done : is called after each file
    """
    patches, stations = [], []
    for index in sorted({index for index, _ in cut}):
        rng = np.random.default_rng([seed, index, 1])
        digits, sky = beside(files[index], rng)
        starts = rng.permutation(free_starts(np.zeros(digits.shape[1], dtype=bool)))
        count = sum(index == other for other, _ in cut)
        patches += [cut_patch(digits, sky, _first_row(rng, sky), start) for start in starts[:count]]
        stations += [files[index].station] * count
        done()
    return _patches(patches, stations)


def _first_row(rng: np.random.Generator, good: np.ndarray) -> int:
    return int(rng.integers(good.sum() - ROWS + 1))


def _patches(patches: list[np.ndarray], stations: list[str]) -> Patches:
    told = [patch_features(patch) for patch in patches]
    values = np.array([list(each.values()) for each in told])
    return Patches(values, tuple(told[0]), np.stack([plane_of(patch) for patch in patches]), tuple(stations))
