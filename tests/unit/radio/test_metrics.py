import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from models.metrics import auc, average_precision, bootstrap_interval, brier, calibration_error, false_alarm_rate

SCORED = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: len({truth for _, truth in rows}) == 2
)


@given(SCORED)
def test_area_and_brier_are_those_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    score, truth = np.array([row[0] for row in rows]) / 20, np.array([row[1] for row in rows])
    assert auc(score, truth) == pytest.approx(roc_auc_score(truth, score))
    assert brier(score, truth) == pytest.approx(brier_score_loss(truth, score))


def test_precision_is_that_of_scikit_learn_without_ties() -> None:
    generator = np.random.default_rng(0)
    score, truth = generator.permutation(200) / 200, generator.random(200) < 0.3
    assert average_precision(score, truth) == pytest.approx(average_precision_score(truth, score))


def test_ties_are_ranked_against_us() -> None:
    assert average_precision(np.ones(4), np.array([True, False, False, False])) == 0.25


def test_false_alarms_are_counted_where_the_recall_is_reached() -> None:
    score = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.75, 0.65, 0.1, 0.1])
    truth = np.array([True] * 5 + [False] * 4)
    assert false_alarm_rate(score, truth, 0.8) == 0.5
    assert false_alarm_rate(np.zeros(9), truth, 0.8) == 1.0


def test_probabilities_that_come_true_have_no_calibration_error() -> None:
    generator = np.random.default_rng(0)
    score = generator.random(50_000)
    assert calibration_error(score, generator.random(50_000) < score) < 0.01
    assert calibration_error(np.full(1000, 0.9), np.zeros(1000, dtype=bool)) == pytest.approx(0.9)


def test_whole_days_are_drawn() -> None:
    score, truth = np.array([0.9, 0.1] * 50), np.array([True, False] * 50)
    assert bootstrap_interval(auc, score, truth, ["a"] * 50 + ["b"] * 50) == (1.0, 1.0)
