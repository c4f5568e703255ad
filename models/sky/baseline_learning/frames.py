"""Whole frames of the simulated camera, clear or cloudy, for the baselines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.metrics import auc, brier, calibration_error
from models.sky.clear_learning.training import HELD_OUT, LEAST_COVER, examples

SCENES, SEED = 900, 21
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFrames:
    """Frames (N, 128, 160) float32, ADU; cloudy (N,) bool: a twentieth of the field or more; apart (N,) bool: held out."""

    adu: np.ndarray
    cloudy: np.ndarray
    apart: np.ndarray


def labelled_frames(pattern: np.ndarray, progress: Progress, count: int = SCENES) -> LabelledFrames:
    """Draw frames as `sky-clear` learns from, of other seeds; every third is held out."""
    adu, cloudy = [], []
    for number, example in enumerate(examples(count, pattern, SEED)):
        adu.append(example.frame.adu)
        cloudy.append(example.cover >= LEAST_COVER)
        progress("simulated frames", number + 1, count)
    return LabelledFrames(np.stack(adu), np.array(cloudy), np.arange(len(adu)) % HELD_OUT == 0)


def platt(value: np.ndarray, cloudy: np.ndarray) -> np.ndarray:
    """(2,) float64 ndarray: slope and offset of the logistic that turns values into probabilities (Platt, 1999)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e3).fit(value[:, None], cloudy)
    return np.array([model.coef_[0, 0], model.intercept_[0]])


def figures(score: np.ndarray, cloudy: np.ndarray) -> dict[str, float]:
    """Figures of scores on held-out frames."""
    said = score >= 0.5
    return {
        "auc": auc(score, cloudy),
        "accuracy": float((said == cloudy).mean()),
        "accuracy_everything_cloud": float(cloudy.mean()),
        "recall": float(said[cloudy].mean()),
        "false_alarms": float(said[~cloudy].mean()),
        "brier": brier(score, cloudy),
        "calibration_error": calibration_error(score, cloudy),
    }
