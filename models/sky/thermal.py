"""What the sky radiates between 8 and 14 micrometres, and what the camera makes of it."""

from functools import cache

import numpy as np

# SI, exact since 2019.
PLANCK_J_S, LIGHT_M_S, BOLTZMANN_J_K = 6.62607015e-34, 299792458.0, 1.380649e-23
BAND_UM = (8.0, 14.0)  # of the FLIR Tau2
ZERO_C_K = 273.15
# Noise of a pixel from frame to frame: 0.09 W m-2 sr-1 (StarDICE II, Sensors 24, 4498, 2024), 4.4 ADU (both raw frames, half the
# squared differences of neighbours): so much radiance is one ADU.
RADIANCE_PER_ADU = 0.09 / 4.4
# Corrected on its shutter, the camera reads the same for every scene as radiant as the shutter, whatever the temperature. The clear
# sky in both raw frames (617 ADU at 4.8 C, 700 at -0.7 C) puts that at 1,840 and 1,850 ADU, if the air is at 60 % humidity and the
# field at airmass 1.2; 30 to 85 % and 1.0 to 1.5 move it by 75. No published frame exceeds 1,580.
SHUTTER_ADU, SHUTTER_SPREAD_ADU = 1845.0, 75.0
# Where neither shutter nor air temperature is known: the year's mean of a temperate site.
USUAL_AIR_C, USUAL_SPREAD_C = 8.0, 8.0


@cache
def _table() -> tuple[np.ndarray, np.ndarray]:
    """Temperatures and the band's radiance, in steps of 0.5 K; linear in between it is right to 2e-4 of itself."""
    kelvin = np.arange(100.0, 400.5, 0.5)
    wave = np.linspace(*BAND_UM, 601) * 1e-6
    exponent = PLANCK_J_S * LIGHT_M_S / (wave * BOLTZMANN_J_K * kelvin[:, None])
    spectral = 2 * PLANCK_J_S * LIGHT_M_S**2 / wave**5 / np.expm1(exponent)
    return kelvin, np.asarray(np.trapezoid(spectral, wave, axis=1))


def band_radiance(celsius: np.ndarray | float) -> np.ndarray:
    """Radiance of a black body in the band, W m-2 sr-1 (Planck's law)."""
    kelvin, radiance = _table()
    return np.asarray(np.interp(np.asarray(celsius) + ZERO_C_K, kelvin, radiance))


def brightness_celsius(radiance: np.ndarray | float) -> np.ndarray:
    """Temperature of a black body of that radiance, the inverse of `band_radiance`."""
    kelvin, table = _table()
    return np.asarray(np.interp(radiance, table, kelvin) - ZERO_C_K)


def vapour_pressure_hpa(celsius: np.ndarray | float, humidity: np.ndarray | float) -> np.ndarray:
    """Pressure of water vapour at a relative humidity of 0 to 1: Magnus' formula over water (WMO-No. 8, annex 4.B)."""
    celsius = np.asarray(celsius)
    return np.asarray(humidity * 6.112 * np.exp(17.62 * celsius / (243.12 + celsius)))


def clear_emissivity(celsius: np.ndarray | float, vapour_hpa: np.ndarray | float, airmass: np.ndarray | float = 1.0) -> np.ndarray:
    """Emissivity of a clear sky in the band.

    At the zenith 0.24 + 2.98e-8 e^2 exp(3000 / T) (Idso, Water Resources Research 17, 295, 1981, for 8 to 14 micrometres);
    elsewhere by the transmission to the power of the airmass.

    Parameters
    ----------
    celsius : air temperature at the ground
    vapour_hpa : pressure of water vapour e at the ground, hPa
    airmass : of the line of sight
    """
    kelvin = np.asarray(celsius) + ZERO_C_K
    zenith = np.minimum(0.24 + 2.98e-8 * np.square(vapour_hpa) * np.exp(3000.0 / kelvin), 0.99)
    return np.asarray(1 - (1 - zenith) ** airmass)


def airmass(zenith_distance_deg: np.ndarray | float) -> np.ndarray:
    """Relative airmass: Kasten and Young (Applied Optics 28, 4735, 1989), within 0.5 % down to the horizon."""
    zenith = np.asarray(zenith_distance_deg, dtype=np.float64)
    return np.asarray(1 / (np.cos(np.deg2rad(zenith)) + 0.50572 * (96.07995 - zenith) ** -1.6364))


def adu_of(radiance: np.ndarray | float, shutter_c: float, shutter_adu: float = SHUTTER_ADU) -> np.ndarray:
    """Level at which the camera reads a scene, by the temperature of the shutter on which it was corrected."""
    return np.asarray(shutter_adu + (np.asarray(radiance) - band_radiance(shutter_c)) / RADIANCE_PER_ADU)


def radiance_of(adu: np.ndarray | float, shutter_c: float) -> np.ndarray:
    """Radiance of a scene, W m-2 sr-1, the inverse of `adu_of`."""
    return np.asarray(band_radiance(shutter_c) + (np.asarray(adu) - SHUTTER_ADU) * RADIANCE_PER_ADU)
