"""A solar burst: flux as a function of frequency and time, the same for every station that sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

BurstType = Literal["I", "II", "III", "IIIg", "IV", "V"]
BURST_TYPES: tuple[BurstType, ...] = ("I", "II", "III", "IIIg", "IV", "V")


class Component(Protocol):
    """One emitting thing: a beam, a lane, a continuum."""

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything, after the burst's epoch."""

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux (in units of the burst's peak) to ``flux`` (F, T), in place."""


@dataclass(frozen=True, eq=False)
class SolarBurst:
    """One burst on the Sun.

    Attributes
    ----------
    kind : type
    epoch : aware UTC datetime that its seconds count from
    peak_sfu : about the largest flux, solar flux units
    components : what it consists of
    physics : parameters it was made with, each key naming its unit
    """

    kind: BurstType
    epoch: datetime
    peak_sfu: float
    components: tuple[Component, ...]
    physics: Mapping[str, float | str] = field(default_factory=dict)

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything, after ``epoch``."""
        spans = [component.span_s for component in self.components]
        return min(first for first, _ in spans), max(last for _, last in spans)

    def flux_sfu(self, frequency_mhz: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Flux at a receiver's channels and times.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after ``epoch``, ascending

        Returns
        -------
        (F, T) float32 ndarray, solar flux units
        """
        flux = np.zeros((len(frequency_mhz), len(time_s)), dtype=np.float32)
        for component in self.components:
            first, last = np.searchsorted(time_s, component.span_s)
            if last > first:
                component.add_flux(frequency_mhz, time_s[first:last], flux[:, first:last])
        flux *= np.float32(self.peak_sfu)
        return flux


def envelope(frequency_mhz: np.ndarray, low_mhz: float, best_mhz: float, high_mhz: float) -> np.ndarray:
    """Brightness along frequency: a maximum inside and soft ends, e^-2 at both edges (Gaussians in ln f).

    Parameters
    ----------
    frequency_mhz : (F,) float64 ndarray, MHz
    low_mhz, best_mhz, high_mhz : MHz, ascending

    Returns
    -------
    (F,) float64 ndarray, 1 at ``best_mhz``
    """
    offset = np.log(frequency_mhz / best_mhz)
    width = 0.5 * np.asarray(np.where(offset > 0, np.log(high_mhz / best_mhz), np.log(best_mhz / low_mhz)))
    return np.asarray(np.exp(-0.5 * (offset / width) ** 2))
