"""Types IV and V: broadband continua behind flares and behind groups of type III."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.simulate.bursts.burst import SolarBurst, envelope
from models.simulate.bursts.texture import Patches, Ripple, patches, time_ripple
from models.simulate.draws import log_uniform


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """Broadband emission with a rise and a decay that may depend on frequency.

    Attributes
    ----------
    low_mhz, best_mhz, high_mhz : MHz, extent and brightest frequency
    plateau_s : s, how long it stays up
    rise_s, decay_s : s, at ``best_mhz``
    index : the decay lengthens as (best / f)^index; the onset comes later by ``delay_s`` per octave downwards
    delay_s : s per octave
    slow, fast : brightness in time, seconds to minutes, and pulsations
    patchy : brightness in time and frequency
    depth : standard deviation of ln brightness of slow, fast and patchy
    """

    low_mhz: float
    best_mhz: float
    high_mhz: float
    plateau_s: float
    rise_s: float
    decay_s: float
    index: float
    delay_s: float
    slow: Ripple
    fast: Ripple
    patchy: Patches
    depth: tuple[float, float, float]

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        slowest = self.decay_s * (self.best_mhz / self.low_mhz) ** self.index + self.delay_s * np.log2(self.best_mhz / self.low_mhz)
        return -4 * self.rise_s, float(self.plateau_s + 4 * slowest)

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux, in units of the burst's peak.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after the burst's epoch
        flux : (F, T) float32 ndarray, changed in place
        """
        bright = envelope(frequency_mhz, self.low_mhz, self.best_mhz, self.high_mhz)
        rows = np.flatnonzero(bright > 0.004)
        if not len(rows):
            return
        octaves = np.log2(self.best_mhz / frequency_mhz[rows])
        begin = (self.delay_s * octaves)[:, None]
        decay = (self.decay_s * 2 ** (self.index * octaves))[:, None]
        after = time_s - begin
        log_shape = np.where(after < 0, -0.5 * (after / self.rise_s) ** 2, -((after - self.plateau_s).clip(0) / decay))
        log_shape += self.depth[0] * self.slow(time_s) + self.depth[1] * self.fast(time_s)
        texture = np.float32(self.depth[2]) * self.patchy(frequency_mhz[rows], time_s)
        flux[rows] += bright[rows].astype(np.float32)[:, None] * np.exp(log_shape.astype(np.float32) + texture)


def draw_type_iv(rng: np.random.Generator, epoch: datetime, peak_sfu: float) -> SolarBurst:
    """Draw a flare continuum: 6-20 minutes, two to four octaves, slow, with pulsations and patches.

    Parameters
    ----------
    rng : generator
    epoch : aware UTC datetime at which it is up
    peak_sfu : solar flux units

    Returns
    -------
    SolarBurst
    """
    best = log_uniform(rng, 55, 180)
    plateau = float(rng.uniform(250, 800))
    low, high = best / 2 ** rng.uniform(1.0, 2.0), best * 2 ** rng.uniform(0.8, 2.0)
    last = plateau + 900
    pulsation = float(rng.uniform(0.05, 0.25))
    part = Continuum(
        low_mhz=float(low),
        best_mhz=best,
        high_mhz=float(high),
        plateau_s=plateau,
        rise_s=float(rng.uniform(25, 80)),
        decay_s=float(rng.uniform(60, 200)),
        index=0.0,
        delay_s=float(rng.uniform(0, 20)),
        slow=time_ripple(rng, -400, last, rng.uniform(20, 60)),
        fast=time_ripple(rng, -400, last, rng.uniform(0.5, 1.5)),
        patchy=patches(rng, -400, last, rng.uniform(2, 8), rng.uniform(0.1, 0.5)),
        depth=(0.3, pulsation, float(rng.uniform(0.2, 0.45))),
    )
    return SolarBurst("IV", epoch, peak_sfu, (part,), {"plateau_s": plateau, "best_mhz": best, "pulsation_depth": pulsation})


def draw_type_v(rng: np.random.Generator, epoch: datetime, peak_sfu: float) -> SolarBurst:
    """Draw the diffuse continuum behind a group of type III: 1-3 minutes, longest at the bottom, mostly below 120 MHz.

    Parameters
    ----------
    rng : generator
    epoch : aware UTC datetime of its onset
    peak_sfu : solar flux units

    Returns
    -------
    SolarBurst
    """
    best = float(rng.uniform(35, 65))
    decay = float(rng.uniform(18, 40))
    part = Continuum(
        low_mhz=best / float(rng.uniform(2.2, 4)),
        best_mhz=best,
        high_mhz=float(rng.uniform(100, 130)),
        plateau_s=float(rng.uniform(15, 50)),
        rise_s=float(rng.uniform(3, 8)),
        decay_s=decay,
        index=0.6,
        delay_s=float(rng.uniform(2, 5)),
        slow=time_ripple(rng, -60, 700, rng.uniform(10, 30)),
        fast=time_ripple(rng, -60, 700, 2.0),
        patchy=patches(rng, -60, 700, 4.0, 0.08),
        depth=(0.15, 0.03, float(rng.uniform(0.1, 0.3))),
    )
    return SolarBurst("V", epoch, peak_sfu, (part,), {"decay_s": decay, "best_mhz": best})
