"""What tells noise storms from interference, learnt from boxes on real and simulated files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.radio.burst_learning.scenes import draw_scene
from models.radio.labelled import LabelledSpectrogram, blob_labels
from models.radio.sightings import STORM
from models.radio.storms import COLUMNS, StormJudge, Storms

# Real storms are in few files: without simulated ones nothing can be learnt of them.
SIMULATED_SEED, SIMULATED_FILES = 3, 400
# Inverse strength of the weights' ridge, in units of the columns' spread.
RIDGE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class LabelledStorms:
    """What may be storms in a file, with what the reader says.

    Attributes
    ----------
    example : the file, or a part of its band
    storms : N of them
    weight : of each in training
    """

    example: LabelledSpectrogram
    storms: Storms
    weight: float

    @property
    def label(self) -> np.ndarray:
        """(N,) int ndarray: 1 a storm, 0 not, -1 doubtful; bursts of other types are none."""
        boxes = tuple(box for box in self.example.boxes if box.type == STORM)
        return blob_labels(replace(self.example, boxes=boxes), [item.blob for item in self.storms.found])


def fit_storms(files: Sequence[LabelledStorms]) -> StormJudge:
    """Logistic regression on what is not doubtful; a judge that knows the share of storms alone where all are, or none."""
    from sklearn.linear_model import LogisticRegression  # here, so that judging never imports scikit-learn

    table = np.concatenate([item.storms.table for item in files])
    label = np.concatenate([item.label for item in files])
    weight = np.concatenate([np.full(item.label.size, item.weight) for item in files])
    sure = label >= 0
    table, label, weight = table[sure], label[sure], weight[sure]
    if not 0 < np.count_nonzero(label) < label.size:
        return StormJudge(np.zeros(len(COLUMNS)), 5.0 if label.any() else -5.0)
    middle, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    model = LogisticRegression(C=RIDGE).fit((table - middle) / spread, label, sample_weight=weight)
    weights = model.coef_[0] / spread
    return StormJudge(weights, float(model.intercept_[0] - weights @ middle))


def storm_scenes(progress: Callable[[str, int, int], None]) -> list[LabelledSpectrogram]:
    """Simulated files with the boxes of their bursts."""
    scenes = []
    for number in range(SIMULATED_FILES):
        scenes.append(draw_scene(SIMULATED_SEED, number).labelled)
        progress("storms", number + 1, SIMULATED_FILES)
    return scenes
