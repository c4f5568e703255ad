"""Type I: a noise storm, thousands of short narrow grains in slowly drifting chains, or clumps, over a weak continuum."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from models.simulate.bursts.burst import SolarBurst
from models.simulate.bursts.clumps import Grains, in_clumps, pareto_brightness
from models.simulate.bursts.texture import Ripple, time_ripple

# Bandwidth of one type I burst, 3 % of its frequency (full width at half maximum).
GRAIN_WIDTH = 0.03 / 2.355
FIRST_S = -20.0  # chains that began before the storm
# The continuum, relative to a bright grain: of storms that are even, and of those that wane.
EVEN_CONTINUUM, WANING_CONTINUUM = (0.08, 0.25), (0.05, 0.3)
# What differs from one waning storm to the next: widths of grains, and the logarithm of how many chains begin (within one to four
# minutes), and of the continuum, in a minute and in some seconds. Own estimates, wide on purpose, for models that learn from them:
# a storm is known by its grains, not by its evenness.
GRAIN_WIDTHS, CHAINS_WANE, CONTINUUM_WANES, CONTINUUM_FLICKERS = (0.7, 1.7), (0.0, 1.2), (0.1, 0.5), (0.0, 0.6)


@dataclass(frozen=True, slots=True, eq=False)
class Storm:
    """Grains and continuum of a noise storm.

    Attributes
    ----------
    grains : Grains
    low_mhz, high_mhz : MHz, the storm's core
    duration_s : s
    continuum : relative to the brightest grain
    wanes : brightness of the continuum in time, each with the size of its logarithm
    """

    grains: Grains
    low_mhz: float
    high_mhz: float
    duration_s: float
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

        grains = self.grains.between(time_s[0] - 3, time_s[-1] + 3)
        offset = (log_f[:, None] - np.log(grains.frequency_mhz)) / grains.width
        step = time_s[1] - time_s[0] if len(time_s) > 1 else 0.25
        nearest = np.round((grains.time_s - time_s[0]) / step).astype(int)
        columns = nearest[:, None] + np.arange(-6, 7)
        inside = (columns >= 0) & (columns < len(time_s))
        late = time_s[0] + columns * step - grains.time_s[:, None]
        pulse = np.exp(-0.5 * (late / grains.length_s[:, None]) ** 2) * grains.brightness[:, None]
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
        moments = begin + np.cumsum(rng.exponential(rng.uniform(0.6, 2.0), max(int(length), 2)))
        middle = rng.triangular(low, (low + high) / 2, high)
        times.append(moments)
        frequencies.append(middle * np.exp(-rng.uniform(0, 2e-3) * (moments - begin) + rng.normal(0, 0.012, len(moments))))
    when, where = np.concatenate(times), np.concatenate(frequencies)
    keep = (when > 0) & (when < duration_s)
    order = np.argsort(when[keep], kind="stable")
    count = len(order)
    brightness, length_s = pareto_brightness(rng, count), rng.uniform(0.15, 0.35, count)
    width = GRAIN_WIDTH * float(rng.uniform(*GRAIN_WIDTHS)) if waning else GRAIN_WIDTH
    grains = Grains(when[keep][order], where[keep][order], brightness, length_s, np.full(count, width))
    if waning:  # clumps are drawn by a generator of their own, but for when they begin: that is as for chains
        grains = in_clumps(rng.spawn(1)[0], grains, begins, (low, high), duration_s, width)
    storm = Storm(
        grains=grains,
        low_mhz=low,
        high_mhz=high,
        duration_s=duration_s,
        continuum=float(rng.uniform(*(WANING_CONTINUUM if waning else EVEN_CONTINUUM))),
        wanes=_continuum_wanes(rng, duration_s) if waning else ((0.2, time_ripple(rng, -60, duration_s + 60, 60.0)),),
    )
    physics: dict[str, float | str] = {
        "duration_s": duration_s,
        "grains": grains.time_s.size,
        "core_low_mhz": low,
        "core_high_mhz": high,
    }
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
