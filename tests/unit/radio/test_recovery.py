"""A burst is recovered by a detection that reaches the threshold at its time and its frequencies, by nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from models.radio.recovery import Recovery, recover
from models.simulate.spectrogram import BurstTruth
from models.verdict import Detection

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)
TRUTH = BurstTruth("III", NOON, NOON, NOON + timedelta(seconds=10), 40.0, 80.0, 6.0, 99, 50.0, {})


def found(score: float, first_s: float, low: float, high: float, label: str = "III") -> Detection:
    start = NOON + timedelta(seconds=first_s)
    return Detection(label, score, start, start, start + timedelta(seconds=5), low, high)


@pytest.mark.parametrize(
    ("detections", "recovery"),
    [
        ([], Recovery(False, None, None)),
        ([found(0.9, 8, 30, 50)], Recovery(True, 0.9, "III")),
        ([found(0.9, 10, 30, 50)], Recovery(False, None, None)),
        ([found(0.9, -5, 30, 50)], Recovery(False, None, None)),
        ([found(0.9, 2, 81, 99)], Recovery(False, None, None)),
        ([found(0.9, 2, 80, 99)], Recovery(True, 0.9, "III")),
        ([found(0.4, 2, 30, 50, "II")], Recovery(False, 0.4, "II")),
        ([found(0.4, 2, 30, 50), found(0.8, 2, 50, 60, "IV"), found(0.99, 60, 30, 50)], Recovery(True, 0.8, "IV")),
        ([Detection("burst", 0.9)], Recovery(False, None, None)),
    ],
)
def test_what_touches_the_burst_decides(detections: list[Detection], recovery: Recovery) -> None:
    assert recover(TRUTH, detections, 0.79) == recovery
