"""A random forest that looks at all features at once, on groups it has not seen."""

import numpy as np

TREES = 200


def forest_scores(values: np.ndarray, simulated: np.ndarray, fold: np.ndarray, weight: np.ndarray, seed: int) -> np.ndarray:
    """Held-out scores: each fold is judged by a forest grown on the others.

    Parameters
    ----------
    values : (N, K) ndarray, K features
    simulated : (N,) bool ndarray, what is to be told
    fold : (N,) int ndarray
    weight : (N,) ndarray, of each sample
    seed : of the forests

    Returns
    -------
    (N,) float64 ndarray, share of the trees that say simulated
    """
    from sklearn.ensemble import RandomForestClassifier  # here, so that simulating never imports scikit-learn

    scores = np.zeros(len(values))
    for number in np.unique(fold):
        held = fold == number
        forest = RandomForestClassifier(TREES, min_samples_leaf=2, random_state=seed)
        forest.fit(values[~held], simulated[~held], weight[~held])
        scores[held] = forest.predict_proba(values[held])[:, 1]
    return scores
