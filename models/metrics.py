"""Figures by which classifiers are judged."""

from collections.abc import Callable, Sequence

import numpy as np


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties half; NaN where one of them is missing."""
    positive, negative = np.sort(score[truth]), score[~truth]
    if not positive.size or not negative.size:
        return float("nan")
    below = np.searchsorted(positive, negative, side="left") + np.searchsorted(positive, negative, side="right")
    return float(1 - below.mean() / (2 * positive.size))


def average_precision(score: np.ndarray, truth: np.ndarray) -> float:
    """Mean precision at each positive, ranked by score; ties are ranked against us. NaN without a positive."""
    if not truth.any():
        return float("nan")
    ranked = truth[np.lexsort((truth, -score))]
    hits = np.cumsum(ranked)
    return float((hits[ranked] / (np.flatnonzero(ranked) + 1)).mean())


def false_alarm_rate(score: np.ndarray, truth: np.ndarray, recall: float) -> float:
    """Share of negatives at or above the score that finds ``recall`` of the positives; 1 where only a score of 0 does."""
    positive = np.sort(score[truth])[::-1]
    cut = positive[min(int(recall * positive.size), positive.size - 1)] if positive.size else 0.0
    return float((score[~truth] >= cut).mean()) if cut > 0 and (~truth).any() else 1.0


def brier(score: np.ndarray, truth: np.ndarray) -> float:
    """Mean squared error of the probabilities."""
    return float(np.mean((score - truth) ** 2))


def calibration_error(score: np.ndarray, truth: np.ndarray, bins: int = 8) -> float:
    """Expected calibration error over bins of equal count."""
    order = np.argsort(score, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return float(sum(part.size * abs(score[part].mean() - truth[part].mean()) for part in parts) / score.size)


def bootstrap_interval(
    figure: Callable[[np.ndarray, np.ndarray], float], score: np.ndarray, truth: np.ndarray, group: Sequence[str], rounds: int = 500
) -> tuple[float, float]:
    """5th and 95th percentile of a figure when whole groups (days) are drawn with replacement; fixed seed.

    Files of one day show the same bursts at many stations, so that drawing files would promise too much.
    """
    generator = np.random.default_rng(0)
    members = [np.flatnonzero(np.asarray(group) == name) for name in sorted(set(group))]
    values = []
    for _ in range(rounds):
        drawn = np.concatenate([members[index] for index in generator.integers(len(members), size=len(members))])
        values.append(figure(score[drawn], truth[drawn]))
    low, high = np.nanpercentile(values, [5, 95])
    return float(low), float(high)
