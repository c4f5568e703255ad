"""A surface once more, by single pixels: each counts by its chance of being sky, which the histogram about the surface tells."""

import numpy as np

from models.compiled import njit
from models.sky.least_squares import TERMS, add, solve
from models.sky.surface_terms import EVERY

# All settings were chosen as those of differences.py, and results are as flat about them (clear_sky.md).
LEAST_ADU, BIN_ADU, BINS = -20.0, 0.5, 80  # the histogram; what lies further beneath is in its first bin, nothing above counts
# The sky's level is the mean of what lies so near to it, found anew five times, and no further off the surface than the second.
NEAR_ADU, MOST_OFF_ADU, STEPS = 2.5, 1.5, 5
LEAST_SCATTER_ADU = 1.1  # noise of a mean of 16 pixels
MOST_SIGMA = 4.0
LEAST_SHARE = 40.0  # of the means' blocks that is likely sky, or the surface stays


@njit(cache=True, nogil=True, fastmath=True)
def by_likely_sky(
    adu: np.ndarray,
    good: np.ndarray,
    pattern: np.ndarray,
    terms: np.ndarray,
    coefficients: np.ndarray,
    told: np.ndarray,
    hold: np.ndarray,
    held: np.ndarray,
    shape: tuple[int, int],
) -> np.ndarray:
    """Fit a surface to what is likely sky, together with what the differences between neighbours tell.

    A limit above which nothing counts takes cloud for sky, or sky for cloud, and bends the surface after it. Half of the sky lies
    beneath its level: how it scatters there says how many of the pixels above may be sky, and what lies there beyond that is cloud.

    Parameters
    ----------
    adu, good, pattern : (H, W) ndarrays, the frame, what is seen of it, and the camera's pattern, ADU
    terms : (7, N) float64 ndarray, of N means
    coefficients : (7,) float64 ndarray, of a surface near the sky
    told : (7, 8) float64 ndarray, the normal equations of the differences
    hold, held : (7,) float64 ndarray, how firmly each coefficient is held, and that times the expected one
    shape : (rows, columns) of the means

    Returns
    -------
    (7,) float64 ndarray
    """
    off = np.empty(((adu.shape[0] + EVERY - 1) // EVERY, (adu.shape[1] + EVERY - 1) // EVERY), np.float32)
    bins = np.empty(off.shape, np.uint8)
    _fill_off(adu, good, pattern, coefficients, off, bins)
    return by_distances(off, bins, terms, coefficients, told, hold, held, shape)


@njit(cache=True, nogil=True, fastmath=True)
def by_distances(
    off: np.ndarray,
    bins: np.ndarray,
    terms: np.ndarray,
    coefficients: np.ndarray,
    told: np.ndarray,
    hold: np.ndarray,
    held: np.ndarray,
    shape: tuple[int, int],
) -> np.ndarray:
    """Fit the surface to what is likely sky by its distances to the one before.

    Parameters
    ----------
    off, bins : (rows, columns) float32 and uint8 ndarray, distances, ADU, 0 where nothing counts, and their bins, `BINS` there
    terms, coefficients, told, hold, held, shape : as for `by_likely_sky`

    Returns
    -------
    (7,) float64 ndarray
    """
    chance = _chances(bins)
    values, weight = np.empty(terms.shape[1]), np.empty(terms.shape[1])
    _fill_blocks(off, bins, chance, shape, values, weight)
    if weight.sum() < LEAST_SHARE:
        return coefficients
    equations = told.copy()
    # What is fitted is the change: no surface of the means is needed, but for that on which the coefficients are held.
    for row in range(TERMS):
        for column in range(TERMS):
            equations[row, TERMS] -= told[max(row, column), min(row, column)] * coefficients[column]
    add(equations, terms, values, weight, weight.size)
    return np.asarray(coefficients + solve(equations, hold, held - hold * coefficients))


@njit(cache=True, nogil=True, fastmath=True)
def _fill_off(
    adu: np.ndarray, good: np.ndarray, pattern: np.ndarray, coefficients: np.ndarray, off: np.ndarray, bins: np.ndarray
) -> None:
    """Distances to the surface, ADU, and their bins; `BINS` where nothing counts."""
    level, x, y, xx, xy, yy, strength = coefficients.astype(np.float32)
    height, width = adu.shape
    across = np.empty(off.shape[1], np.float32)
    for column in range(across.size):
        across[column] = np.float32((column * EVERY + 0.5) / width * 2 - 1)
    for row in range(off.shape[0]):
        line = row * EVERY
        along = np.float32((line + 0.5) / height * 2 - 1)
        base, slope = level + (y + yy * along) * along, x + xy * along
        for column in range(across.size):
            surface = base + (slope + xx * across[column]) * across[column] + strength * pattern[line, column * EVERY]
            value = adu[line, column * EVERY] - surface
            place = (value - np.float32(LEAST_ADU)) * np.float32(1 / BIN_ADU)
            counts = good[line, column * EVERY] & (place < BINS)
            off[row, column] = value if counts else np.float32(0)
            bins[row, column] = np.uint8(max(place, np.float32(0))) if counts else np.uint8(BINS)


@njit(cache=True, nogil=True, fastmath=True)
def _chances(bins: np.ndarray) -> np.ndarray:
    """Weight of each bin, the last for what does not count: the square of the chance that what lies in it is sky.

    The square, as what is half cloud bends a surface more than it tells of it.
    """
    counts = np.zeros(BINS + 1)
    for row in range(bins.shape[0]):
        for column in range(bins.shape[1]):
            counts[bins[row, column]] += 1
    level = 0.0
    for _ in range(STEPS):
        total, count = 0.0, 0.0
        for index in range(BINS):
            value = LEAST_ADU + BIN_ADU * (index + 0.5)
            near = counts[index] if abs(value - level) < NEAR_ADU else 0.0
            total += near * value
            count += near
        level = min(max(total / max(count, 1.0), -MOST_OFF_ADU), MOST_OFF_ADU)
    squares, beneath, top, places = 0.0, 0.0, 0.0, 0.0
    for index in range(BINS):
        from_level = LEAST_ADU + BIN_ADU * (index + 0.5) - level
        below = counts[index] if from_level < 0 else 0.0
        squares += below * from_level * from_level
        beneath += below
        near_top = abs(from_level) < 1.0
        top += counts[index] if near_top else 0.0
        places += near_top
    scatter = max(np.sqrt(squares / max(beneath, 1.0)), LEAST_SCATTER_ADU)
    weights = np.zeros(BINS + 1)
    for index in range(BINS):
        sigmas = (LEAST_ADU + BIN_ADU * (index + 0.5) - level) / scatter
        seen = (counts[max(index - 1, 0)] + counts[index] + counts[min(index + 1, BINS - 1)]) / 3
        sky = 1.0 if sigmas < 0 else min(1.0, top / places * np.exp(-0.5 * sigmas * sigmas) / max(seen, 1.0))
        weights[index] = sky * sky if sigmas <= MOST_SIGMA else 0.0
    return weights


@njit(cache=True, nogil=True, fastmath=True)
def _fill_blocks(
    off: np.ndarray, bins: np.ndarray, chance: np.ndarray, shape: tuple[int, int], values: np.ndarray, weight: np.ndarray
) -> None:
    """Weighted mean of each block, ADU, and the mean of its weights."""
    rows, columns = off.shape[0] // shape[0], off.shape[1] // shape[1]
    for y in range(shape[0]):
        for x in range(shape[1]):
            total, count = 0.0, 0.0
            for row in range(y * rows, (y + 1) * rows):
                for column in range(x * columns, (x + 1) * columns):
                    each = chance[bins[row, column]]
                    total += each * off[row, column]
                    count += each
            values[y * shape[1] + x] = total / max(count, 1e-9)
            weight[y * shape[1] + x] = count / (rows * columns)
