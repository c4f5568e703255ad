"""Trees that tell the types of spots, learnt from boxes on real and simulated files."""

from collections.abc import Callable

import numpy as np

from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_planes import TYPES
from models.radio.burst_types import TypeTrees
from models.radio.candidates import MEASURES
from models.radio.labelled import UNSURE
from models.radio.spots import Spots, spots_of
from models.trees import Trees

ROUNDS, DEPTH = 100, 3
BOOSTING = {"learning_rate": 0.06, "subsample": 0.5, "min_samples_leaf": 20, "max_features": 5}
# A spot has a box's type where they share this much of their union, in time and frequency.
LEAST_OVERLAP = 0.1
# Simulated files stand in for types that are in few real ones, I and V; each weighs less than a real file. With 300 of them
# the macro F1 of 698 simulated bursts is 0.831, with 1,500 0.840; real boxes are told as well with either.
SIMULATED_SEED, SIMULATED_FILES, SIMULATED_WEIGHT = 2, 1500, 0.3
# Types weigh as the root of how often they are seen: one real box of 35 is a type IV.
BALANCE = 0.5


def fit_types(spots: list[Spots]) -> TypeTrees:
    """One type against all others, for each of `TYPES`.

    Parameters
    ----------
    spots : of real and simulated files, `MEASURES` first in their tables
    """
    from sklearn.ensemble import GradientBoostingClassifier  # here, so that judging never imports scikit-learn

    kinds = [spot_types(item) for item in spots]
    kind = np.concatenate(kinds)
    known = kind >= 0
    kind = kind[known]
    table = np.concatenate([item.table[:, : len(MEASURES)] for item in spots])[known]
    weight = np.concatenate([np.full(item.label.size, item.weight) for item in spots])[known]
    total = np.array([max(weight[kind == place].sum(), 1e-9) for place in range(len(TYPES))])
    weight *= total[kind] ** -BALANCE
    weight /= weight.mean()
    trees = []
    for place in range(len(TYPES)):
        if 0 < np.count_nonzero(kind == place) < kind.size:
            model = GradientBoostingClassifier(n_estimators=ROUNDS, max_depth=DEPTH, random_state=0, **BOOSTING).fit(
                table, kind == place, sample_weight=weight
            )
            trees.append(Trees.from_sklearn(model))
        else:
            trees.append(_constant(5.0 if (kind == place).any() else -5.0))
    return TypeTrees(tuple(trees))


def _constant(log_odds: float) -> Trees:
    """Trees that always say the same, for a type that no spot has, or all."""
    nodes, leaves = (ROUNDS, 2**DEPTH - 1), (ROUNDS, 2**DEPTH)
    return Trees(np.zeros(nodes, np.int32), np.full(nodes, np.inf, np.float32), np.zeros(leaves, np.float32), log_odds)


def simulated_spots(progress: Callable[[str, int, int], None]) -> list[Spots]:
    """Spots of simulated files with the boxes of their bursts."""
    spots = []
    for number in range(SIMULATED_FILES):
        spots.append(spots_of(draw_scene(SIMULATED_SEED, number).labelled, SIMULATED_WEIGHT))
        progress("types", number + 1, SIMULATED_FILES)
    return spots


def spot_types(spots: Spots) -> np.ndarray:
    """(N,) int ndarray: index into `TYPES` of the box that shares most with each spot, -1 where none shares enough."""
    example = spots.example
    boxes = [box for box in example.boxes if box.confidence != UNSURE and box.type.removesuffix("g") in TYPES]
    kinds = np.full(len(spots.found), -1)
    if not boxes or not example.scored:
        return kinds
    frequency = example.prepared.frequency_mhz[example.prepared.good]
    start = example.prepared.t_start
    drawn = np.array(
        [
            [
                (box.t_start - start).total_seconds(),
                (box.t_end - start).total_seconds(),
                box.frequency_low_mhz,
                box.frequency_high_mhz,
            ]
            for box in boxes
        ]
    )
    for index, (item, (first, last)) in enumerate(zip(spots.found, spots.spans, strict=True)):
        low, high = frequency[item.blob.y0], frequency[item.blob.y1 - 1]
        time = np.clip(np.minimum(drawn[:, 1], last) - np.maximum(drawn[:, 0], first), 0, None)
        band = np.clip(np.minimum(drawn[:, 3], high) - np.maximum(drawn[:, 2], low), 0, None)
        union = (drawn[:, 1] - drawn[:, 0]) * (drawn[:, 3] - drawn[:, 2]) + (last - first) * (high - low) - time * band
        share = time * band / np.maximum(union, 1e-9)
        if share.max() >= LEAST_OVERLAP:
            kinds[index] = TYPES.index(boxes[int(share.argmax())].type.removesuffix("g"))
    return kinds
