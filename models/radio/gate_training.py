"""Training of `radio-gate` on labelled files, leaving out whole days in turn to know what it is worth."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import Declined
from models.radio.evaluation import Judged, Show, figures, file_scores
from models.radio.gate import RadioGate, check_spectrogram, distinct, file_evidence, logistic
from models.radio.gate_card import write_gate_card
from models.radio.labelled import LabelledSpectrogram
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.spots import Spots, parts_of, spots_of
from models.trees import Trees
from models.weights_file import save_arrays, sha256

# Shallow and slow, half the spots and five measures a split: 18 days are few. Chosen among four settings, after some
# forty variants of measures and augmentations had been compared on the same folds.
BOOSTING = {"n_estimators": 200, "max_depth": 4, "learning_rate": 0.04, "subsample": 0.5, "min_samples_leaf": 72, "max_features": 5}
# Of the quiet files one in ten may raise an alarm. On a usual night 5-13 % of the files hold a burst, not the 73 % of these, so
# that the threshold is set by false alarms and not by 0.5.
FALSE_ALARMS = 0.10
FOLDS = 6


def train(examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str) -> dict[str, float]:
    """Cross-validate by day, fit on all, write weights and card.

    Parameters
    ----------
    examples : labelled spectrograms; those that the gate declines are left out
    weights : folder for ``radio-gate.safetensors`` and ``radio-gate.md``
    command, data : what the card says of its making

    Returns
    -------
    dict of the cross-validated figures
    """
    files, parts = [], []
    for example in filter(accepted, examples):
        files.append(spots_of(example))
        parts.extend(parts_of(example))
    odds = held_out(files, parts)
    blob_scale, file_scale = blob_platt(files, odds), file_platt(files, odds)
    judged = calibrated_by_day(files, odds)
    threshold = quiet_quantile(judged)
    arrays = Trees.from_sklearn(fit(files + parts)).arrays() | {
        "blob_scale": blob_scale,
        "file_scale": file_scale,
        "threshold": np.array([threshold]),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), dtype=np.uint8),
    }
    save_arrays(RadioGate.weights or "", arrays, weights)
    return write_figures(judged, weights, command, data)


def evaluate(
    examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str, show: Show | None = None
) -> dict[str, float]:
    """Cross-validate the recipe, judge the files with the weights in ``weights``, and write the card anew; as `train`.

    ``show`` is told of the cross-validated judgements.
    """
    files, parts = [], []
    for example in filter(accepted, examples):
        files.append(spots_of(example))
        parts.extend(parts_of(example))
    judged = calibrated_by_day(files, held_out(files, parts))
    if show:
        show(judged, RadioGate("cpu", weights).threshold)
    return write_figures(judged, weights, command, data)


def write_figures(judged: list[Judged], weights: Path, command: str, data: str) -> dict[str, float]:
    """Write the card of the weights in ``weights``; return the figures of ``judged``, the held-out judgements."""
    gate = RadioGate("cpu", weights)
    in_sample = [Judged.from_verdict(item.example, gate.score([item.example.prepared])[0]) for item in judged]
    crossed = figures(judged, gate.threshold)
    checksum = sha256(RadioGate.weights or "", weights) or ""
    write_gate_card(weights, gate.threshold, checksum, command, data, crossed, figures(in_sample, gate.threshold))
    return crossed


def fit(files: list[Spots]) -> Any:
    """Boosted trees on the spots that are not doubtful."""
    from sklearn.ensemble import GradientBoostingClassifier  # here, so that judging never imports scikit-learn

    table = np.concatenate([item.table for item in files])
    label = np.concatenate([item.label for item in files])
    weight = np.concatenate([np.full(item.label.size, item.weight) for item in files])
    sure = label >= 0
    model = GradientBoostingClassifier(random_state=0, **BOOSTING)
    return model.fit(table[sure], label[sure], sample_weight=weight[sure])


def held_out(files: list[Spots], parts: list[Spots]) -> list[np.ndarray]:
    """Log odds of every file's spots from trees that saw no file of its day: the days in `FOLDS` groups of about equal size."""
    odds: list[np.ndarray] = [np.empty(0)] * len(files)
    group = fold_of_day([item.example.day for item in files])
    for fold in range(FOLDS):
        trees = Trees.from_sklearn(fit([item for item in files + parts if group[item.example.day] != fold]))
        for index, item in enumerate(files):
            if group[item.example.day] == fold:
                odds[index] = trees.log_odds(item.table)
    return odds


def fold_of_day(days: list[str]) -> dict[str, int]:
    """Fold of each day, given the day of each file: the day with most files first, each into the fold that holds fewest."""
    count = Counter(days)
    size, fold = [0] * FOLDS, {}
    for day in sorted(count, key=lambda day: (-count[day], day)):
        fold[day] = size.index(min(size))
        size[fold[day]] += count[day]
    return fold


def folds(files: Sequence[LabelledSpectrogram]) -> np.ndarray:
    """(N,) int ndarray: fold of each file's day."""
    group = fold_of_day([file.day for file in files])
    return np.array([group[file.day] for file in files])


def calibrated_by_day(files: list[Spots], odds: list[np.ndarray]) -> list[Judged]:
    """Held-out judgements, each calibrated on the held-out odds of the other folds."""
    judged = []
    group = fold_of_day([item.example.day for item in files])
    for fold in range(FOLDS):
        others = [index for index, item in enumerate(files) if group[item.example.day] != fold]
        rest = [files[index] for index in others], [odds[index] for index in others]
        blob_scale, file_scale = blob_platt(*rest), file_platt(*rest)
        for item, evidence in zip(files, odds, strict=True):
            if group[item.example.day] == fold:
                scores = logistic(evidence, blob_scale)
                shown = tuple((*item.spans[index], float(scores[index])) for index in distinct(item.found, scores))
                judged.append(Judged(item.example, float(logistic(file_evidence(evidence), file_scale)[0]), shown))
    return judged


def blob_platt(files: list[Spots], odds: list[np.ndarray]) -> np.ndarray:
    """Platt's scale (a, b) of spots."""
    label = np.concatenate([item.label for item in files])
    return platt(np.concatenate(odds)[label >= 0], label[label >= 0])


def file_platt(files: list[Spots], odds: list[np.ndarray]) -> np.ndarray:
    """Platt's scale (a, b) of files."""
    counted = [(item, evidence) for item, evidence in zip(files, odds, strict=True) if item.example.scored]
    best = np.array([file_evidence(evidence)[0] for _, evidence in counted])
    return platt(best, np.array([item.example.label == "burst" for item, _ in counted], dtype=int))


def quiet_quantile(judged: list[Judged], reached: float = FALSE_ALARMS) -> float:
    """The score that the share ``reached`` of the quiet files reaches, rounded to a hundredth."""
    score, truth, _ = file_scores(judged)
    return float(np.round(np.quantile(score[~truth], 1 - reached), 2))


def platt(evidence: np.ndarray, label: np.ndarray) -> np.ndarray:
    """(a, b) of 1 / (1 + exp(-(a x + b))), lightly regularised."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0).fit(evidence[:, None], label)
    return np.array([model.coef_[0, 0], model.intercept_[0]])


def accepted(example: LabelledSpectrogram) -> bool:
    """False where the gate declines."""
    try:
        check_spectrogram(example.prepared)
    except Declined:
        return False
    return True
