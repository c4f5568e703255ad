"""What every classifier inherits: declining, order, and batches that do not fit into memory."""

from collections.abc import Sequence
from typing import Any

import pytest

from models.classifier import Classifier
from models.errors import Declined
from models.verdict import Verdict


class Small(Classifier):
    """Judges numbers, at most two at a time; declines odd ones."""

    name, version, instrument, threshold = "small", "1", "radio", 0.5
    room = 2

    def check(self, observation: Any) -> None:
        if observation % 2:
            raise Declined("odd")

    def score(self, observations: Sequence[Any]) -> list[Verdict]:
        if len(observations) > self.room:
            raise MemoryError
        return [Verdict("small", "1", "judged", label="even", score=number / 100, threshold=0.5) for number in observations]


def test_verdicts_come_in_order_and_what_is_declined_says_why() -> None:
    verdicts = Small("cpu").judge([2, 3, 4])
    assert [verdict.state for verdict in verdicts] == ["judged", "declined", "judged"]
    assert [verdict.score for verdict in verdicts] == [0.02, None, 0.04]
    assert verdicts[1].reason == "odd"


def test_a_batch_that_does_not_fit_is_judged_in_halves() -> None:
    numbers = list(range(0, 22, 2))
    assert [verdict.score for verdict in Small("cpu").judge(numbers)] == [number / 100 for number in numbers]


def test_one_observation_that_does_not_fit_is_an_error() -> None:
    small = Small("cpu")
    small.room = 0
    with pytest.raises(MemoryError):
        small.judge([2])
