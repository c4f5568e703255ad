"""Grains of noise storms, and the clumps in which some storms have them: many at once over a part of the storm's band.

A storm that is not all chains shows patches of seconds to a minute and a half, ragged towards low frequencies, and columns in
which a continuum flickers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.simulate.draws import log_uniform

# Share of waning storms with clumps; how often one begins, how long it lasts, how far it reaches in the logarithm of frequency, and
# how many grains it has in a second over each of `GRAIN_WIDTH`'s 3 %. Own estimates, wide on purpose.
CLUMPED_SHARE = 0.7
EVERY_S, LASTS_S, REACHES, CROWDED = (10.0, 150.0), (3.0, 90.0), (0.03, 0.5), (0.3, 3.0)
MOST_GRAINS = 600
# Grains of a clump are up to so many times as wide as others, and as bright, as they lie over each other; and chains beside them.
WIDER, CLUMPS_DIM, CHAINS_DIM = (1.0, 6.0), (0.07, 0.6), (0.15, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Grains:
    """Short narrow bursts.

    Attributes
    ----------
    time_s, frequency_mhz : (N,) float64 ndarrays, s after the storm's epoch (ascending) and MHz
    brightness : (N,) float64 ndarray, relative to a bright one
    length_s, width : (N,) float64 ndarrays, standard deviations in s and in the logarithm of frequency
    """

    time_s: np.ndarray
    frequency_mhz: np.ndarray
    brightness: np.ndarray
    length_s: np.ndarray
    width: np.ndarray

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """All of them, in the order of the attributes."""
        return self.time_s, self.frequency_mhz, self.brightness, self.length_s, self.width

    def between(self, first_s: float, last_s: float) -> Self:
        """Those of some seconds."""
        kept = slice(*np.searchsorted(self.time_s, [first_s, last_s]))
        return type(self)(*(column[kept] for column in self.columns))

    def joined(self, other: Self) -> Self:
        """With others among them."""
        order = np.argsort(np.concatenate([self.time_s, other.time_s]), kind="stable")
        return type(self)(*(np.concatenate(both)[order] for both in zip(self.columns, other.columns, strict=True)))


def pareto_brightness(rng: np.random.Generator, count: int) -> np.ndarray:
    """Peak fluxes fall with index 4-5 (Iwai et al. 2013): few outliers, grain without strong single bursts."""
    return np.asarray((0.3 * (1 + rng.pareto(3.5, count))).clip(max=1.5))


def in_clumps(
    rng: np.random.Generator,
    chains: Grains,
    begins: Callable[[], float],
    band_mhz: tuple[float, float],
    duration_s: float,
    width: float,
) -> Grains:
    """A storm's chains, dimmed, and clumps beside them; most waning storms are so, the others are given back as they are.

    Parameters
    ----------
    rng : generator
    chains : Grains
    begins : gives the beginning of one clump after another, s
    band_mhz : the storm's core
    duration_s : s
    width : of a grain of the chains, in the logarithm of frequency

    Returns
    -------
    Grains
    """
    if rng.random() > CLUMPED_SHARE:
        return chains
    low, high = np.log(band_mhz)
    level = log_uniform(rng, *CLUMPS_DIM)
    parts = []
    for _ in range(1 + rng.poisson(duration_s / log_uniform(rng, *EVERY_S))):
        begin, lasts, reaches = begins(), log_uniform(rng, *LASTS_S), min(log_uniform(rng, *REACHES), high - low)
        bottom = rng.uniform(low, high - reaches)
        count = int(np.clip(lasts * reaches / (2.355 * width) * log_uniform(rng, *CROWDED), 3, MOST_GRAINS))
        time_s = begin + lasts * _hump(rng, count)
        bottoms = bottom + reaches * rng.uniform(0, 0.4) * rng.random(count)  # ragged
        frequency = np.exp(bottoms + reaches * _hump(rng, count))
        brightness = level * rng.lognormal(0, 0.4) * pareto_brightness(rng, count)
        widths = width * rng.uniform(1, log_uniform(rng, *WIDER), count)
        parts.append((time_s, frequency, brightness, rng.uniform(0.15, 0.6, count), widths))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    inside = (columns[0] > 0) & (columns[0] < duration_s)
    dimmed = replace(chains, brightness=chains.brightness * log_uniform(rng, *CHAINS_DIM))
    return dimmed.joined(Grains(*(column[inside] for column in columns)))


def _hump(rng: np.random.Generator, count: int) -> np.ndarray:
    """Places from 0 to 1, denser somewhere in between."""
    rise, fall = rng.uniform(1, 3, 2)
    return rng.beta(rise, fall, count)
