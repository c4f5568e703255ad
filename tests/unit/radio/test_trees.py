import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from models.trees import Trees


@pytest.mark.parametrize("depth", [1, 3, 4])
def test_plain_arrays_answer_as_scikit_learn_does(depth: int) -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(0, 1, (400, 5)).astype(np.float32)
    label = (values[:, 0] * values[:, 1] + generator.normal(0, 0.3, 400) > 0).astype(int)
    model = GradientBoostingClassifier(n_estimators=30, max_depth=depth, random_state=0).fit(values, label)
    trees = Trees.from_sklearn(model)
    fresh = generator.normal(0, 1, (500, 5)).astype(np.float32)
    np.testing.assert_allclose(trees.log_odds(fresh), model.decision_function(fresh), atol=1e-5)
    np.testing.assert_array_equal(Trees.from_arrays(trees.arrays()).log_odds(fresh), trees.log_odds(fresh))


def test_no_rows_give_no_odds() -> None:
    trees = Trees(np.zeros((2, 1), np.int32), np.zeros((2, 1), np.float32), np.zeros((2, 2), np.float32), 0.0)
    assert trees.log_odds(np.empty((0, 3))).shape == (0,)
