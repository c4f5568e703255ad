"""A distribution that numpy's generators do not have."""

import numpy as np


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two, whose logarithm is uniform: of what spans orders of magnitude."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
