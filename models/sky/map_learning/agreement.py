"""How two maps agree, for both classes."""

from collections.abc import Iterable

import numpy as np


def agreement(pairs: Iterable[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Figures over all pixels of pairs of (found, truth), each a bool ndarray, True under cloud.

    Returns
    -------
    dict of accuracy, recall, false_alarms, iou_cloud, iou_clear, and fraction_mae, the mean error of a frame's share of cloud
    """
    counts, errors = np.zeros(4), []
    for found, truth in pairs:
        counts += (found & truth).sum(), (found & ~truth).sum(), (~found & truth).sum(), (~found & ~truth).sum()
        errors.append(abs(found.mean() - truth.mean()))
    hit, alarm, miss, quiet = counts
    return {
        "accuracy": float((hit + quiet) / counts.sum()),
        "recall": float(hit / max(hit + miss, 1)),
        "false_alarms": float(alarm / max(alarm + quiet, 1)),
        "iou_cloud": float(hit / max(hit + alarm + miss, 1)),
        "iou_clear": float(quiet / max(quiet + alarm + miss, 1)),
        "fraction_mae": float(np.mean(errors)),
    }
