"""Solar radio bursts by type, each as a flux that depends on frequency and time alone."""

from datetime import datetime

import numpy as np

from models.simulate.bursts.burst import BURST_TYPES, BurstType, SolarBurst
from models.simulate.bursts.continuum import draw_type_iv, draw_type_v
from models.simulate.bursts.type_i import draw_type_i
from models.simulate.bursts.type_ii import draw_type_ii
from models.simulate.bursts.type_iii import draw_type_iii
from models.simulate.plasma import Corona

__all__ = ["BURST_TYPES", "BurstType", "SolarBurst", "draw_burst", "draw_peak_sfu"]

# Peak flux in units of a quiet system of 120 sfu, median and standard deviation of ln: from the 99th percentiles of 231
# measured boxes (S/S_sys median 0.86 for III, 5.8 for IIIg, 3.5 for II; 5.4 dB for IV, 2.2 dB for I), loudest over p99.
PEAKS: dict[BurstType, tuple[float, float]] = {
    "I": (1.3, 0.5),
    "II": (6.0, 1.2),
    "III": (2.0, 1.1),
    "IIIg": (9.0, 1.2),
    "IV": (4.0, 0.7),
    "V": (2.5, 0.6),
}
REFERENCE_SFU = 120.0


def draw_peak_sfu(rng: np.random.Generator, kind: BurstType) -> float:
    """Draw a burst's peak flux as the archive holds them.

    Parameters
    ----------
    rng : generator
    kind : type

    Returns
    -------
    float, solar flux units
    """
    median, spread = PEAKS[kind]
    return float(REFERENCE_SFU * np.clip(median * rng.lognormal(0.0, spread), 0.4, 400))


def draw_burst(
    rng: np.random.Generator,
    kind: BurstType,
    epoch: datetime,
    *,
    peak_sfu: float | None = None,
    duration_s: float = 1500.0,
    corona: Corona | None = None,
    waning: bool = False,
) -> SolarBurst:
    """Draw a burst of a type.

    Parameters
    ----------
    rng : generator
    kind : "I", "II", "III", "IIIg", "IV" or "V"
    epoch : aware UTC datetime of its onset
    peak_sfu : solar flux units; drawn as the archive holds them where None
    duration_s : s, of a noise storm only
    corona : density model and fold, of types II and III only; Newkirk's where None
    waning : of a noise storm only, as in `draw_type_i`

    Returns
    -------
    SolarBurst
    """
    peak = draw_peak_sfu(rng, kind) if peak_sfu is None else peak_sfu
    if kind == "I":
        return draw_type_i(rng, epoch, peak, duration_s, waning=waning)
    if kind == "II":
        return draw_type_ii(rng, epoch, peak, corona)
    if kind == "IV":
        return draw_type_iv(rng, epoch, peak)
    if kind == "V":
        return draw_type_v(rng, epoch, peak)
    return draw_type_iii(rng, epoch, peak, group=kind == "IIIg", corona=corona)
