"""Type I: a noise storm, thousands of short narrow grains in slowly drifting chains over a weak continuum."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from models.simulate.bursts.burst import SolarBurst
from models.simulate.bursts.texture import Ripple, time_ripple

# Bandwidth of one type I burst, 3 % of its frequency (full width at half maximum).
GRAIN_WIDTH = 0.03 / 2.355
FIRST_S = -20.0  # chains that began before the storm
# What differs from one waning storm to the next: widths of grains, and the logarithm of how many chains begin (within one to four
# minutes), and of the continuum, in a minute and in some seconds. Own estimates, wide on purpose, for models that learn from them:
# a storm is known by its grains, not by its evenness.
GRAIN_WIDTHS, CHAINS_WANE, CONTINUUM_WANES, CONTINUUM_FLICKERS = (0.7, 1.7), (0.0, 1.2), (0.1, 0.5), (0.0, 0.4)


@dataclass(frozen=True, slots=True, eq=False)
class Storm:
    """Grains and continuum of a noise storm.

    Attributes
    ----------
    time_s, frequency_mhz, brightness, length_s : (N,) float64 ndarrays, the grains (ascending in time)
    low_mhz, high_mhz : MHz, the storm's core
    duration_s : s
    grain_width : standard deviation of a grain in the logarithm of frequency
    continuum : relative to the brightest grain
    wanes : brightness of the continuum in time, each with the size of its logarithm
    """

    time_s: np.ndarray
    frequency_mhz: np.ndarray
    brightness: np.ndarray
    length_s: np.ndarray
    low_mhz: float
    high_mhz: float
    duration_s: float
    grain_width: float
    continuum: float
    wanes: tuple[tuple[float, Ripple], ...]

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        return -60.0, self.duration_s + 60.0

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux, in units of the burst's peak.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after the burst's epoch
        flux : (F, T) float32 ndarray, changed in place
        """
        log_f = np.log(frequency_mhz)
        middle, half = np.log(self.low_mhz * self.high_mhz) / 2, np.log(self.high_mhz / self.low_mhz) / 2
        fade = np.clip((time_s + 60) / 60, 0, 1) * np.clip((self.duration_s + 60 - time_s) / 60, 0, 1)
        along = self.continuum * fade * np.exp(sum(size * ripple(time_s) for size, ripple in self.wanes))
        across = np.exp(-0.5 * np.abs((log_f - middle) / half) ** 3)
        rows = np.flatnonzero(across > 0.004)
        flux[rows] += np.outer(across[rows], along).astype(np.float32)

        first, last = np.searchsorted(self.time_s, [time_s[0] - 3, time_s[-1] + 3])
        grains = slice(first, last)
        offset = (log_f[:, None] - np.log(self.frequency_mhz[grains])) / self.grain_width
        step = time_s[1] - time_s[0] if len(time_s) > 1 else 0.25
        nearest = np.round((self.time_s[grains] - time_s[0]) / step).astype(int)
        columns = nearest[:, None] + np.arange(-6, 7)
        inside = (columns >= 0) & (columns < len(time_s))
        late = time_s[0] + columns * step - self.time_s[grains, None]
        pulse = np.exp(-0.5 * (late / self.length_s[grains, None]) ** 2) * self.brightness[grains, None]
        # Each grain touches a few channels and samples: two sparse matrices, one product.
        in_frequency = csr_array(np.where(np.abs(offset) < 3.5, np.exp(-0.5 * offset**2), 0.0))
        which = np.broadcast_to(np.arange(len(nearest))[:, None], columns.shape)
        in_time = csr_array((pulse[inside], (which[inside], columns[inside])), shape=(len(nearest), len(time_s)))
        flux += (in_frequency @ in_time).toarray().astype(np.float32)


def draw_type_i(
    rng: np.random.Generator, epoch: datetime, peak_sfu: float, duration_s: float, *, waning: bool = False
) -> SolarBurst:
    """Draw a noise storm of the 80-200 MHz core.

    Parameters
    ----------
    rng : generator
    epoch : aware UTC datetime of its start
    peak_sfu : solar flux units of a bright grain
    duration_s : s
    waning : whether it waxes and wanes, unlike the next one, and may begin at 50 MHz; even otherwise

    Returns
    -------
    SolarBurst
    """
    low = float(rng.uniform(50 if waning else 60, 110))
    high = float(low * rng.uniform(1.5, 2.2))
    begins = _waning_begins(rng, duration_s) if waning else partial(rng.uniform, FIRST_S, duration_s)
    times, frequencies = [], []
    # A chain: grains every 1-2 s for tens of seconds, drifting slowly down. About 1.2 chains at any moment per 10 MHz.
    for _ in range(int(duration_s * (high - low) / 10 * rng.uniform(0.02, 0.05))):
        length = rng.exponential(25)
        begin = begins()
        grains = begin + np.cumsum(rng.exponential(rng.uniform(0.6, 2.0), max(int(length), 2)))
        middle = rng.triangular(low, (low + high) / 2, high)
        times.append(grains)
        frequencies.append(middle * np.exp(-rng.uniform(0, 2e-3) * (grains - begin) + rng.normal(0, 0.012, len(grains))))
    when, where = np.concatenate(times), np.concatenate(frequencies)
    keep = (when > 0) & (when < duration_s)
    order = np.argsort(when[keep], kind="stable")
    count = len(order)
    storm = Storm(
        time_s=when[keep][order],
        frequency_mhz=where[keep][order],
        # Peak fluxes fall with index 4-5 (Iwai et al. 2013): few outliers, grain without strong single bursts.
        brightness=(0.3 * (1 + rng.pareto(3.5, count))).clip(max=1.5),
        length_s=rng.uniform(0.15, 0.35, count),
        low_mhz=low,
        high_mhz=high,
        duration_s=duration_s,
        grain_width=GRAIN_WIDTH * float(rng.uniform(*GRAIN_WIDTHS)) if waning else GRAIN_WIDTH,
        continuum=float(rng.uniform(0.08, 0.25)),
        wanes=_continuum_wanes(rng, duration_s) if waning else ((0.2, time_ripple(rng, -60, duration_s + 60, 60.0)),),
    )
    physics: dict[str, float | str] = {"duration_s": duration_s, "grains": count, "core_low_mhz": low, "core_high_mhz": high}
    return SolarBurst("I", epoch, peak_sfu, (storm,), physics)


def _waning_begins(rng: np.random.Generator, duration_s: float) -> Callable[[], float]:
    """Gives the beginning of one chain after another, s."""
    clock = np.arange(FIRST_S, duration_s)
    crowd = np.exp(rng.uniform(*CHAINS_WANE) * time_ripple(rng, FIRST_S, duration_s, float(rng.uniform(60, 240)))(clock))
    crowd /= crowd.sum()
    return lambda: float(rng.choice(clock, p=crowd)) + rng.uniform()


def _continuum_wanes(rng: np.random.Generator, duration_s: float) -> tuple[tuple[float, Ripple], ...]:
    """As in `Storm`."""
    return (
        (float(rng.uniform(*CONTINUUM_WANES)), time_ripple(rng, -60, duration_s + 60, 60.0)),
        (float(rng.uniform(*CONTINUUM_FLICKERS)), time_ripple(rng, -60, duration_s + 60, float(rng.uniform(3, 15)))),
    )
