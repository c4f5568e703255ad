"""Calls reach the workers in groups; each comes back once, with its own number."""

import operator
from pathlib import Path

import pytest

from tasks.cluster import MOST_CALLS, TURNS, on_cluster

WORKERS = 2


@pytest.mark.parametrize("number", [0, 1, 3, TURNS * WORKERS + 1, 10 * MOST_CALLS * TURNS * WORKERS + 1])
def test_every_call_is_answered_once_under_its_number(cluster: Path, number: int) -> None:
    answers = list(on_cluster(operator.mul, [(call, 7) for call in range(number)]))
    assert sorted(answers) == [(call, 7 * call) for call in range(number)]


def test_an_error_of_one_call_is_raised_here(cluster: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        list(on_cluster(operator.truediv, [(1, call) for call in range(20)]))


def test_what_still_runs_when_the_caller_leaves_is_cancelled(cluster: Path) -> None:
    answers = on_cluster(operator.mul, [(call, 1) for call in range(40)])
    next(answers)
    answers.close()
    assert list(on_cluster(operator.add, [(1, 2)])) == [(0, 3)], "the cluster is free for others"
