"""Which type a spot is: boosted trees over its measures, and the network's map, vote for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.radio.burst_planes import TYPES
from models.trees import Trees

# No type is ruled out by one vote alone.
FLOOR = 0.02
# The map's part of the vote: simulated files of other seeds gain (macro F1 0.776 for 0.751 with one half), real boxes do not care.
MAP_WEIGHT = 0.65
# Half of the boxes drawn as single type III last up to 20 s, one in ten 42 s; one in ten groups less than 54 s.
GROUP_S = 45.0
# A spot whose type has less than this of all is named `unclassified`.
LEAST_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class TypeTrees:
    """One set of trees for each of `TYPES`, of one depth and number: log odds against all other types."""

    trees: tuple[Trees, ...]

    def shares(self, measures: np.ndarray, said: np.ndarray) -> np.ndarray:
        """Share of each type in each spot: weighted geometric mean of the trees' and the network's.

        Parameters
        ----------
        measures : (N, measures) float32 ndarray, as the gate takes them
        said : (N, 5) float32 ndarray, shares of the network's map

        Returns
        -------
        (N, 5) float64 ndarray, rows summing to 1
        """
        odds = np.stack([trees.log_odds(measures) for trees in self.trees], axis=1).reshape(-1, len(TYPES))
        voted = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        voted /= np.maximum(voted.sum(axis=1, keepdims=True), 1e-9)
        both = (voted + FLOOR) ** (1 - MAP_WEIGHT) * (said + FLOOR) ** MAP_WEIGHT
        return np.asarray(both / both.sum(axis=1, keepdims=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """For a safetensors file."""
        parts = [trees.arrays() for trees in self.trees]
        return {f"type_{name}": np.stack([part[name] for part in parts]) for name in parts[0]}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """What `arrays` gave."""
        names = ("feature", "limit", "leaf", "start")
        return cls(tuple(Trees.from_arrays({name: arrays[f"type_{name}"][place] for name in names}) for place in range(len(TYPES))))


def type_of(shares: np.ndarray, duration_s: float) -> str:
    """The type with the largest share, "IIIg" where type III lasts, "unclassified" where none has enough."""
    best = int(shares.argmax())
    return "unclassified" if shares[best] < LEAST_SHARE else label_of(best, duration_s)


def label_of(kind: int, duration_s: float) -> str:
    """Name of ``TYPES[kind]``, "IIIg" where type III lasts."""
    return "IIIg" if TYPES[kind] == "III" and duration_s > GROUP_S else TYPES[kind]
