"""The McIntosh-Poisson forecast: flares come as often as sunspot groups of the same class had them, whatever a picture shows.

``data/mcintosh_flares.csv`` counts flares and days of each class over 1969 to 1976 (Kildahl 1980) and December 1988 to June 1996
(NOAA), as Bloomfield et al. (2012, ApJ 747, L41) used and SolarMonitor publishes them (solarmonitor/solarmonitoridl,
flarehist.txt); C flares are of the later years alone, raised to the days of both. P = 1 - exp(-rate): Gallagher et al. (2002,
Solar Physics 209, 171).
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "data" / "mcintosh_flares.csv"
LETTERS = ("c", "m", "x")


@cache
def _counts() -> dict[str, np.ndarray]:
    """Flares of class C, M and X, and days, by McIntosh class; under its first letter those of all classes that begin with it."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        counts = {row["class"]: np.array([float(row[key]) for key in (*LETTERS, "days")]) for row in csv.DictReader(stream)}
    zurich = {letter: sum(item for name, item in counts.items() if name[0] == letter) for letter in {name[0] for name in counts}}
    return counts | {letter: np.asarray(total) for letter, total in zurich.items()}


def flare_rate(mcintosh: str, letter: str) -> float:
    """Flares of a GOES class and above that a group has in 24 h.

    A class that was never seen then has the rate of all that share its first letter, which is the group's Zurich class.

    Parameters
    ----------
    mcintosh : class as NOAA writes it, "Cao"; "" of a region without spots, which the table does not tell of: 0
    letter : "C", "M" or "X"
    """
    counts = _counts().get(mcintosh, _counts().get(mcintosh[:1]))
    if counts is None:
        return 0.0
    return float(counts[LETTERS.index(letter.lower()) : -1].sum() / counts[-1])


def flare_probability(classes: Iterable[str], letter: str) -> float:
    """Probability that at least one flare of a GOES class and above comes within 24 h of any of the groups; of one alone for one.

    Parameters
    ----------
    classes : McIntosh class of each group
    letter : as of `flare_rate`
    """
    return float(-np.expm1(-sum(flare_rate(mcintosh, letter) for mcintosh in classes)))
