"""Bursts in other coronae than the one they were drawn in, Newkirk's."""

from dataclasses import dataclass, replace

import numpy as np

from models.simulate.bursts import SolarBurst
from models.simulate.bursts.burst import Component
from models.simulate.plasma import DensityModel, frequency_at_mhz, height_r


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """A component in another corona: what shines at a height has the frequency of that height there.

    Attributes
    ----------
    component : what shines, in Newkirk's corona
    model, fold : the other corona
    """

    component: Component
    model: DensityModel
    fold: float

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        return self.component.span_s

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux to ``flux`` (F, T), in place.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after the burst's epoch
        flux : (F, T) float32 ndarray, in units of the burst's peak
        """
        height = height_r(frequency_mhz, self.model, self.fold)
        shines = np.flatnonzero(np.isfinite(height))
        if shines.size:
            part = flux[shines]
            self.component.add_flux(frequency_at_mhz(height[shines]), time_s, part)
            flux[shines] = part


@dataclass(frozen=True, eq=False)
class Denser:
    """A component in a corona that is denser everywhere: what shines at a height does so at a higher frequency.

    Attributes
    ----------
    component : what shines
    fold : by how much the corona is denser
    """

    component: Component
    fold: float

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        return self.component.span_s

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux to ``flux`` (F, T), in place; as in `Elsewhere`."""
        self.component.add_flux(frequency_mhz / np.sqrt(self.fold), time_s, flux)


def in_denser_corona(burst: SolarBurst, fold: float) -> SolarBurst:
    """The same burst in a corona ``fold`` times as dense."""
    return replace(burst, components=tuple(Denser(part, fold) for part in burst.components))


def through_corona(burst: SolarBurst, model: DensityModel, fold: float) -> SolarBurst:
    """The same heights and speeds in a corona of another density; the bursts are drawn in Newkirk's."""
    return replace(burst, components=tuple(Elsewhere(part, model, fold) for part in burst.components))
