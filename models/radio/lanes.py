"""Lanes of a type II: their common drift, and at which frequencies they run.

Fundamental and harmonic, upstream and downstream lane are emitted by one shock: in ln f they run parallel. The columns are shifted
against each other in ln f until brightness depends as much as it can on the shifted frequency alone; the peaks of that
dependence are the lanes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from models.compiled import njit
from models.radio.arcsinh import arcsinh
from models.radio.parabola import vertex

# A shock of constant speed in Newkirk's corona drifts as f^1.6 (0.026, 0.088, 0.26, 0.74 MHz/s at 20, 40, 80, 160 MHz): with
# d ln f / dt ~ f^CURVE its lane is a straight line in f^-CURVE.
CURVE = 0.6
# Of 70 real ridges -d ln f / dt is 0.2e-3 to 2.6e-3 per s (q10 to q90); what drifts faster is a type III, and shocks climb.
SLOWEST, FASTEST, TRIALS = 1e-4, 5e-3, 24
FINE = 25
# Of rates that explain about as much the likelier counts, by the median of those ridges and the scatter of their logarithm.
USUAL, SCATTER, PREFERENCE = 1.34e-3, 0.95, 0.05
# Time bins are pooled: 3 s of 1e-3 per s are a third of a cell below, and 80 columns tell a drift.
POOL_S, MOST_COLUMNS = 3.0, 80
# Quantiles of a channel's time and of a moment's band that are background.
QUIET_TIME, QUIET_BAND = 0.25, 0.3
# Cells of ln f, and how far they are smoothed (one standard deviation): one lane is 0.03 to 0.1 wide.
GRID, LANE = 0.01, 0.015
# Where only few pixels have a shifted frequency, their mean says little: as if there were so many more without light, relative to
# the frequency that has most.
EMPTY = 0.4
# Lanes wobble by 3-5 % about their law, in streamers that they cross within some 25 s. As noise of that correlation time this alone
# gives a slope over T seconds the error WOBBLE sqrt(12 x 2 x 25 / T) / T.
WOBBLE, WOBBLE_S = 0.03, 25.0
# Lanes break into patches of 1-20 s: what is left out at a time must be longer.
BLOCKS = 8
LEAST_S = 30.0
LEAST_ROWS = 10
# Lower peaks are no lanes, relative to the highest.
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Lanes:
    """Parallel lanes.

    Attributes
    ----------
    second_at : s after the first column, middle of the light
    rate, rate_sigma : d ln f / dt at that time, 1/s, and its standard deviation: from leaving out eighths of the time, and from
        what the wobble of lanes does to any slope
    frequency_mhz : (N,) float64 ndarray, MHz, ascending, of the lanes at that time
    strength : (N,) float64 ndarray, their heights relative to the highest
    """

    second_at: float
    rate: float
    rate_sigma: float
    frequency_mhz: np.ndarray
    strength: np.ndarray

    @property
    def main_mhz(self) -> float:
        """Frequency of the strongest lane."""
        return float(self.frequency_mhz[self.strength.argmax()])

    def shift(self, second: float) -> float:
        """Ln of a lane's frequency at a second, relative to that at ``second_at``."""
        return float(_shift(np.array([self.rate]), np.array([second - self.second_at]))[0, 0])


def find_lanes(level: np.ndarray, frequency_mhz: np.ndarray, bin_s: float) -> Lanes | None:
    """Find the lanes of a region.

    Parameters
    ----------
    level : (F, B) float32 ndarray, in sigma of each channel, 0 where masked or outside the region
    frequency_mhz : (F,) float64 ndarray, MHz, ascending
    bin_s : seconds of one bin

    Returns
    -------
    Lanes, or None where the region is too short or too narrow, or nothing in it drifts as one
    """
    from scipy.signal import find_peaks  # 0.6 s, which a process that measures no lane need not spend

    width = max(1, round(POOL_S / bin_s), -(-level.shape[1] // MOST_COLUMNS))
    count = level.shape[1] // width
    if count * width * bin_s < LEAST_S or frequency_mhz.size < LEAST_ROWS:
        return None
    pooled = level[:, : count * width].reshape(level.shape[0], count, width).mean(axis=2)
    # Neither carriers nor what fills the band at one time is a lane. A lane may fill most of a slow channel's time: with the median
    # taken away, drifts come out 5 % too steep.
    pooled = arcsinh(pooled / np.float32(2))
    pooled -= np.quantile(pooled, QUIET_TIME, axis=1, keepdims=True).astype(np.float32)
    pooled -= np.quantile(pooled, QUIET_BAND, axis=0, keepdims=True).astype(np.float32)
    light = np.maximum(pooled, 0).sum(axis=0) ** 2
    time = (np.arange(count) + 0.5) * width * bin_s
    middle = float((light * time).sum() / max(light.sum(), 1e-9))
    log, since = np.log(frequency_mhz), time - middle
    block = np.arange(count) * BLOCKS // count
    half = np.geomspace(SLOWEST, FASTEST, TRIALS)
    rate = float(_steepest(_folded(pooled, log, since, -half, np.zeros_like(block)))[-1])
    around = rate + 0.4 * LANE / float(np.ptp(time)) * (np.arange(FINE) - FINE // 2)
    folded = _folded(pooled, log, since, around, block)
    *without, rate = _steepest(folded).tolist()
    variance = (BLOCKS - 1) / BLOCKS * ((without - np.mean(without)) ** 2).sum()
    duration = float(np.ptp(time))
    wobble = WOBBLE * np.sqrt(24 * WOBBLE_S / duration) / duration
    profile = folded.mean(int(np.abs(around - rate).argmin()))
    peaks, _ = find_peaks(profile, prominence=LEAST_SHARE * profile.max(initial=0))
    peaks = peaks[profile[peaks] > LEAST_SHARE * profile.max(initial=0)]
    if not peaks.size:
        return None
    sigma = float(np.sqrt(variance + wobble**2))
    return Lanes(middle, rate, sigma, np.exp(folded.first + GRID * peaks), profile[peaks] / profile[peaks].max())


@dataclass(frozen=True, slots=True, eq=False)
class _Folded:
    """Sums and numbers (blocks, rates, X) of pixels by shifted ln f, from ``first`` on in steps of `GRID`."""

    rates: np.ndarray
    first: float
    total: np.ndarray
    number: np.ndarray

    def mean(self, rate: int) -> np.ndarray:
        """Mean brightness by shifted ln f."""
        number = self.number[:, rate].sum(axis=0)
        return np.asarray(self.total[:, rate].sum(axis=0) / (number + EMPTY * number.max()))


def _folded(pooled: np.ndarray, log: np.ndarray, since: np.ndarray, rates: np.ndarray, block: np.ndarray) -> _Folded:
    shift = _shift(rates, since)
    first = float(log[0] - shift.max())
    cells = int((log[-1] - shift.min() - first) / GRID) + 2
    total, number = _fold(np.ascontiguousarray(pooled.T), (log - first) / GRID + 0.5, shift / GRID, block, cells)
    return _Folded(rates, first, *(gaussian_filter1d(values, LANE / GRID, axis=2) for values in (total, number)))


def _shift(rates: np.ndarray, since: np.ndarray) -> np.ndarray:
    """(rates, times) change of ln f, for rates of d ln f / dt at time 0."""
    return np.asarray(-np.log(np.maximum(1 - CURVE * rates[:, None] * since, 0.1)) / CURVE)


def _steepest(folded: _Folded) -> np.ndarray:
    """Rates for which shifted frequency alone explains most of the brightness: without each of the blocks, and last with all."""
    explained = _explained(folded.total, folded.number)
    explained *= np.exp(-PREFERENCE * (np.log(np.maximum(-folded.rates, 1e-5) / USUAL) / SCATTER) ** 2)
    places = [vertex(values, int(values.argmax())) for values in explained]
    return np.asarray(np.interp(places, np.arange(folded.rates.size), folded.rates))


@njit(cache=True, nogil=True)
def _explained(total, number):  # type: ignore[no-untyped-def]
    """(blocks + 1, rates) brightness that shifted frequency explains, without each block and with all."""
    blocks, rates, cells = total.shape
    explained = np.zeros((blocks + 1, rates))
    counts = np.zeros((rates, cells))
    for left_out in range(blocks + 1):
        counts[:] = 0
        for block in range(blocks):
            if block != left_out:
                counts += number[block]
        empty = EMPTY * counts.max()
        for rate in range(rates):
            for cell in range(cells):
                bright = 0.0
                for block in range(blocks):
                    if block != left_out:
                        bright += total[block, rate, cell]
                if bright > 0:
                    explained[left_out, rate] += bright * bright / (counts[rate, cell] + empty)
    return explained


@njit(cache=True, nogil=True)
def _fold(columns, place, shift, block, cells):  # type: ignore[no-untyped-def]
    """Sums and numbers of pixels, by block of time, rate and cell of shifted frequency."""
    total, number = np.zeros((block.max() + 1, shift.shape[0], cells)), np.zeros((block.max() + 1, shift.shape[0], cells))
    for rate in range(shift.shape[0]):
        for column in range(columns.shape[0]):
            sums, counts = total[block[column], rate], number[block[column], rate]
            for row in range(place.size):
                cell = int(place[row] - shift[rate, column])
                sums[cell] += columns[column, row]
                counts[cell] += 1
    return total, number
