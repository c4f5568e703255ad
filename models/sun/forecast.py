"""What came of forecasts of flares, and what they were worth."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.contingency import Contingency
from models.metrics import brier
from models.reliability import brier_skill_score
from models.sun.flares import Flare, in_progress, largest_within

EVENT = "C1"


def what_came(flares: Sequence[Flare], moment: datetime) -> Flare | None:
    """The largest flare that is in progress at a moment or peaks within 24 h after it; None where there is none."""
    found = [flare for flare in (in_progress(flares, moment), largest_within(flares, moment)) if flare]
    return max(found, key=lambda flare: flare.peak.operational, default=None)


def night_figures(probability: np.ndarray, positive: np.ndarray, event: np.ndarray) -> dict[str, float]:
    """The contingency table of some forecasts, POD, FAR and the Brier score; what has no value is left out.

    Parameters
    ----------
    probability : (N,) float ndarray, N >= 1
    positive, event : (N,) bool ndarrays, whether a flare was forecast, and whether one came
    """
    table = Contingency.of(positive, event)
    figures = {
        "forecasts": float(event.size),
        "hits": float(table.hits),
        "misses": float(table.misses),
        "false_alarms": float(table.false_alarms),
        "correct_negatives": float(table.correct_negatives),
        "brier": brier(probability, event),
        "pod": table.probability_of_detection,
        "far": table.false_alarm_ratio,
    }
    return {name: value for name, value in figures.items() if not math.isnan(value)}


def skill_figures(probability: np.ndarray, positive: np.ndarray, event: np.ndarray) -> dict[str, float]:
    """TSS, HSS and BSS (over the climatology of these very forecasts), and of how many; only their number where a class lacks.

    Parameters
    ----------
    probability, positive, event : as in `night_figures`
    """
    figures = {"forecasts_30_nights": float(event.size), "events_30_nights": float(event.sum())}
    if event.all() or not event.any():
        return figures
    table = Contingency.of(positive, event)
    return figures | {
        "tss_30_nights": table.true_skill_statistic,
        "hss_30_nights": table.heidke_skill_score,
        "bss_30_nights": brier_skill_score(probability, event),
    }
