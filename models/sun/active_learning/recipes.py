"""What learns to forecast flares from full disks: our own model, and the trivial ones that it has to beat."""

from collections.abc import Callable, Sequence

import numpy as np

from models.sun.active_learning.disk import EVENTS, LabelledDisk, truth
from models.sun.activity import activity, limb_profile
from models.sun.flare_law import FlareLaw, fit_law

# Probability of each of `EVENTS` for each disk, (N, 2).
Forecast = Callable[[list[LabelledDisk]], np.ndarray]
Recipe = Callable[[list[LabelledDisk]], Forecast]

# The share of days with flares changes with the cycle, from minimum to maximum in four years: older disks count less.
HALF_LIFE_DAYS = 365.0
S_PER_DAY = 86_400.0
COMPONENTS, PICTURE = 20, 64


def fit_active(disks: list[LabelledDisk]) -> tuple[np.ndarray, FlareLaw]:
    """Profile of the limb, and the law of flares."""
    profile = limb_profile([disk.sun for disk in disks])
    values = np.stack([activity(disk.sun, profile) for disk in disks])
    return profile, fit_law(values, np.array([disk.flux_w_m2 for disk in disks]), recency(disks))


def recency(disks: list[LabelledDisk]) -> np.ndarray:
    """(N,) float64 ndarray, how much each disk counts, 1 on average."""
    age = np.array([(disks[-1].t_start - disk.t_start).total_seconds() / S_PER_DAY for disk in disks])
    share = 0.5 ** (age / HALF_LIFE_DAYS)
    return np.asarray(share / share.mean())


def active(disks: list[LabelledDisk]) -> Forecast:
    """`sun-active`."""
    profile, law = fit_active(disks)

    def forecast(others: list[LabelledDisk]) -> np.ndarray:
        values = np.stack([activity(disk.sun, profile) for disk in others])
        return np.stack([law.probability(values, flux) for flux in EVENTS.values()], axis=1)

    return forecast


def climatology(disks: list[LabelledDisk]) -> Forecast:
    """The share of events so far, whatever is seen."""
    rate = truth(disks).mean(axis=0)
    return lambda others: np.tile(rate, (len(others), 1))


def persistence(disks: list[LabelledDisk]) -> Forecast:
    """As the 24 h before: the share of events after a day with one, or without; one of each kind is added, so that none is 0."""
    event, before = truth(disks), _before(disks)
    after = np.stack([((event & (before == was)).sum(axis=0) + 0.5) / ((before == was).sum(axis=0) + 1) for was in (False, True)])
    return lambda others: np.where(_before(others), after[1], after[0])


def mean_brightness(disks: list[LabelledDisk]) -> Forecast:
    """A logistic of the mean of the picture."""
    return _logistic(disks, lambda others: np.array([[disk.sun.picture.mean()] for disk in others]))


def principal_components(disks: list[LabelledDisk]) -> Forecast:
    """A logistic of 20 principal components of the picture at 64 x 64 pixels."""
    from sklearn.decomposition import PCA

    fold = disks[0].sun.picture.shape[0] // PICTURE

    def small(others: Sequence[LabelledDisk]) -> np.ndarray:
        pictures = np.stack([disk.sun.picture for disk in others])
        return np.asarray(pictures.reshape(len(others), PICTURE, fold, PICTURE, fold).mean(axis=(2, 4)).reshape(len(others), -1))

    components = PCA(min(COMPONENTS, len(disks) - 1), random_state=0).fit(small(disks))
    return _logistic(disks, lambda others: np.asarray(components.transform(small(others))))


RECIPES: dict[str, Recipe] = {
    "sun-active": active,
    "mean brightness": mean_brightness,
    "PCA + logistic": principal_components,
    "persistence 24 h": persistence,
    "climatology": climatology,
}


def _before(disks: list[LabelledDisk]) -> np.ndarray:
    flux = np.array([disk.flux_before_w_m2 for disk in disks])
    return np.stack([flux >= least * 0.995 for least in EVENTS.values()], axis=1)


def _logistic(disks: list[LabelledDisk], features: Callable[[list[LabelledDisk]], np.ndarray]) -> Forecast:
    values = features(disks)
    fitted = [_fitted(values, event) for event in truth(disks).T]
    return lambda others: np.stack([probability(features(others)) for probability in fitted], axis=1)


def _fitted(values: np.ndarray, event: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if event.all() or not event.any():  # nothing can be told from the pictures
        return lambda others: np.full(len(others), float(event[0]))
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)).fit(values, event)
    return lambda others: np.asarray(model.predict_proba(others)[:, 1])
