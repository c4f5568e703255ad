"""Detections as they are drawn. Imports no Prefect."""

from collections.abc import Iterable
from typing import Any

from models.radio.labelled import BurstBox
from models.verdict import Detection, Verdict
from tasks.render import Mark


def marks_by_file(rows: Iterable[dict[str, Any]]) -> dict[str, list[Mark]]:
    """Return marks by file name, from rows of the question "detections"; what has no time or frequency cannot be drawn."""
    marks: dict[str, list[Mark]] = {}
    for row in rows:
        if row["t_start"] and row["t_end"] and row["frequency_low_mhz"] is not None:
            band = (row["frequency_low_mhz"], row["frequency_high_mhz"])
            mark = Mark(row["label"], row["score"], row["t_start"], row["t_end"], *band, sure=bool(row["positive"]))
            marks.setdefault(row["name"], []).append(mark)
    return marks


def marks_of(verdict: Verdict) -> list[Mark]:
    """Return marks of a verdict that has not been to the database."""
    sure = float("inf") if verdict.threshold is None else verdict.threshold
    return [mark for found in verdict.detections if (mark := mark_of(found, sure))]


def mark_of(found: Detection, sure: float) -> Mark | None:
    """Return the mark of a detection, sure where its score reaches ``sure``; None for one without time or frequency."""
    low, high = found.frequency_low_mhz, found.frequency_high_mhz
    if not found.t_start or not found.t_end or low is None or high is None:
        return None
    return Mark(found.label, found.score, found.t_start, found.t_end, low, high, found.score >= sure)


def mark_of_box(box: BurstBox) -> Mark:
    """Return the mark of a box as a reader drew it: dotted, as what reached no threshold."""
    return Mark(box.type, 1.0, box.t_start, box.t_end, box.frequency_low_mhz, box.frequency_high_mhz, sure=False)
