import numpy as np
import pytest
from sklearn import metrics as sk

from models.contingency import Contingency
from models.metrics import auc
from models.reliability import brier_skill_score, reliability, roc

# Finley's tornado forecasts of 1884, of which textbooks print the scores (Wilks, Statistical Methods, section 8.2).
FINLEY = Contingency(hits=28, misses=23, false_alarms=72, correct_negatives=2680)


def forecasts(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    score = np.round(rng.random(count), 2)  # with ties
    return score, rng.random(count) < score**2


def test_finleys_tornadoes_have_the_scores_that_textbooks_print() -> None:
    assert FINLEY.probability_of_detection == pytest.approx(0.549, abs=5e-4)
    assert FINLEY.false_alarm_ratio == pytest.approx(0.720, abs=5e-4)
    assert FINLEY.frequency_bias == pytest.approx(1.96, abs=5e-3)
    assert FINLEY.heidke_skill_score == pytest.approx(0.355, abs=5e-4)
    assert FINLEY.true_skill_statistic == pytest.approx(0.523, abs=5e-4)
    # 95 errors, and 51 of who never warns.
    assert FINLEY.appleman_skill_score == pytest.approx(1 - 95 / 51)


def test_scores_are_those_of_scikit_learn() -> None:
    score, truth = forecasts()
    table = Contingency.of(score >= 0.6, truth)
    assert (table.correct_negatives, table.false_alarms, table.misses, table.hits) == tuple(
        sk.confusion_matrix(truth, score >= 0.6).ravel()
    )
    assert table.heidke_skill_score == pytest.approx(sk.cohen_kappa_score(truth, score >= 0.6))
    assert table.true_skill_statistic == pytest.approx(sk.balanced_accuracy_score(truth, score >= 0.6, adjusted=True))
    false, true = roc(score, truth)
    assert sk.auc(false, true) == pytest.approx(sk.roc_auc_score(truth, score)) == pytest.approx(auc(score, truth))
    assert brier_skill_score(score, truth) == pytest.approx(sk.r2_score(truth.astype(float), score))


def test_a_constant_forecast_has_no_skill() -> None:
    _, truth = forecasts()
    for said in (True, False):
        table = Contingency.of(np.full(truth.size, said), truth)
        assert table.true_skill_statistic == 0 and table.heidke_skill_score == 0
    assert brier_skill_score(np.full(truth.size, truth.mean()), truth) == pytest.approx(0)
    assert brier_skill_score(np.full(truth.size, 0.2), truth, climatology=0.2) == 0


def test_climatology_of_the_test_period_is_the_harder_reference() -> None:
    score, truth = forecasts()
    assert brier_skill_score(score, truth) < brier_skill_score(score, truth, climatology=0.1)


def test_reliability_counts_every_forecast_once() -> None:
    score = np.array([0.0, 0.05, 0.1, 0.5, 1.0, 0.95])
    truth = np.array([False, True, False, True, True, True])
    bins = reliability(score, truth, (0, 0.1, 0.4, 0.6, 1))
    assert [item.count for item in bins] == [2, 1, 1, 2]
    assert bins[0].observed == 0.5 and bins[0].forecast == pytest.approx(0.025)
    assert np.isnan(reliability(score, truth, (0, 0.2, 0.3, 1))[1].observed)
