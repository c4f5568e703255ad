"""How far single features tell two samples apart, stations counting alike."""

from collections.abc import Sequence

import numpy as np

LOW, HIGH = 5, 95  # percentiles of an interval


def station_weights(stations: Sequence[str], simulated: np.ndarray) -> np.ndarray:
    """Weights by which each station counts as one among the real patches and as one among the simulated.

    Parameters
    ----------
    stations : of each patch; a simulated one bears the name of the station that it stands beside
    simulated : (N,) bool ndarray

    Returns
    -------
    (N,) float64 ndarray, 1 in the sum of each station and sample
    """
    _, group = np.unique([f"{station} {made}" for station, made in zip(stations, simulated, strict=True)], return_inverse=True)
    return np.asarray(1 / np.bincount(group)[group])


def weighted_auc(score: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties half, both drawn by their weights.

    Parameters
    ----------
    score : (N,) ndarray
    truth : (N,) bool ndarray
    weight : (N,) ndarray, not negative

    Returns
    -------
    float; NaN where one of both has no weight
    """
    _, rank = np.unique(score, return_inverse=True)
    positive, negative = (np.bincount(rank[side], weight[side], rank.max() + 1) for side in (truth, ~truth))
    if not positive.sum() or not negative.sum():
        return float("nan")
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / positive.sum() / negative.sum())


def separations(values: np.ndarray, simulated: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """AUC of each feature, whichever way it points.

    Parameters
    ----------
    values : (N, K) ndarray, K features
    simulated : (N,) bool ndarray
    weight : (N,) ndarray

    Returns
    -------
    (K,) float64 ndarray, 0.5 to 1
    """
    areas = np.array([weighted_auc(column, simulated, weight) for column in values.T])
    return np.asarray(np.maximum(areas, 1 - areas))


def separation_interval(
    values: np.ndarray, simulated: np.ndarray, stations: Sequence[str], rounds: int, seed: int
) -> tuple[float, float]:
    """5th and 95th percentile of the mean separation when stations are drawn with replacement.

    Parameters
    ----------
    values : (N, K) ndarray, K features
    simulated : (N,) bool ndarray
    stations : N names
    rounds : drawings
    seed : of the drawings

    Returns
    -------
    (low, high)
    """
    rng = np.random.default_rng(seed)
    names, index = np.unique(stations, return_inverse=True)
    weight = station_weights(stations, simulated)
    means = []
    for _ in range(rounds):
        drawn = np.bincount(rng.integers(names.size, size=names.size), minlength=names.size)
        means.append(separations(values, simulated, weight * drawn[index]).mean())
    low, high = np.percentile(means, [LOW, HIGH])
    return float(low), float(high)
