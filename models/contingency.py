"""What yes/no forecasts are worth: the contingency table and the scores that follow from it."""

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True)
class Contingency:
    """Events and forecasts, counted; a score whose denominator is empty is NaN.

    Definitions as in Barnes et al. 2016 (ApJ 829, 89) and Kubo et al. 2017 (JSWSC 7, A20).

    Attributes
    ----------
    hits, misses : events that were forecast, and that were not
    false_alarms, correct_negatives : quiet times that were forecast as events, and that were not
    """

    hits: int
    misses: int
    false_alarms: int
    correct_negatives: int

    @classmethod
    def of(cls, forecast: np.ndarray, truth: np.ndarray) -> Self:
        """Count two (N,) bool ndarrays."""
        forecast, truth = np.asarray(forecast, dtype=bool), np.asarray(truth, dtype=bool)
        return cls(*(int(np.sum((forecast == said) & (truth == was))) for said, was in ((1, 1), (0, 1), (1, 0), (0, 0))))

    @property
    def probability_of_detection(self) -> float:
        """Share of the events that were forecast (POD, recall)."""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def probability_of_false_detection(self) -> float:
        """Share of the quiet times that were forecast as events (POFD)."""
        return _ratio(self.false_alarms, self.false_alarms + self.correct_negatives)

    @property
    def false_alarm_ratio(self) -> float:
        """Share of the forecast events that did not come (FAR)."""
        return _ratio(self.false_alarms, self.hits + self.false_alarms)

    @property
    def frequency_bias(self) -> float:
        """Events forecast for each that came; 1 is right."""
        return _ratio(self.hits + self.false_alarms, self.hits + self.misses)

    @property
    def true_skill_statistic(self) -> float:
        """POD less POFD (TSS): 1 is perfect, 0 any constant or random forecast; it does not depend on how frequent events are."""
        return self.probability_of_detection - self.probability_of_false_detection

    @property
    def heidke_skill_score(self) -> float:
        """Share of right forecasts beyond what chance gives with these margins (HSS); not comparable between base rates."""
        a, b, c, d = self.hits, self.misses, self.false_alarms, self.correct_negatives
        return _ratio(2 * (a * d - b * c), (a + b) * (b + d) + (a + c) * (c + d))

    @property
    def appleman_skill_score(self) -> float:
        """Share of the errors of the better constant forecast that are avoided (ApSS)."""
        constant = min(self.hits + self.misses, self.false_alarms + self.correct_negatives)
        return 1 - _ratio(self.misses + self.false_alarms, constant)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
