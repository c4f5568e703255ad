"""What verdicts on labelled spectrograms are worth, by file and by minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics import auc, average_precision, bootstrap_interval, brier, calibration_error, false_alarm_rate
from models.radio.labelled import LEAST_S, LabelledSpectrogram, marked_elsewhere, minute_truth
from models.verdict import Detection, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A labelled file, its score, (start, end, score) of what was found, in seconds of the file, and the detections themselves."""

    example: LabelledSpectrogram
    score: float
    found: tuple[tuple[float, float, float], ...]
    detections: tuple[Detection, ...] = ()

    @classmethod
    def from_verdict(cls, example: LabelledSpectrogram, verdict: Verdict) -> "Judged":
        """From a verdict that is judged."""
        return cls.from_detections(example, float(verdict.score or 0), verdict.detections)

    @classmethod
    def from_detections(cls, example: LabelledSpectrogram, score: float, detections: tuple[Detection, ...]) -> "Judged":
        """From the score of the file and what was found."""
        start = example.prepared.t_start
        found = tuple(
            ((item.t_start - start).total_seconds(), (item.t_end - start).total_seconds(), item.score)
            for item in detections
            if item.t_start and item.t_end
        )
        return cls(example, score, found, detections)


# Told of the cross-validated judgements and the threshold.
Show = Callable[[Sequence[Judged], float], None]


def file_scores(judged: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Score, truth and day of each file whose label counts."""
    counted = [item for item in judged if item.example.scored]
    score = np.array([item.score for item in counted])
    truth = np.array([item.example.label == "burst" for item in counted], dtype=bool)
    return score, truth, [item.example.day for item in counted]


def minute_scores(judged: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Score (that of the best detection touching it, else 0), truth and day of each whole minute."""
    rows = [
        (max((score for start, end, score in item.found if start < last and end > first), default=0.0), truth, item.example.day)
        for item in judged
        if item.example.scored
        for first, last, truth in minute_truth(item.example)
    ]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=bool), [row[2] for row in rows]


def quiet_here_alone(example: LabelledSpectrogram, files: Sequence[LabelledSpectrogram]) -> list[bool]:
    """Of each minute of `minute_truth`: quiet by the reader, who drew a burst at another station then, see `marked_elsewhere`."""
    start = example.prepared.t_start
    spans = [
        ((box.t_start - start).total_seconds(), (box.t_end - start).total_seconds()) for box in marked_elsewhere(example, files)
    ]
    return [
        not truth and any(min(last, end) - max(first, begin) >= LEAST_S for begin, end in spans)
        for first, last, truth in minute_truth(example)
    ]


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, float]:
    """All figures of one set; those ending in _low and _high bound 90 % of bootstrap draws of whole days.

    Those ending in _agreed leave out the minutes that are `quiet_here_alone`.
    """
    score, truth, day = file_scores(judged)
    minute, burst, minute_day = minute_scores(judged)
    alarm, files = score >= threshold, [item.example for item in judged]
    agreed = ~np.array([alone for file in files if file.scored for alone in quiet_here_alone(file, files)], dtype=bool)
    intervals = {
        "file_auc": bootstrap_interval(auc, score, truth, day),
        "file_ap": bootstrap_interval(average_precision, score, truth, day),
        "minute_auc": bootstrap_interval(auc, minute, burst, minute_day, rounds=200),
    }
    return {
        "files": float(score.size),
        "days": float(len(set(day))),
        "burst_share": float(truth.mean()),
        "file_auc": auc(score, truth),
        "file_ap": average_precision(score, truth),
        "file_brier": brier(score, truth),
        "file_brier_of_prevalence": brier(np.full(score.size, truth.mean()), truth),
        "file_calibration_error": calibration_error(score, truth),
        "recall": float(alarm[truth].mean()),
        "false_alarms": float(alarm[~truth].mean()),
        "minutes": float(minute.size),
        "burst_minutes": float(burst.mean()),
        "minute_auc": auc(minute, burst),
        "minute_false_alarms_at_recall_0.8": false_alarm_rate(minute, burst, 0.8),
        "minutes_agreed": float(agreed.sum()),
        "minute_auc_agreed": auc(minute[agreed], burst[agreed]),
        "minute_false_alarms_agreed": false_alarm_rate(minute[agreed], burst[agreed], 0.8),
        "minute_brier": brier(minute, burst),
        "minute_calibration_error": calibration_error(minute, burst),
        **{f"{key}_{side}": bound for key, pair in intervals.items() for side, bound in zip(("low", "high"), pair, strict=True)},
    }
