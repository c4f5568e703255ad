"""Boosted decision trees as plain arrays: trained by scikit-learn, judged without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from models.compiled import njit


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Trees of one depth D, complete; a leaf that came early is repeated below itself.

    Attributes
    ----------
    feature : (T, 2**D - 1) int32 ndarray, column that each node asks for, level by level
    limit : (T, 2**D - 1) float32 ndarray; values up to it go left
    leaf : (T, 2**D) float32 ndarray, log odds that each leaf adds
    start : log odds before the first tree
    """

    feature: np.ndarray
    limit: np.ndarray
    leaf: np.ndarray
    start: float

    def log_odds(self, values: np.ndarray) -> np.ndarray:
        """(N,) float64 ndarray for (N, columns) ``values``."""
        odds = np.full(values.shape[0], self.start)
        _add_leaves(np.ascontiguousarray(values, dtype=np.float32), self.feature, self.limit, self.leaf, odds)
        return odds

    @classmethod
    def from_sklearn(cls, model: Any) -> Self:
        """The trees of a fitted binary `sklearn.ensemble.GradientBoostingClassifier`."""
        depth = model.max_depth
        feature = np.zeros((len(model.estimators_), 2**depth - 1), dtype=np.int32)
        limit = np.full(feature.shape, np.inf, dtype=np.float32)
        leaf = np.zeros((len(model.estimators_), 2**depth), dtype=np.float32)
        for index, (estimator,) in enumerate(model.estimators_):
            _copy(estimator.tree_, 0, 0, feature[index], limit[index], leaf[index], model.learning_rate)
        prior = float(model.init_.class_prior_[1])
        return cls(feature, limit, leaf, float(np.log(prior / (1 - prior))))

    def arrays(self) -> dict[str, np.ndarray]:
        """For a safetensors file."""
        return {"feature": self.feature, "limit": self.limit, "leaf": self.leaf, "start": np.array([self.start], dtype=np.float64)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """What `arrays` gave."""
        return cls(arrays["feature"], arrays["limit"], arrays["leaf"], float(arrays["start"][0]))


@njit(cache=True, nogil=True)
def _add_leaves(values, feature, limit, leaf, odds):  # type: ignore[no-untyped-def]
    """Add to each row's log odds the leaves that it comes to."""
    inner = feature.shape[1]
    for tree in range(feature.shape[0]):  # a tree stays in the cache while all rows ask it
        for row in range(values.shape[0]):
            node = 0
            while node < inner:
                node = 2 * node + 1 + (values[row, feature[tree, node]] > limit[tree, node])
            odds[row] += leaf[tree, node - inner]


def _copy(tree: Any, node: int, place: int, feature: np.ndarray, limit: np.ndarray, leaf: np.ndarray, rate: float) -> None:
    """Copy the subtree under ``node`` to ``place``; below a leaf both ways lead to its value."""
    if place >= feature.size:
        leaf[place - feature.size] = rate * tree.value[node, 0, 0]
        return
    inner = tree.children_left[node] >= 0
    if inner:
        # scikit-learn asks float32 value <= float64 limit; rounding the limit down keeps every answer.
        feature[place] = tree.feature[node]
        limit[place] = _rounded_down(tree.threshold[node])
    for way, child in enumerate((tree.children_left[node], tree.children_right[node])):
        _copy(tree, child if inner else node, 2 * place + 1 + way, feature, limit, leaf, rate)


def _rounded_down(number: float) -> np.float32:
    single = np.float32(number)
    return single if single <= number else np.nextafter(single, np.float32(-np.inf))
