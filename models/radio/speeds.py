"""What a drift says of the speed and the height of its exciter, in a corona of a given density.

Plasma emission at f = n f_p(r), n = 1 (fundamental) or 2 (harmonic), of an exciter that climbs radially: df/dt = n (df_p/dr) v.
"""

import math
from dataclasses import dataclass

import numpy as np

from models.simulate.plasma import Corona, drift_mhz_s, height_r

# Solar radii: the models are tables up to 15, where the plasma frequency is below 1 MHz.
HIGHEST = 14.0
# Newkirk (1961, ApJ 133, 983) above the quiet Sun and, four times as dense, above active regions; Saito et al. (1977, Solar Phys.
# 55, 121) at the equator. Which of them holds is not known from one spectrum: the speeds differ by up to a factor of two.
CORONAE: tuple[Corona, ...] = (("newkirk", 1.0), ("newkirk", 4.0), ("saito", 1.0))


@dataclass(frozen=True, slots=True)
class Speed:
    """A radial speed, km/s, its standard deviation from that of the drift alone, and the height, solar radii from the centre."""

    km_s: float
    sigma_km_s: float
    height_r: float


def exciter_speed(frequency_mhz: float, drift_mhz_s_: float, sigma_mhz_s: float, harmonic: int, corona: Corona) -> Speed | None:
    """Speed of what excites plasma emission.

    Parameters
    ----------
    frequency_mhz : MHz, as observed
    drift_mhz_s_, sigma_mhz_s : MHz/s, there, and its standard deviation
    harmonic : 1 or 2
    corona : density model and fold

    Returns
    -------
    Speed, positive outwards; None where the corona is nowhere that dense, or is so only beyond `HIGHEST`
    """
    height = float(height_r(np.array([frequency_mhz / harmonic]), *corona)[0])
    if not height < HIGHEST:
        return None
    unit = drift_mhz_s(frequency_mhz / harmonic, 1.0, *corona)
    if not math.isfinite(unit):
        return None
    return Speed(drift_mhz_s_ / harmonic / unit, abs(sigma_mhz_s / harmonic / unit), height)


def alfven_mach_number(band_split: float) -> float:
    """Alfven Mach number of a perpendicular shock in a cold plasma from the split of its band.

    Vrsnak et al. (2002, A&A 396, 673): M = sqrt(X (X + 5) / (2 (4 - X))), X = (f_U / f_L)^2 the jump of the density, if the two
    lanes are emitted behind and ahead of the shock.

    Parameters
    ----------
    band_split : f_U / f_L

    Returns
    -------
    float; NaN where no shock compresses that much (X >= 4)
    """
    jump = band_split**2
    return math.sqrt(jump * (jump + 5) / (2 * (4 - jump))) if 1 <= jump < 4 else math.nan


def corona_name(corona: Corona) -> str:
    """Return a corona as names of attributes have it, such as ``newkirk_x4``."""
    model, fold = corona
    return f"{model.replace('-', '_')}_x{fold:g}"
