"""Whether the types of detections are those that people saw."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.metrics import bootstrap_interval
from models.radio.evaluation import Judged
from models.radio.labelled import BurstBox
from models.verdict import Detection

TYPED = ("II", "III", "IIIg", "IV")  # I and V are too few for figures


def seen_types(judged: Sequence[Judged]) -> list[tuple[str, str, str]]:
    """Drawn type, type of the detection that shares most with the box ("" where none touches it), and day, of each sure box.

    A group of type III counts as type III: where one ends and the other begins is taste.
    """
    rows = []
    for item in judged:
        if not item.example.scored:
            continue
        for box in item.example.boxes:
            if box.confidence == "sure" and box.type in TYPED:
                best = max(item.detections, key=lambda found: shared_share(box, found), default=None)
                label = best.label.removesuffix("g") if best is not None and shared_share(box, best) > 0 else ""
                rows.append((box.type.removesuffix("g"), label, item.example.day))
    return rows


def type_figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Share of sure boxes of types II, III and IV whose best detection has their type, with 90 % of bootstrap draws of days."""
    rows = seen_types(judged)
    right = np.array([drawn == label for drawn, label, _ in rows], dtype=float)
    low, high = bootstrap_interval(
        lambda score, _: float(score.mean()), right, np.ones(right.size, bool), [day for *_, day in rows]
    )
    counts = Counter((drawn, drawn == label, label == "") for drawn, label, _ in rows)
    by_type = {
        f"type_{kind}_{name}": float(counts[kind, name == "right", name == "unseen"])
        for kind in ("II", "III", "IV")
        for name in ("right", "wrong", "unseen")
    }
    return {"types": float(right.mean()), "types_low": low, "types_high": high, "typed_boxes": float(right.size)} | by_type


def shared_share(box: BurstBox, found: Detection) -> float:
    """Intersection over union, in time and frequency, of a box and a detection; 0 for one without either."""
    if found.t_start is None or found.t_end is None or found.frequency_low_mhz is None or found.frequency_high_mhz is None:
        return 0.0
    drawn = (_seconds(box.t_start, box.t_start), _seconds(box.t_end, box.t_start))
    seen = (_seconds(found.t_start, box.t_start), _seconds(found.t_end, box.t_start))
    shared = _overlap(drawn, seen) * _overlap(
        (box.frequency_low_mhz, box.frequency_high_mhz), (found.frequency_low_mhz, found.frequency_high_mhz)
    )
    area = (drawn[1] - drawn[0]) * (box.frequency_high_mhz - box.frequency_low_mhz)
    area += (seen[1] - seen[0]) * (found.frequency_high_mhz - found.frequency_low_mhz)
    return shared / (area - shared) if area > shared else 0.0


def _seconds(moment: datetime, start: datetime) -> float:
    return (moment - start).total_seconds()


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
