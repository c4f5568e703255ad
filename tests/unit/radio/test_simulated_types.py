"""How types on simulated files are counted."""

from datetime import timedelta

from spectrograms import START

from models.radio.burst_learning.simulated import matched
from models.radio.labelled import BurstBox
from models.verdict import Detection


def box(kind: str, first: float, last: float) -> BurstBox:
    return BurstBox(kind, START + timedelta(seconds=first), START + timedelta(seconds=last), 50, 150, "sure")


def detection(label: str, first: float, last: float, score: float = 0.9) -> Detection:
    start, end = START + timedelta(seconds=first), START + timedelta(seconds=last)
    return Detection(label, score, start, start, end, 50, 150)


BOXES = (box("II", 100, 200), box("IV", 50, 500), box("IIIg", 600, 660))


def test_each_burst_has_the_detection_that_shares_most_with_it() -> None:
    found = (detection("IV", 60, 500), detection("II", 110, 200), detection("V", 210, 260))
    assert matched(BOXES, found)[0] == [("II", "II"), ("IV", "IV"), ("III", "")]


def test_naming_every_type_everywhere_makes_a_false_detection_of_each_type_that_is_not_there() -> None:
    found = tuple(detection(kind, 50, 500) for kind in ("IV", "I", "II", "III", "V"))
    pairs, false = matched(BOXES, found)
    assert pairs == [("II", "IV"), ("IV", "IV"), ("III", "")] and false == ["I", "III", "V"]


def test_further_strokes_of_a_burst_and_candidates_are_not_false() -> None:
    found = (detection("III", 600, 655), detection("III", 640, 670), detection("IIIg", 650, 680), detection("I", 700, 750, 0.4))
    assert matched(BOXES, found)[1] == []
    assert matched((), found[:1])[1] == ["III"]
