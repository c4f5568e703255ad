"""How probable a flare is: a Poisson process whose flares have a power law of peak fluxes.

Of flares above a peak flux F there come on average ``rate * (F / C1) ** -index`` in a window, so that the largest of them stays
below F with probability ``exp(-rate * (F / C1) ** -index)``. One law thus gives every class its probability, and these never
contradict each other. Rates: Wheatland 2001 (Solar Physics 203, 87); power law of peak fluxes: Veronig et al. 2002 (A&A 382, 1070).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from models.errors import ModelUnavailable
from models.sun.prepare import PREPROCESSING_VERSION
from models.weights_file import load_arrays

C1_W_M2, M1_W_M2, X1_W_M2 = 1e-6, 1e-5, 1e-4
# Smaller flares drown in the background of an active Sun: of a window without a larger one only that is known.
LEAST_W_M2 = 1e-7
# Veronig et al. 2002: -2.11 +- 0.13 for the number in an interval of flux, so one less for the number above a flux.
USUAL_INDEX, INDEX_SPREAD = 1.11, 0.3
# A disk that looks more active by one spread of a measure has more flares: that much is known before any was seen. A weight is
# believed to lie 0.22 from it (one standard deviation).
USUAL_WEIGHT, STIFFNESS = 0.25, 10.0
# Flares of C1 that a window may bring of nothing that is seen, from behind the limb: one in a hundred days.
UNSEEN_RATE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class FlareLaw:
    """Rate of flares from measures of a picture.

    Attributes
    ----------
    mean, spread : (K,) float64 ndarrays of the measures where the law was learnt
    weight : (K,) float64 ndarray, change of the logarithm of the rate for one spread of each measure
    log_rate : natural logarithm of the number of flares of C1 and above at the mean
    index : of the power law
    """

    mean: np.ndarray
    spread: np.ndarray
    weight: np.ndarray
    log_rate: float
    index: float

    def expected(self, values: np.ndarray, flux_w_m2: float) -> np.ndarray:
        """Flares of at least a peak flux that a window brings on average; those of several regions add up.

        Parameters
        ----------
        values : (N, K) float ndarray
        flux_w_m2 : W m-2, GOES long channel, operational scale

        Returns
        -------
        (N,) float64 ndarray
        """
        log_rate = self.log_rate + ((values - self.mean) / self.spread) @ self.weight
        return np.asarray(np.exp(np.clip(log_rate - self.index * np.log(flux_w_m2 / C1_W_M2), -30, 30)))

    def of_all(self, values: np.ndarray, flux_w_m2: float) -> float:
        """Flares that a window brings of all its regions, and of none at least what comes from behind the limb; as `expected`."""
        behind = UNSEEN_RATE * float((flux_w_m2 / C1_W_M2) ** -self.index)
        return max(float(self.expected(values, flux_w_m2).sum()), behind)

    def probability(self, values: np.ndarray, flux_w_m2: float) -> np.ndarray:
        """(N,) float64 ndarray: probability of a flare of at least a peak flux; parameters as of `expected`."""
        return np.asarray(-np.expm1(-self.expected(values, flux_w_m2)))

    def arrays(self) -> dict[str, np.ndarray]:
        """For a safetensors file."""
        law = np.array([self.log_rate, self.index])
        return {"mean": self.mean, "spread": self.spread, "weight": self.weight, "law": law}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """What `arrays` gave."""
        log_rate, index = (float(number) for number in arrays["law"])
        return cls(arrays["mean"], arrays["spread"], arrays["weight"], log_rate, index)


def fit_law(values: np.ndarray, flux_w_m2: np.ndarray, share: np.ndarray, window: np.ndarray | None = None) -> FlareLaw:
    """Fit the law to the largest flare of each window, by maximum likelihood with priors.

    Parameters
    ----------
    values : (N, K) float ndarray, measures
    flux_w_m2 : (M,) float ndarray, peak flux of the largest flare; anything below B1 says that there was none
    share : (M,) float ndarray, how much each window counts
    window : (N,) int ndarray, the window that each row of ``values`` adds its flares to; None where each row is one
    """
    from scipy.optimize import minimize

    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    scaled = (values - mean) / spread
    place = np.arange(len(values)) if window is None else window
    quiet = flux_w_m2 < LEAST_W_M2
    height = np.log(np.maximum(flux_w_m2, LEAST_W_M2) / C1_W_M2)

    def cost(numbers: np.ndarray) -> float:
        log_index, weight = numbers[1], numbers[2:]
        rate = np.bincount(place, np.exp(np.clip(numbers[0] + scaled @ weight, -30, 30)), len(flux_w_m2))
        log_expected = np.log(np.maximum(rate, UNSEEN_RATE)) - np.exp(log_index) * height
        likelihood = np.where(quiet, 0, log_expected + log_index) - np.exp(np.minimum(log_expected, 30))
        prior = STIFFNESS * ((weight - USUAL_WEIGHT) ** 2).sum() + 0.5 * ((log_index - np.log(USUAL_INDEX)) / INDEX_SPREAD) ** 2
        return float(prior - share @ likelihood)

    start = np.append([0.0, np.log(USUAL_INDEX)], np.zeros(values.shape[1]))
    found = minimize(cost, start, method="L-BFGS-B").x
    return FlareLaw(mean, spread, found[2:], float(found[0]), float(np.exp(found[1])))


def law_arrays(name: str, wanted: tuple[str, ...], measures: int, folder: Path) -> dict[str, np.ndarray]:
    """Weights of a model that rests on a law of flares.

    Raises
    ------
    ModelUnavailable
        They cannot be had, or are for other measures or for images prepared in another way.
    """
    arrays = load_arrays(f"{name}.safetensors", wanted, folder)
    made_for = arrays["preprocessing"].tobytes().decode()
    if made_for != PREPROCESSING_VERSION or arrays["mean"].size != measures:
        raise ModelUnavailable(f"weights of {name} are for images prepared as {made_for}, ours is {PREPROCESSING_VERSION}")
    return arrays
