"""What one model version says of one observation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

import numpy as np

State = Literal["judged", "declined", "skipped"]


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing found in one observation.

    Attributes
    ----------
    label : what it is, a burst type or a region class
    score : float in [0, 1], probability that it is real
    t_start, t_peak, t_end : aware UTC datetimes by the file's own clock, None where unknown
    frequency_low_mhz, frequency_high_mhz : float, MHz, None for images
    box : (x0, y0, x1, y1) in pixels of the observation's own array, None where it says nothing
    attributes : further measures, each key naming its unit
    """

    label: str
    score: float
    t_start: datetime | None = None
    t_peak: datetime | None = None
    t_end: datetime | None = None
    frequency_low_mhz: float | None = None
    frequency_high_mhz: float | None = None
    box: tuple[float, float, float, float] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One model version on one observation: judged with a score, or declined or skipped with a reason.

    Attributes
    ----------
    model, version : the model version that speaks
    state : "judged", "declined" or "skipped"
    reason : why it did not judge, empty where it did
    label : the class it decided for, None unless judged
    score : float in [0, 1], calibrated probability of the positive class, None unless judged
    threshold : float, stored with the version; ``positive`` is score >= threshold and nothing else
    scores : further label scores
    detections : what was found, candidates below the threshold among them
    metrics : measures of the whole observation
    embedding : (D,) float32 ndarray of length 1, by which like observations are found; None of most models
    """

    model: str
    version: str
    state: State
    reason: str = ""
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    detections: tuple[Detection, ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    embedding: np.ndarray | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.state == "judged":
            if self.score is None or self.threshold is None or self.label is None or not 0 <= self.score <= 1:
                raise ValueError(f"{self.model}: a judged verdict needs a label, a threshold and a score in [0, 1]")
        elif not self.reason or self.score is not None or self.label is not None:
            raise ValueError(f"{self.model}: a {self.state} verdict needs a reason and no score")

    @property
    def positive(self) -> bool | None:
        """Score at or above the stored threshold; None unless judged."""
        return None if self.score is None or self.threshold is None else self.score >= self.threshold

    @classmethod
    def declined(cls, model: str, version: str, reason: str) -> Self:
        """The observation is good, but not for this model."""
        return cls(model, version, "declined", reason)

    @classmethod
    def skipped(cls, model: str, version: str, reason: str) -> Self:
        """The model cannot be had."""
        return cls(model, version, "skipped", reason)
