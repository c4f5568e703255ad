"""Random brightness that belongs to the Sun: the same at every station, whatever its channels and clock."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

# 6 MHz to 1.8 GHz in steps of 1 %, finer than most receivers' channels.
LOG_LOW, LOG_STEP, KNOTS = float(np.log(6.0)), 0.01, 571


@dataclass(frozen=True, slots=True, eq=False)
class Ripple:
    """Smooth random function of one variable.

    Attributes
    ----------
    start, step : of its knots
    values : (N,) float64 ndarray, unit variance about 0
    """

    start: float
    step: float
    values: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Values, joined linearly and constant beyond the knots.

        Parameters
        ----------
        x : (N,) float64 ndarray

        Returns
        -------
        (N,) float64 ndarray
        """
        return np.asarray(np.interp((x - self.start) / self.step, np.arange(len(self.values)), self.values))


def _normal(rng: np.random.Generator, shape: tuple[int, ...], widths: tuple[float, ...]) -> np.ndarray:
    noise = rng.standard_normal(shape)
    for axis, width in enumerate(widths):
        noise = gaussian_filter1d(noise, width, axis=axis, mode="wrap")
        if width > 0.3:
            noise *= np.sqrt(2 * width * np.sqrt(np.pi))  # restores unit variance
    return noise


def frequency_ripple(rng: np.random.Generator, width: float) -> Ripple:
    """Draw a function of the logarithm of frequency.

    Parameters
    ----------
    rng : generator
    width : correlation length in ln f (0.02 is 2 %)

    Returns
    -------
    Ripple
    """
    return Ripple(LOG_LOW, LOG_STEP, _normal(rng, (KNOTS,), (width / LOG_STEP,)))


def time_ripple(rng: np.random.Generator, first_s: float, last_s: float, width_s: float) -> Ripple:
    """Draw a function of time.

    Parameters
    ----------
    rng : generator
    first_s, last_s : s, where it is needed
    width_s : s, correlation length

    Returns
    -------
    Ripple
    """
    step = width_s / 2
    return Ripple(first_s, step, _normal(rng, (max(int((last_s - first_s) / step) + 3, 8),), (2.0,)))


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Smooth random function of the logarithm of frequency and of time.

    Attributes
    ----------
    start_s, step_s : of its columns
    log_step : of its rows, which start at 6 MHz
    values : (M, N) float32 ndarray, unit variance about 0
    """

    start_s: float
    step_s: float
    log_step: float
    values: np.ndarray

    def __call__(self, frequency_mhz: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Values for all pairs, joined linearly.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s

        Returns
        -------
        (F, T) float32 ndarray
        """
        row = ((np.log(frequency_mhz) - LOG_LOW) / self.log_step).clip(0, self.values.shape[0] - 1.001)
        column = ((time_s - self.start_s) / self.step_s).clip(0, self.values.shape[1] - 1.001)
        i, j = row.astype(int), column.astype(int)
        u, w = (row - i).astype(np.float32)[:, None], (column - j).astype(np.float32)
        rows = self.values[i] * (1 - u) + self.values[i + 1] * u
        return np.asarray(rows[:, j] * (1 - w) + rows[:, j + 1] * w)


def patches(rng: np.random.Generator, first_s: float, last_s: float, width_s: float, log_width: float) -> Patches:
    """Draw patches of brightness.

    Parameters
    ----------
    rng : generator
    first_s, last_s : s, where they are needed
    width_s : s, their length
    log_width : their width in ln f

    Returns
    -------
    Patches
    """
    step, log_step = width_s / 1.5, log_width / 1.5
    shape = (int(KNOTS * LOG_STEP / log_step) + 2, int((last_s - first_s) / step) + 4)
    return Patches(first_s, step, log_step, _normal(rng, shape, (1.5, 1.5)).astype(np.float32))
