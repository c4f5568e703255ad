"""What probabilities are worth: skill over climatology, the reliability diagram, the ROC curve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics import brier


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts of about one probability.

    Attributes
    ----------
    low, high : bounds of the bin, the higher one outside unless it is 1
    count : forecasts in it
    forecast : their mean probability, NaN in an empty bin
    observed : share of events among them, NaN in an empty bin
    """

    low: float
    high: float
    count: int
    forecast: float
    observed: float


def brier_skill_score(score: np.ndarray, truth: np.ndarray, climatology: float | None = None) -> float:
    """Share of the Brier score of a constant forecast that is avoided (BSS); NaN where that constant is never wrong.

    Parameters
    ----------
    score : (N,) float ndarray, probabilities
    truth : (N,) bool ndarray
    climatology : the constant; None takes the share of events in ``truth`` itself, which no forecaster knows beforehand, so that
        this is the harder reference
    """
    rate = float(truth.mean()) if climatology is None else climatology
    reference = brier(np.full(truth.size, rate), truth)
    return 1 - brier(score, truth) / reference if reference else float("nan")


def reliability(score: np.ndarray, truth: np.ndarray, edges: Sequence[float]) -> list[ReliabilityBin]:
    """Forecast and observed frequency in bins of probability.

    Parameters
    ----------
    score : (N,) float ndarray, probabilities
    truth : (N,) bool ndarray
    edges : ascending, from 0 to 1
    """
    place = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, len(edges) - 2)
    bins = []
    for index in range(len(edges) - 1):
        here = place == index
        forecast, observed = (float(part[here].mean()) if here.any() else float("nan") for part in (score, truth))
        bins.append(ReliabilityBin(edges[index], edges[index + 1], int(here.sum()), forecast, observed))
    return bins


def roc(score: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rate at every threshold, from (0, 0) to (1, 1).

    Parameters
    ----------
    score : (N,) float ndarray
    truth : (N,) bool ndarray with events and quiet times

    Returns
    -------
    two (K + 1,) float ndarrays for K different scores
    """
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), score.size - 1)
    hits, alarms = np.cumsum(truth[order])[last], np.cumsum(~truth[order])[last]
    return np.append(0, alarms / max(int((~truth).sum()), 1)), np.append(0, hits / max(int(truth.sum()), 1))
