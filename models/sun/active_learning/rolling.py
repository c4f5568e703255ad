"""Forecasts of every year by what was known before it, and what they are worth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.contingency import Contingency
from models.metrics import auc, bootstrap_interval, brier
from models.reliability import brier_skill_score
from models.sun.active_learning.disk import EVENTS, LabelledDisk, truth
from models.sun.active_learning.folds import inner_folds, rolling_folds
from models.sun.active_learning.recipes import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Rolled:
    """Forecasts of one recipe for all years but the first.

    Attributes
    ----------
    score, event : (N, 2) float and bool ndarrays, probability and truth of each of `EVENTS`
    threshold, rate : (N, 2) float ndarrays, chosen on validation, and the share of events, both within the training of that year
    fold, day : of each forecast
    """

    score: np.ndarray
    event: np.ndarray
    threshold: np.ndarray
    rate: np.ndarray
    fold: list[str]
    day: list[str]


def roll(
    recipe: Recipe,
    disks: list[LabelledDisk],
    progress: Callable[[int, int], None],
    choose: Callable[[Recipe, list[LabelledDisk]], np.ndarray] | None = None,
) -> Rolled:
    """Learn before each year, and forecast it.

    Parameters
    ----------
    recipe : what learns
    disks : in order of time
    progress : told of years done, and how many there are
    choose : the threshold of each of `EVENTS` for one training; None takes `validated_threshold`
    """
    event = truth(disks)
    scores, thresholds, rates, names, tests = [], [], [], [], []
    folds = rolling_folds(disks)
    for number, fold in enumerate(folds):
        known = [disks[index] for index in fold.train]
        scores.append(recipe(known)([disks[index] for index in fold.test]))
        shape = (fold.test.size, 1)
        thresholds.append(np.tile((choose or validated_threshold)(recipe, known), shape))
        rates.append(np.tile(event[fold.train].mean(axis=0), shape))
        names += [fold.name] * fold.test.size
        tests.append(fold.test)
        progress(number + 1, len(folds))
    test = np.concatenate(tests)
    return Rolled(
        np.concatenate(scores), event[test], np.concatenate(thresholds), np.concatenate(rates), names,
        [disks[index].day for index in test],
    )  # fmt: skip


def validated_threshold(recipe: Recipe, disks: list[LabelledDisk]) -> np.ndarray:
    """(2,) float ndarray: the threshold for each of `EVENTS`, from validation within a training.

    Each block of time is judged by what learnt from the others. On the last third of the training, whose Sun is most like the
    next year's, the threshold lies midway between the mean log odds of events and of quiet days: where two bell curves of one width
    would have their highest TSS. The threshold of highest TSS itself jumps with every disk of so few.
    """
    event = truth(disks)
    score = np.zeros(event.shape)
    for fold in inner_folds(disks):
        score[fold.test] = recipe([disks[index] for index in fold.train])([disks[index] for index in fold.test])
    late = np.arange(len(disks)) >= 2 * len(disks) // 3
    return np.array([_midway(score[:, column], event[:, column], late) for column in range(len(EVENTS))])


def _midway(score: np.ndarray, event: np.ndarray, late: np.ndarray) -> float:
    kept = late if event[late].any() and not event[late].all() else np.ones_like(late)
    if not event[kept].any() or event[kept].all():
        return float(event.mean())
    odds = np.clip(score[kept], 1e-6, 1 - 1e-6)
    odds = np.log(odds / (1 - odds))
    return float(1 / (1 + np.exp(-(odds[event[kept]].mean() + odds[~event[kept]].mean()) / 2)))


def skill(rolled: Rolled, column: int) -> dict[str, float]:
    """All figures of one of `EVENTS`; those ending in _low and _high bound 90 % of bootstrap draws of whole days.

    Parameters
    ----------
    rolled : forecasts
    column : of the event in `EVENTS`
    """
    score, event = rolled.score[:, column], rolled.event[:, column]
    alarm = score >= rolled.threshold[:, column]
    table = Contingency.of(alarm, event)
    intervals = {
        "auc": bootstrap_interval(auc, score, event, rolled.day),
        "tss": bootstrap_interval(_tss, alarm.astype(float), event, rolled.day),
        "bss": bootstrap_interval(brier_skill_score, score, event, rolled.day),
    }
    reference = brier(rolled.rate[:, column], event)
    return {
        "events": float(event.sum()),
        "auc": auc(score, event),
        "tss": table.true_skill_statistic,
        "hss": table.heidke_skill_score,
        "bss": brier_skill_score(score, event),
        "bss_of_training": 1 - brier(score, event) / reference,
        "brier": brier(score, event),
        "hits": float(table.hits),
        "misses": float(table.misses),
        "false_alarms": float(table.false_alarms),
        "correct_negatives": float(table.correct_negatives),
        "pod": table.probability_of_detection,
        "far": table.false_alarm_ratio,
        "bias": table.frequency_bias,
        **{f"{key}_{side}": bound for key, pair in intervals.items() for side, bound in zip(("low", "high"), pair, strict=True)},
        **{f"auc_{fold}": auc(*_of_fold(rolled, column, fold)) for fold in sorted(set(rolled.fold))},
    }


def skills(rolled: Rolled) -> dict[str, float]:
    """Figures of all `EVENTS`, named ``C_auc`` and so on."""
    return {f"{name}_{key}": value for column, name in enumerate(EVENTS) for key, value in skill(rolled, column).items()}


def _tss(alarm: np.ndarray, event: np.ndarray) -> float:
    return Contingency.of(alarm > 0, event).true_skill_statistic


def _of_fold(rolled: Rolled, column: int, fold: str) -> tuple[np.ndarray, np.ndarray]:
    here = np.array(rolled.fold) == fold
    return rolled.score[here, column], rolled.event[here, column]
