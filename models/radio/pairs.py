"""Which lanes of a type II are fundamental and harmonic, and which are the two sides of its shock."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

# Harmonic to fundamental is 1.8 to 2.0; lanes of one harmonic are split by 1.05 to 1.3, 80 % of them by 1.15 to 1.25 (Du et al.
# 2015). A grid of 1 % and the width of lanes widen both.
HARMONIC = (1.72, 2.1)
SPLIT = (1.06, 1.35)


@dataclass(frozen=True, slots=True)
class Pairs:
    """What lanes are to each other.

    Attributes
    ----------
    harmonic_ratio : of harmonic to fundamental, None where only one of them is seen
    band_split : f_U / f_L of two lanes of one harmonic, None where there are no two
    upstream_mhz : MHz, plasma frequency ahead of the shock: the lower lane of the fundamental
    """

    harmonic_ratio: float | None
    band_split: float | None
    upstream_mhz: float


def pair_lanes(frequency_mhz: np.ndarray, strength: np.ndarray) -> Pairs:
    """Pair lanes by the ratios of their frequencies, the strongest first.

    Parameters
    ----------
    frequency_mhz : (N,) float64 ndarray, MHz, ascending
    strength : (N,) float64 ndarray, relative to the strongest, which is 1
    """
    main = int(strength.argmax())
    harmonic = _best(frequency_mhz, strength, HARMONIC)
    split = _best(frequency_mhz, strength, SPLIT)
    ratio = float(frequency_mhz[harmonic[1]] / frequency_mhz[harmonic[0]]) if harmonic else None
    lane = harmonic[0] if harmonic else main
    upstream = float(frequency_mhz[lane])
    below = [frequency_mhz[other] for other in range(lane) if SPLIT[0] <= frequency_mhz[lane] / frequency_mhz[other] <= SPLIT[1]]
    return Pairs(
        harmonic_ratio=ratio,
        band_split=float(frequency_mhz[split[1]] / frequency_mhz[split[0]]) if split else None,
        upstream_mhz=float(below[0]) if below else upstream,
    )


def _best(frequency_mhz: np.ndarray, strength: np.ndarray, ratios: tuple[float, float]) -> tuple[int, int] | None:
    """Of all pairs with such a ratio that whose fainter lane is brightest."""
    fitting = [
        (float(min(strength[low], strength[high])), low, high)
        for low, high in combinations(range(frequency_mhz.size), 2)
        if ratios[0] <= frequency_mhz[high] / frequency_mhz[low] <= ratios[1]
    ]
    return max(fitting)[1:] if fitting else None
