"""Type III: electron beams on open field lines, alone or in groups."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from models.simulate.bursts.burst import SolarBurst, envelope
from models.simulate.bursts.texture import Ripple, frequency_ripple
from models.simulate.plasma import LIGHT_SPEED_KM_S, SOLAR_RADIUS_KM, Corona, DensityModel, drift_mhz_s, height_r, reaching


@dataclass(frozen=True, eq=False)
class Beam:
    """One electron beam and the harmonic that it excites.

    Its front, peak and back move at different speeds (0.20, 0.17 and 0.15 c: Reid & Kontar 2018, A&A 614 A69), so that the
    burst widens along its ridge by itself.

    Attributes
    ----------
    start_s : s, when it leaves the height of ``high_mhz``
    speed_km_s : of its peak
    harmonic : 1 or 2
    fold, model : density of the corona
    low_mhz, best_mhz, high_mhz : MHz, extent and brightest frequency as emitted
    rise_s, decay_s : s, asymmetric Gaussian of the acceleration at 80 MHz
    brightness : relative to the burst's peak
    scatter : standard deviation of ln brightness from channel to channel
    ripple : that scatter along frequency
    """

    start_s: float
    speed_km_s: float
    harmonic: int
    fold: float
    low_mhz: float
    best_mhz: float
    high_mhz: float
    rise_s: float
    decay_s: float
    brightness: float
    scatter: float
    ripple: Ripple
    model: DensityModel = "newkirk"

    def _travel_s(self, frequency_mhz: np.ndarray) -> np.ndarray:
        height = height_r(frequency_mhz / self.harmonic, self.model, self.fold)
        start = height_r(np.array([self.high_mhz / self.harmonic]), self.model, self.fold)
        return np.asarray((height - start) * SOLAR_RADIUS_KM / self.speed_km_s)

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        # Two octave-tenths beyond the soft low edge the envelope is below 1 %.
        last = float(self._travel_s(np.array([self.low_mhz * 0.75]))[0])
        return self.start_s - 4 * self.rise_s - 4, self.start_s + 1.3 * last + 5 * self.decay_s + 4

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux, in units of the burst's peak.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after the burst's epoch
        flux : (F, T) float32 ndarray, changed in place
        """
        travel = self._travel_s(frequency_mhz)
        bright = self.brightness * envelope(frequency_mhz, self.low_mhz, self.best_mhz, self.high_mhz)
        rows = np.flatnonzero((bright > 0.004 * self.brightness) & np.isfinite(travel))
        if not len(rows):
            return
        travel, bright = travel[rows], bright[rows] * np.exp(self.scatter * self.ripple(np.log(frequency_mhz[rows])))
        # The acceleration is shorter where the beam starts: 2.3 f^0.07 s measured to 160 MHz, then 220/f (Suzuki & Dulk 1985).
        narrow = np.minimum(1.0, (160 / frequency_mhz[rows]) ** 0.7)
        outward = travel.clip(0)
        rise = self.rise_s * narrow + 0.06 * outward
        decay = self.decay_s * narrow + 0.08 * outward
        late = (time_s[None, :] - (self.start_s + travel)[:, None]).astype(np.float32)
        width = np.where(late < 0, rise.astype(np.float32)[:, None], decay.astype(np.float32)[:, None])
        late /= width
        late *= late
        late *= np.float32(-0.5)
        flux[rows] += bright.astype(np.float32)[:, None] * np.exp(late)


def _beam(
    rng: np.random.Generator, start_s: float, brightness: float, shape: dict[str, float], ripple: Ripple, model: DensityModel
) -> Beam:
    high = shape["high_mhz"] * rng.lognormal(0, 0.12)
    low = min(shape["low_mhz"] * rng.lognormal(0, 0.15), 0.6 * high)
    harmonic = int(shape["harmonic"])
    return Beam(
        start_s=start_s,
        speed_km_s=shape["speed_c"] * rng.lognormal(0, 0.1) * LIGHT_SPEED_KM_S,
        harmonic=harmonic,
        fold=reaching((model, shape["fold"]), high / harmonic)[1],
        low_mhz=low,
        best_mhz=float(low * (high / low) ** rng.uniform(0.35, 0.65)),
        high_mhz=high,
        rise_s=rng.uniform(0.45, 0.95),
        decay_s=rng.uniform(0.55, 1.3),
        brightness=brightness,
        scatter=shape["scatter"],
        ripple=ripple if rng.random() < 0.5 else frequency_ripple(rng, rng.uniform(0.01, 0.05)),
        model=model,
    )


def draw_type_iii(
    rng: np.random.Generator, epoch: datetime, peak_sfu: float, *, group: bool, corona: Corona | None = None
) -> SolarBurst:
    """Draw a single type III (1-4 beams close together) or a group (1-4 minutes).

    Parameters
    ----------
    rng : generator
    epoch : aware UTC datetime of the first beam
    peak_sfu : solar flux units
    group : a group, "IIIg"
    corona : density model and fold; Newkirk's, one to three fold, where None

    Returns
    -------
    SolarBurst
    """
    high = float(np.exp(rng.normal(np.log(130 if not group else 170), 0.5)).clip(65, 600))
    shape = {
        "high_mhz": high,
        # 1.5 to 3 octaves and more; many run off the low edge of every receiver.
        "low_mhz": max(high / 2 ** rng.uniform(1.5, 4.0), 7.0),
        "harmonic": 2.0 if high > 200 or rng.random() < 0.5 else 1.0,
        # Faster than the 0.2 c of the literature: 9, 8, 15, 66 MHz/s were measured at 39, 52, 63, 115 MHz.
        "speed_c": float(np.clip(rng.lognormal(np.log(0.30), 0.35), 0.1, 0.6)),
        "fold": float(rng.uniform(1, 3)),
        "scatter": float(rng.uniform(0.3, 0.9)),
    }
    model, shape["fold"] = corona or ("newkirk", shape["fold"])
    if group:
        duration = rng.lognormal(np.log(70), 0.5)
        count = int(np.clip(duration / rng.uniform(3, 8), 5, 40))
        starts = np.sort(rng.uniform(0, duration, count))
        starts[0] = 0.0
    else:
        starts = np.concatenate(([0.0], np.cumsum(rng.exponential(3.0, rng.choice(4, p=[0.45, 0.3, 0.15, 0.1])))))
    # Pareto brightness, dN/dS ~ S^-1.7 (Saint-Hilaire et al. 2013), one member setting the peak.
    bright = 0.12 * (1 + rng.pareto(0.7, len(starts)))
    bright = (bright / bright.max()).clip(0.02)
    ripple = frequency_ripple(rng, rng.uniform(0.01, 0.06))
    beams = [_beam(rng, float(start), float(b), shape, ripple, model) for start, b in zip(starts, bright, strict=True)]
    if shape["harmonic"] == 2.0 and high < 180 and rng.random() < 0.25:
        # Fundamental beside the harmonic: same beam, mean ratio 1.8, a little brighter and rougher.
        shape_f = {**shape, "high_mhz": high / 1.8, "low_mhz": shape["low_mhz"] / 1.8, "harmonic": 1.0}
        beams += [_beam(rng, beam.start_s, beam.brightness * rng.uniform(0.5, 1.2), shape_f, beam.ripple, model) for beam in beams]
    lead = max(beams, key=lambda beam: beam.brightness)
    # Stated at 60 MHz, or at the nearest frequency that the beam reaches.
    at_mhz = float(np.clip(60.0, lead.low_mhz, lead.high_mhz))
    physics: dict[str, float | str] = {
        "exciter_speed_c": lead.speed_km_s / LIGHT_SPEED_KM_S,
        "beams": len(beams),
        "harmonic": lead.harmonic,
        "density_model": model,
        "density_fold": lead.fold,
        "drift_mhz_s": lead.harmonic * drift_mhz_s(at_mhz / lead.harmonic, lead.speed_km_s, model, lead.fold),
        "drift_at_mhz": at_mhz,
    }
    return SolarBurst("IIIg" if group else "III", epoch, peak_sfu, tuple(beams), physics)
