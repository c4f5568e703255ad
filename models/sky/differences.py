"""A surface by the differences between neighbours, which a cloud leaves alone but at its edges; and which of two surfaces it is."""

import numpy as np

from models.compiled import njit
from models.sky.least_squares import TERMS, add, fill_residual, solve

# All settings were chosen by injected clouds in 48 simulated clear frames, half of them of unknown cameras; about them results are
# flat (clear_sky.md). Differences are between means so far apart that one between them may be half cloud, of every second line.
APART, EVERY = 2, 2
# A difference that is so far off the surface's, ADU, from fit to fit, has a quarter of the weight, 1 / (1 + (d / s)^2)^2: further
# off it is an edge of cloud.
EDGE_ADU = np.array([6.0, 4.0, 3.0, 2.0])
SHAPE_HOLD = 0.02  # of the hold on the curvature, as the differences are meant to say what it is
LOW_SHARE, LOW_EVERY = 0.1, 9  # the sky is near the lowest tenth of what the shape leaves, of every ninth value
# In simulated clear frames differences scatter by 0.8 ADU and values about the surface by 1.1 (1.3 and 2.5 where the pattern is not
# known), which a slow unevenness moves together: so many times as much weight; 10 and 20 do as well.
DIFFERENCE_WEIGHT = 15.0
# Of values, sigma: cloud is what lies further above, and what touches it at a side or a corner and is no lower than the second.
CLOUD_SIGMA, TOUCHING_SIGMA = 1.4, 0.5
ROUNDS = 3
# A round that leaves so little as sky, values and share of what is seen, is not made, as in a frame that shows so little of the sky
# nothing is fitted: the surface would sink from round to round beneath fewer values, until all is cloud.
LEAST_VALUES, LEAST_SHARE = 40, 0.1
# What a surface leaves unexplained. A value off it costs at most, above, where a cloud explains it, little, and beneath, where
# nothing does, much; in a scatter smaller than that of the fit, which also is the camera's pattern's.
SCATTER, CLOUD_COST, GAP_COST = 0.78, 2.5, 100.0
# An edge inside what is taken for sky, ADU from the least to the most that counts, costs its square three times; a border of cloud
# without such an edge costs 8 for each pair of means.
STEP_ADU, MOST_STEP_ADU = 2.0, 6.0
STEP_COST, BARE_BORDER_COST = 3.0, 8.0


@njit(cache=True, nogil=True, fastmath=True)
def told_by_differences(
    pairs: np.ndarray, values: np.ndarray, seen: np.ndarray, shape: tuple[int, int], hold: np.ndarray, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Say what the differences between neighbours tell of a surface's shape, edges counting less from fit to fit.

    Parameters
    ----------
    pairs : (7, M) float64 ndarray, of the terms, as `term_pairs` gives them
    values : (N,) float64 ndarray, means of the frame, ADU
    seen : (N,) float64 ndarray, 1 where the sky is seen, else 0
    shape : (rows, columns) of the means
    hold, held : (7,) float64 ndarray, how firmly each coefficient is held, and that times the expected one

    Returns
    -------
    (equations, coefficients), (7, 8) and (7,) float64 ndarray: normal equations, and the surface that they tell, but for its level
    """
    steps, both = _pairs(values, shape), _pairs_seen(seen, shape)
    weight, residual = both.copy(), np.empty(both.size)
    coefficients, told = np.zeros(TERMS), np.zeros((TERMS, TERMS + 1))
    for edge in EDGE_ADU:
        told[:] = 0.0
        add(told, pairs, steps, weight, weight.size)
        coefficients = solve(told, SHAPE_HOLD * hold, SHAPE_HOLD * held)
        fill_residual(pairs, steps, coefficients, residual)
        for index in range(weight.size):
            near = 1 / (1 + (residual[index] / edge) ** 2)
            weight[index] = both[index] * near * near
    told[:] = 0.0
    add(told, pairs, steps, weight, weight.size)
    return told * DIFFERENCE_WEIGHT, coefficients


@njit(cache=True, nogil=True, fastmath=True)
def by_differences(
    terms: np.ndarray,
    values: np.ndarray,
    seen: np.ndarray,
    shape: tuple[int, int],
    sigma: float,
    hold: np.ndarray,
    held: np.ndarray,
    told: np.ndarray,
    shaped: np.ndarray,
) -> np.ndarray:
    """Fit a surface whose shape the differences between neighbours tell, and whose level the lowest values.

    Then by the values outside clouds together with the differences. A cloud is what lies above and what touches that: means half
    under cloud, which would lift the surface.

    Parameters
    ----------
    terms : (7, N) float64 ndarray, of the means
    values, seen, shape : as for `told_by_differences`
    sigma : what a clear sky scatters about such a surface
    hold, held : as for `told_by_differences`
    told, shaped : as `told_by_differences` gives them

    Returns
    -------
    (7,) float64 ndarray
    """
    coefficients = shaped.copy()
    off, sky = np.empty(seen.size), np.empty(seen.size)
    fill_residual(terms, values, coefficients, off)
    coefficients[0] += _low(off, seen) + 0.5 * sigma
    for _ in range(ROUNDS):
        fill_residual(terms, values, coefficients, off)
        _fill_sky(off, seen, shape, sigma, sky)
        if sky.sum() < max(LEAST_VALUES, LEAST_SHARE * seen.sum()):
            break
        equations = told.copy()
        add(equations, terms, values, sky, sky.size)
        coefficients = solve(equations, hold, held)
    return coefficients


@njit(cache=True, nogil=True, fastmath=True)
def unexplained(residual: np.ndarray, seen: np.ndarray, shape: tuple[int, int], sigma: float, limit: float) -> tuple[float, float]:
    """What a surface leaves unexplained.

    Parameters
    ----------
    residual : (N,) float64 ndarray, ADU, values less the surface
    seen, shape, sigma : as for `by_differences`
    limit : ADU, above which a value is cloud

    Returns
    -------
    (cost, steps), the second the squares of the edges inside what is taken for sky, which is part of the first, ADU^2
    """
    cost, steps, bare = 0.0, 0.0, 0.0
    most = (MOST_STEP_ADU - STEP_ADU) ** 2
    for index in range(residual.size):
        off = residual[index] / (SCATTER * sigma)
        cost += seen[index] * min(off * off, CLOUD_COST if off > 0 else GAP_COST)
    for down, right in ((0, 1), (1, 0)):
        for y in range(shape[0] - down):
            first, second = y * shape[1], (y + down) * shape[1] + right
            for x in range(shape[1] - right):
                one, other = residual[first + x], residual[second + x]
                step = max(abs(one - other) - STEP_ADU, 0.0)
                both = seen[first + x] * seen[second + x]
                steps += both * min(step * step, most) if max(one, other) < limit else 0.0
                bare += both if step == 0.0 and min(one, other) < limit <= max(one, other) else 0.0
    return cost + STEP_COST * steps + BARE_BORDER_COST * bare, steps


def term_pairs(terms: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(7, M) float64 ndarray: differences of (7, N) terms of a surface, in the order of those of the values."""
    return np.stack([_pairs(term, shape) for term in terms])


@njit(cache=True, nogil=True, fastmath=True)
def _pairs(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Differences along rows and columns, (M,)."""
    height, width = shape
    across, along = width - APART, (width + EVERY - 1) // EVERY
    lines = (height + EVERY - 1) // EVERY
    pairs = np.empty(lines * across + (height - APART) * along)
    for line in range(lines):
        start, place = line * EVERY * width, line * across
        for x in range(across):
            pairs[place + x] = values[start + x + APART] - values[start + x]
    for y in range(height - APART):
        start, place = y * width, lines * across + y * along
        for x in range(along):
            pairs[place + x] = values[start + APART * width + x * EVERY] - values[start + x * EVERY]
    return pairs


@njit(cache=True, nogil=True, fastmath=True)
def _pairs_seen(seen: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """1 where both values of a difference are seen, else 0, in the order of `_pairs`."""
    height, width = shape
    across, along = width - APART, (width + EVERY - 1) // EVERY
    lines = (height + EVERY - 1) // EVERY
    both = np.empty(lines * across + (height - APART) * along)
    for line in range(lines):
        for x in range(across):
            start = line * EVERY * width + x
            both[line * across + x] = seen[start] * seen[start + APART]
    for y in range(height - APART):
        for x in range(along):
            start = y * width + x * EVERY
            both[lines * across + y * along + x] = seen[start] * seen[start + APART * width]
    return both


@njit(cache=True, nogil=True)
def _low(values: np.ndarray, seen: np.ndarray) -> float:
    """Level of the lowest tenth of what is seen."""
    picked, count = np.empty(values.size // LOW_EVERY + 1), 0
    for index in range(0, values.size, LOW_EVERY):
        picked[count] = values[index]
        count += seen[index] > 0
    if count == 0:
        return float(values.min())
    picked = picked[:count]
    picked.sort()
    return float(picked[int(LOW_SHARE * count)])


@njit(cache=True, nogil=True, fastmath=True)
def _fill_sky(off: np.ndarray, seen: np.ndarray, shape: tuple[int, int], sigma: float, sky: np.ndarray) -> None:
    """Weight 1 where a value is seen and neither cloud nor touching it, else 0."""
    height, width = shape
    cloud, touched = np.zeros((height + 2, width + 2), np.uint8), np.empty(width + 2, np.uint8)
    for y in range(height):
        for x in range(width):
            cloud[y + 1, x + 1] = (seen[y * width + x] > 0) & (off[y * width + x] > CLOUD_SIGMA * sigma)
    for y in range(height):
        for x in range(width + 2):
            touched[x] = cloud[y, x] | cloud[y + 1, x] | cloud[y + 2, x]
        for x in range(width):
            index = y * width + x
            near = (touched[x] | touched[x + 1] | touched[x + 2]) & (off[index] > TOUCHING_SIGMA * sigma)
            sky[index] = 0.0 if near | cloud[y + 1, x + 1] else seen[index]
