"""Folds of whole groups: stations, or days."""

from collections import Counter
from collections.abc import Sequence


def group_folds(groups: Sequence[str], count: int) -> dict[str, int]:
    """Fold of each group: the largest first, each into the fold that holds least.

    Parameters
    ----------
    groups : of each patch
    count : number of folds

    Returns
    -------
    dict of fold by group
    """
    held = [0] * count
    folds = {}
    for group, size in sorted(Counter(groups).items(), key=lambda item: (-item[1], item[0])):
        folds[group] = held.index(min(held))
        held[folds[group]] += size
    return folds
