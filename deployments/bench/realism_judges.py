"""Who tells simulated patches from real ones: single features, a forest on all of them, a network on the patch itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from deployments.bench.realism_patches import Patches
from models.simulate.realism.folds import group_folds
from models.simulate.realism.forest import forest_scores
from models.simulate.realism.network import network_scores
from models.simulate.realism.separation import separation_interval, separations, station_weights, weighted_auc

TELLING = 0.7
ROUNDS = 100  # of the bootstrap over stations
FOLDS = 3
HALVES, FOREST_HALVES = 20, 5  # random halves of the stations, real against real


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Real and simulated patches side by side.

    Attributes
    ----------
    values, planes : features (N, K) and planes (N, F, T)
    simulated : (N,) bool ndarray
    stations : of each
    weight : (N,) ndarray, stations count alike
    fold : (N,) int ndarray, whole stations
    """

    values: np.ndarray
    planes: np.ndarray
    simulated: np.ndarray
    stations: tuple[str, ...]
    weight: np.ndarray
    fold: np.ndarray

    @classmethod
    def of(cls, real: Patches, other: Patches, folds: Mapping[str, int]) -> "Pair":
        """From patches of real and of simulated files, and the fold of each station."""
        stations = real.stations + other.stations
        simulated = np.repeat([False, True], [len(real.stations), len(other.stations)])
        return cls(
            np.concatenate([real.features, other.features]),
            np.concatenate([real.planes, other.planes]),
            simulated,
            stations,
            station_weights(stations, simulated),
            np.array([folds[station] for station in stations]),
        )

    def held_out_auc(self, scores: np.ndarray) -> float:
        """Mean AUC of the folds, each judged by what has not seen its stations."""
        return float(
            np.mean([weighted_auc(*(each[self.fold == k] for each in (scores, self.simulated, self.weight))) for k in range(FOLDS)])
        )


def single_features(pair: Pair, seed: int) -> dict[str, Any]:
    """Figures of the features one by one: mean, its interval over stations, how many tell."""
    each = separations(pair.values, pair.simulated, pair.weight)
    low, high = separation_interval(pair.values, pair.simulated, pair.stations, ROUNDS, seed)
    return {
        "mean single-feature AUC": round(float(each.mean()), 3),
        "5-95 % over stations": f"{low:.3f}-{high:.3f}",
        f"features > {TELLING}": int((each > TELLING).sum()),
    }


def forest_auc(pair: Pair, seed: int) -> float:
    """AUC of the forest on stations it has not seen."""
    return round(pair.held_out_auc(forest_scores(pair.values, pair.simulated, pair.fold, pair.weight, seed)), 3)


def network_auc(pair: Pair, seed: int) -> float:
    """AUC of the network on stations it has not seen."""
    return round(pair.held_out_auc(network_scores(pair.planes, pair.simulated, pair.fold, pair.weight, seed)), 3)


def floor(real: Patches, seed: int) -> dict[str, Any]:
    """The same of one half of the stations against the other, all real: means over random halves.

    Parameters
    ----------
    real : of real files
    seed : of the halves
    """
    rng = np.random.default_rng([seed, 3])
    names = np.array(sorted(set(real.stations)))
    means, telling, forests = [], [], []
    for number in range(HALVES):
        half = set(names[rng.permutation(names.size)[: names.size // 2]].tolist())
        side = np.array([station in half for station in real.stations])
        weight = station_weights(real.stations, side)
        each = separations(real.features, side, weight)
        means.append(each.mean())
        telling.append((each > TELLING).sum())
        if number < FOREST_HALVES:
            # Both halves in every fold.
            folds = group_folds([s for s, here in zip(real.stations, side, strict=True) if here], FOLDS)
            folds |= group_folds([s for s, here in zip(real.stations, side, strict=True) if not here], FOLDS)
            pair = Pair(real.features, real.planes, side, real.stations, weight, np.array([folds[s] for s in real.stations]))
            forests.append(forest_auc(pair, seed))
    return {
        "mean single-feature AUC": round(float(np.mean(means)), 3),
        "5-95 % over stations": f"{np.quantile(means, 0.05):.3f}-{np.quantile(means, 0.95):.3f}",
        f"features > {TELLING}": round(float(np.mean(telling)), 1),
        "forest AUC": round(float(np.mean(forests)), 3),
    }
