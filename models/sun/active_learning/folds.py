"""Rolling origin: learn from what was known before a year, forecast the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from models.sun.active_learning.disk import LabelledDisk

# An active region crosses the disk in two weeks and may come back after another two.
GAP = timedelta(days=30)
BLOCKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One year to be forecast.

    Attributes
    ----------
    name : the year
    train, test : indices of disks
    """

    name: str
    train: np.ndarray
    test: np.ndarray


def rolling_folds(disks: Sequence[LabelledDisk]) -> list[Fold]:
    """A fold for each year but the first: trained on disks whose labels were known 30 days before the year began.

    Parameters
    ----------
    disks : in order of time
    """
    year = np.array([disk.t_start.year for disk in disks])
    folds = []
    for number in sorted(set(year.tolist()))[1:]:
        begin = datetime(number, 1, 1, tzinfo=UTC)
        train = np.flatnonzero([disk.known_at < begin - GAP for disk in disks])
        folds.append(Fold(str(number), train, np.flatnonzero(year == number)))
    return folds


def inner_folds(disks: Sequence[LabelledDisk]) -> list[Fold]:
    """Four blocks of time, each to be judged by what learnt from the others, 30 days apart: for validation, never for figures.

    Parameters
    ----------
    disks : those of one training, in order of time
    """
    folds = []
    for number, block in enumerate(np.array_split(np.arange(len(disks)), BLOCKS)):
        first, last = disks[block[0]].t_start - GAP, disks[block[-1]].known_at + GAP
        apart = np.flatnonzero([disk.known_at < first or disk.t_start > last for disk in disks])
        folds.append(Fold(f"block {number + 1}", apart, block))
    return folds
