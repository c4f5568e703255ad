"""The corona as radio bursts see it: electron density, plasma frequency, height and drift."""

from functools import lru_cache
from typing import Literal

import numpy as np

SOLAR_RADIUS_KM = 6.957e5
LIGHT_SPEED_KM_S = 299_792.458
DensityModel = Literal["newkirk", "saito", "allen-baumbach", "leblanc"]
DENSITY_MODELS: tuple[DensityModel, ...] = ("newkirk", "saito", "allen-baumbach", "leblanc")
Corona = tuple[DensityModel, float]  # a model and its fold
SURFACE_MHZ: dict[DensityModel, float] = {"newkirk": 266, "saito": 117, "allen-baumbach": 192, "leblanc": 82}


def electron_density_cm3(height_r: np.ndarray, model: DensityModel = "newkirk", fold: float = 1.0) -> np.ndarray:
    """Electron density of a static corona.

    Newkirk (1961, ApJ 133, 983), Saito et al. (1977, Solar Phys. 55, 121; equatorial), Allen-Baumbach (1947),
    Leblanc et al. (1998, Solar Phys. 183, 165).

    Parameters
    ----------
    height_r : (N,) float ndarray, solar radii from the Sun's centre, > 1
    model : name of the model
    fold : factor on the density: 1 quiet, 2-4 above active regions

    Returns
    -------
    (N,) float64 ndarray, cm^-3
    """
    r = np.asarray(height_r, dtype=np.float64)
    if model == "newkirk":
        density = 4.2e4 * 10 ** (4.32 / r)
    elif model == "saito":
        density = 1.36e6 * r**-2.14 + 1.68e8 * r**-6.13
    elif model == "allen-baumbach":
        density = 1e8 * (2.99 * r**-16.0 + 1.55 * r**-6.0 + 0.036 * r**-1.5)
    else:
        density = 3.3e5 * r**-2.0 + 4.1e6 * r**-4.0 + 8.0e7 * r**-6.0
    return np.asarray(fold * density)


def plasma_frequency_mhz(density_cm3: np.ndarray) -> np.ndarray:
    """Electron plasma frequency, 8.98 kHz times the root of the density in cm^-3.

    Parameters
    ----------
    density_cm3 : (N,) float ndarray, cm^-3

    Returns
    -------
    (N,) float64 ndarray, MHz
    """
    return np.asarray(8.98e-3 * np.sqrt(density_cm3))


@lru_cache(maxsize=64)
def _frequency_table(model: DensityModel, fold: float) -> tuple[np.ndarray, np.ndarray]:
    # 1.001 to 15 R: below, no corona; above, under 1 MHz, where no ground station hears anything.
    height = np.geomspace(1.001, 15.0, 2000)
    return np.log(plasma_frequency_mhz(electron_density_cm3(height, model, fold)))[::-1].copy(), height[::-1].copy()


def height_r(frequency_mhz: np.ndarray, model: DensityModel = "newkirk", fold: float = 1.0) -> np.ndarray:
    """Height at which the corona's plasma frequency is the one given.

    Parameters
    ----------
    frequency_mhz : (N,) float ndarray, MHz
    model, fold : as in `electron_density_cm3`

    Returns
    -------
    (N,) float64 ndarray, solar radii; NaN where the model's corona is nowhere that dense
    """
    log_frequency, height = _frequency_table(model, fold)
    return np.asarray(np.interp(np.log(frequency_mhz), log_frequency, height, right=np.nan))


def reaching(corona: Corona, frequency_mhz: float) -> Corona:
    """Make a corona dense enough for a plasma frequency, MHz, to be at most 1 / 2.2 of the surface's."""
    model, fold = corona
    return model, max(fold, (2.2 * frequency_mhz / SURFACE_MHZ[model]) ** 2)


def frequency_at_mhz(height_r: np.ndarray, model: DensityModel = "newkirk", fold: float = 1.0) -> np.ndarray:
    """Plasma frequency at a height.

    Parameters
    ----------
    height_r : (N,) float ndarray, solar radii
    model, fold : as in `electron_density_cm3`

    Returns
    -------
    (N,) float64 ndarray, MHz
    """
    return plasma_frequency_mhz(electron_density_cm3(height_r, model, fold))


def drift_mhz_s(frequency_mhz: float, speed_km_s: float, model: DensityModel = "newkirk", fold: float = 1.0) -> float:
    """Drift of plasma emission behind an exciter that moves radially outwards, negative.

    Parameters
    ----------
    frequency_mhz : MHz, fundamental
    speed_km_s : km/s
    model, fold : as in `electron_density_cm3`

    Returns
    -------
    float, MHz/s; NaN where the model has no such density
    """
    span = frequency_mhz * np.array([0.99, 1.01])
    height = height_r(span, model, fold)
    return float((span[1] - span[0]) / ((height[1] - height[0]) * SOLAR_RADIUS_KM / speed_km_s))
