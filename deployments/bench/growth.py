"""Whether a figure grows from night to night."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import linregress

MARGIN = 30  # nights at either end that are compared, fewer in a short run


@dataclass(frozen=True, slots=True)
class Growth:
    """A straight line through a figure of every night.

    Attributes
    ----------
    first, last : medians of the first and the last nights
    slope, error : a night, and its standard error; None for fewer than three nights
    """

    first: float
    last: float
    slope: float | None
    error: float | None

    def row(self, what: str) -> dict[str, Any]:
        """Row of a table."""
        return {
            "figure": what,
            "first nights": round(self.first, 2),
            "last nights": round(self.last, 2),
            "slope a night": None if self.slope is None else float(f"{self.slope:.3g}"),
            "standard error": None if self.error is None else float(f"{self.error:.2g}"),
        }


def growth(figures: Sequence[float], skip: int = 0) -> Growth:
    """Fit a line to figures of successive nights by least squares.

    Parameters
    ----------
    figures : one a night
    skip : nights at the start that are no part of it: a first night starts what later ones find warm
    """
    values = np.asarray(figures[min(skip, len(figures) - 1) :], dtype=float)
    margin = max(1, min(MARGIN, len(values) // 3))
    first, last = float(np.median(values[:margin])), float(np.median(values[-margin:]))
    if len(values) < 3:
        return Growth(first, last, None, None)
    line = linregress(np.arange(len(values)), values)
    # A figure that never changes has a slope of 0 with an error of 0; scipy divides by it and says nan.
    return Growth(first, last, float(line.slope), float(np.nan_to_num(line.stderr)))
