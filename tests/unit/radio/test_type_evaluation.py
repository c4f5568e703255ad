from datetime import timedelta

import pytest
from spectrograms import START, quiet_digits, spectrogram

from models.radio.evaluation import Judged
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare
from models.radio.type_evaluation import seen_types, shared_share, type_figures
from models.verdict import Detection


def box(kind: str, first: float, last: float, confidence: str = "sure") -> BurstBox:
    return BurstBox(kind, START + timedelta(seconds=first), START + timedelta(seconds=last), 50, 150, confidence)


def detection(label: str, first: float, last: float, low: float = 50, high: float = 150) -> Detection:
    start, end = START + timedelta(seconds=first), START + timedelta(seconds=last)
    return Detection(label, 0.9, start, start, end, low, high)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    prepared = prepare(spectrogram(quiet_digits(samples=2400)))
    boxes = (box("III", 0, 20), box("IIIg", 100, 200), box("II", 300, 400), box("IV", 450, 500), box("II", 0, 500, "likely"))
    example = LabelledSpectrogram("a.fit", prepared, "burst", "sure", "2024-05-14", boxes)
    found = (detection("IIIg", 1, 21), detection("III", 100, 190), detection("III", 300, 390), detection("II", 390, 420))
    return [Judged.from_detections(example, 0.9, found)]


def test_the_detection_that_shares_most_decides_and_groups_count_as_type_three(judged: list[Judged]) -> None:
    assert [(drawn, label) for drawn, label, _ in seen_types(judged)] == [("III", "III"), ("III", "III"), ("II", "III"), ("IV", "")]


def test_unseen_boxes_count_against_us(judged: list[Judged]) -> None:
    found = type_figures(judged)
    assert found["types"] == 0.5 and found["typed_boxes"] == 4
    assert (found["type_III_right"], found["type_II_wrong"], found["type_IV_unseen"]) == (2, 1, 1)


def test_shares_are_of_time_and_frequency() -> None:
    drawn = box("III", 0, 20)
    assert shared_share(drawn, detection("III", 0, 20)) == pytest.approx(1)
    assert shared_share(drawn, detection("III", 10, 30)) == pytest.approx(1 / 3)
    assert shared_share(drawn, detection("III", 0, 20, 100, 200)) == pytest.approx(1 / 3)
    assert shared_share(drawn, detection("III", 0, 20, 200, 300)) == 0
