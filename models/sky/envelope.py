"""The smooth lower envelope of a frame: clouds only add radiance, so the clear sky lies beneath them."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from models.compiled import njit
from models.sky.differences import by_differences, term_pairs, told_by_differences, unexplained
from models.sky.least_squares import TERMS, add, fill_residual, solve
from models.sky.likely_sky import by_likely_sky

COARSE = (32, 40)  # 4 x 4 means of the rebinned frame: gaps between clouds of half a degree are seen
# What lens and housing lay over every sky: fitted to the flattest frames, clear and overcast, x^2 and y^2 rise by 7 to 24 ADU from
# the middle to the edges, xy by -3 to 7; the clear sky's own curvature at 60 degrees from the zenith adds 13. The pattern may be
# another camera's: its strength is found between 0 and 1.
EXPECTED = np.array([0.0, 0.0, 0.0, 15.0, 0.0, 14.0, 0.5])
SPREAD = np.array([np.inf, np.inf, np.inf, 10.0, 10.0, 10.0, 0.5])
# Neighbouring means err alike: so many of them count as one.
ALIKE = 40.0
INLIER_SIGMA = 1.7  # with 2.5, clouds of 15 ADU over half a clear frame are taken for its shape
ABOVE = 0.05  # weight of what lies above the surface to begin with
SLOW_STEPS, MOST_STEPS = 10, 30
# Fewer and smaller edges than these in what is taken for sky, ADU^2, and no other surface is looked for; it has to leave so much
# less unexplained. Of simulated frames with hard clouds of 10 ADU 99 % have more (95 of 96), of clear ones 3 % (7 of 239).
STEPS, LEAST_GAIN = 40.0, 100.0
# The surface by single pixels may leave so much more unexplained; more where a sky full of cloud leaves too few that are sky.
MOST_LOSS = 200.0
LEAST_SEEN = 0.1
# What stands out from the surface is averaged twice, no value counting as more than so much, nor as less than the first beneath.
RAISED_ADU = (6.0, 20.0)


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """A quadratic surface beneath a frame.

    Attributes
    ----------
    coefficients : (7,) float64 ndarray, ADU, of 1, x, y, x^2, xy, y^2; x and y run from -1 to 1 over the frame; and, a number, of
        the camera's pattern
    support : share of the frame that lies on it, within 1.7 sigma
    raised_adu : means of what stands out from it, where no value counts as more than 6 and than 20 ADU
    """

    coefficients: np.ndarray
    support: float
    raised_adu: tuple[float, float]

    def surface(self, pattern: np.ndarray) -> np.ndarray:
        """(H, W) float32 ndarray, ADU, for a (H, W) pattern of the camera."""
        rows, columns = (_axis(size) for size in pattern.shape)
        level, x, y, xx, xy, yy, strength = self.coefficients
        along = (level + y * rows + yy * rows**2).astype(np.float32)
        across = (x * columns + xx * columns**2).astype(np.float32)
        twist = (xy * rows).astype(np.float32)
        return np.asarray(_sum_surface(along, across, twist, columns.astype(np.float32), np.float32(strength), pattern))


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What a surface is made of: terms at the means, (7, 1280) float64 ndarray, and their differences, (7, M)."""

    means: np.ndarray
    pairs: np.ndarray


class _Same:
    """A pattern that is the same only as itself: what hangs on it alone is reckoned once."""

    def __init__(self, pattern: np.ndarray) -> None:
        self.pattern = pattern

    def __hash__(self) -> int:
        return id(self.pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pattern is self.pattern


def lower_envelope(adu: np.ndarray, good: np.ndarray, sigma_adu: float, pattern: np.ndarray) -> Envelope | None:
    """Fit the surface that most of a frame lies on and nothing lies beneath.

    By least squares in which what lies above weighs less, then only what lies within 1.7 sigma, or beneath. Where edges are left in
    what is then taken for sky, once more by the differences between neighbours; of the two the one is taken that leaves less
    unexplained. At last by single pixels, as likely as each is sky. The curvature is held near the camera's own.

    Parameters
    ----------
    adu : (H, W) float32 ndarray, ADU, H and W multiples of 32 and 40
    good : (H, W) bool ndarray, False where no sky is seen
    sigma_adu : what a clear sky scatters about such a surface
    pattern : (H, W) float32 ndarray, ADU, of the camera; zeros where it is not known

    Returns
    -------
    Envelope, or None where less than a tenth of the frame is good
    """
    values, seen = coarse_means(adu, good)
    if seen.mean() < LEAST_SEEN:
        return None
    terms = _terms(_Same(pattern))
    hold = ALIKE * (sigma_adu / SPREAD) ** 2
    held = hold * EXPECTED
    coefficients = _fit(values, terms.means, terms.pairs, seen, sigma_adu, hold, held, adu, good, pattern)
    residual = np.empty(values.size)
    fill_residual(terms.means, values, coefficients, residual)
    return Envelope(coefficients, *_support_and_raised(residual, seen, INLIER_SIGMA * sigma_adu))


def coarse_means(adu: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of `COARSE` blocks over their good pixels, and 1 where more than half of the block is good, else 0.

    Returns
    -------
    (means, seen), each (1280,) float64 ndarray
    """
    means, seen = np.empty(COARSE[0] * COARSE[1]), np.empty(COARSE[0] * COARSE[1])
    _fill_means(adu, good, means, seen)
    return means, seen


@njit(cache=True, nogil=True)
def _sum_surface(
    along: np.ndarray, across: np.ndarray, twist: np.ndarray, columns: np.ndarray, strength: np.float32, pattern: np.ndarray
) -> np.ndarray:
    """Quadratic and pattern, summed in one pass."""
    surface = np.empty((along.size, across.size), np.float32)
    for y in range(along.size):
        for x in range(across.size):
            surface[y, x] = twist[y] * columns[x] + along[y] + across[x] + strength * pattern[y, x]
    return surface


@cache
def _axis(size: int) -> np.ndarray:
    return (np.arange(size) + 0.5) / size * 2 - 1


@lru_cache(maxsize=4)
def _terms(camera: _Same) -> Terms:
    x, y = np.meshgrid(_axis(COARSE[1]), _axis(COARSE[0]))
    pattern = coarse_means(camera.pattern, np.ones(camera.pattern.shape, bool))[0]
    means = np.stack([*(term.ravel() for term in (np.ones_like(x), x, y, x * x, x * y, y * y)), pattern])
    return Terms(means, term_pairs(means, COARSE))


@njit(cache=True, nogil=True, fastmath=True)
def _support_and_raised(residual: np.ndarray, seen: np.ndarray, limit: float) -> tuple[float, tuple[float, float]]:
    """Support of a surface, and what stands out from it, as `Envelope` holds them."""
    on, little, much = 0.0, 0.0, 0.0
    least, most = RAISED_ADU
    for index in range(residual.size):
        value = max(residual[index], -least)
        on += seen[index] if abs(residual[index]) < limit else 0.0
        little += seen[index] * min(value, least)
        much += seen[index] * min(value, most)
    total = seen.sum()
    return on / total, (little / total, much / total)


@njit(cache=True, nogil=True, fastmath=True)
def _fill_means(adu: np.ndarray, good: np.ndarray, means: np.ndarray, seen: np.ndarray) -> None:
    """Sum the rows of a block first, along whole lines of the frame, many columns at a time."""
    rows, columns = adu.shape[0] // COARSE[0], adu.shape[1] // COARSE[1]
    totals, counts = np.empty(adu.shape[1]), np.empty(adu.shape[1])
    for line in range(COARSE[0]):
        totals[:] = counts[:] = 0.0
        for y in range(line * rows, (line + 1) * rows):
            for x in range(adu.shape[1]):
                totals[x] += adu[y, x] if good[y, x] else np.float32(0)
                counts[x] += good[y, x]
        for x in range(COARSE[1]):
            total, count = 0.0, 0.0
            for column in range(x * columns, (x + 1) * columns):
                total += totals[column]
                count += counts[column]
            means[line * COARSE[1] + x] = total / max(count, 1.0)
            seen[line * COARSE[1] + x] = 1.0 if 2 * count > rows * columns else 0.0


@njit(cache=True, nogil=True, fastmath=True)
def _fit(
    values: np.ndarray,
    terms: np.ndarray,
    pairs: np.ndarray,
    seen: np.ndarray,
    sigma: float,
    hold: np.ndarray,
    held: np.ndarray,
    adu: np.ndarray,
    good: np.ndarray,
    pattern: np.ndarray,
) -> np.ndarray:
    """Coefficients of the better surface of the means, once more by single pixels."""
    limit = INLIER_SIGMA * sigma
    told, best, cost = by_means(values, terms, pairs, seen, sigma, hold, held)
    likely = by_likely_sky(adu, good, pattern, terms, best, told, hold, held, COARSE)
    residual = np.empty(values.size)
    fill_residual(terms, values, likely, residual)
    return likely if unexplained(residual, seen, COARSE, sigma, limit)[0] <= cost + MOST_LOSS else best


@njit(cache=True, nogil=True, fastmath=True)
def by_means(
    values: np.ndarray,
    terms: np.ndarray,
    pairs: np.ndarray,
    seen: np.ndarray,
    sigma: float,
    hold: np.ndarray,
    held: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit the better of the two surfaces that the means tell.

    Parameters
    ----------
    values : (1280,) float64 ndarray, means of the frame, ADU
    terms, pairs : (7, 1280) and (7, M) float64 ndarray, as `Terms` holds them
    seen : (1280,) float64 ndarray, 1 where the sky is seen, else 0
    sigma : what a clear sky scatters about such a surface, ADU
    hold, held : (7,) float64 ndarray, how firmly each coefficient is held, and that times the expected one

    Returns
    -------
    (told, coefficients, cost), (7, 8) float64 ndarray, what the differences tell; (7,) float64 ndarray; what it leaves unexplained
    """
    limit = INLIER_SIGMA * sigma
    told, shaped = told_by_differences(pairs, values, seen, COARSE, hold, held)
    best = _beneath(terms, values, seen, sigma, hold, held)
    residual = np.empty(values.size)
    fill_residual(terms, values, best, residual)
    cost, steps = unexplained(residual, seen, COARSE, sigma, limit)
    if steps > STEPS:
        other = by_differences(terms, values, seen, COARSE, sigma, hold, held, told, shaped)
        fill_residual(terms, values, other, residual)
        left = unexplained(residual, seen, COARSE, sigma, limit)[0]
        if left + LEAST_GAIN < cost:
            best, cost = other, left
    return told, best, cost


@njit(cache=True, nogil=True, fastmath=True)
def _beneath(
    terms: np.ndarray, values: np.ndarray, seen: np.ndarray, sigma: float, hold: np.ndarray, held: np.ndarray
) -> np.ndarray:
    """Coefficients of the surface that most values lie on and few beneath.

    From step to step few values change their weight (a tenth of them): the normal equations are mended by those alone, a fifth of
    the time of summing anew. Where none changes, the steps that are left would change nothing either.
    """
    limit = INLIER_SIGMA * sigma
    sums = np.zeros((TERMS, TERMS + 1))
    add(sums, terms, values, seen, seen.size)
    weight, residual = seen.copy(), np.empty(seen.size)
    places = np.empty(seen.size, np.int64)
    changed, changed_values, change = np.empty_like(terms), np.empty(seen.size), np.empty(seen.size)
    coefficients = np.zeros(TERMS)
    slow = True
    for step in range(MOST_STEPS):
        if not slow and step < SLOW_STEPS:
            continue
        fitted = solve(sums, hold, held)
        moved = np.abs(fitted - coefficients).max()
        coefficients = fitted
        if step > SLOW_STEPS and moved < 0.05 * sigma:
            break
        fill_residual(terms, values, coefficients, residual)
        above, cut = (ABOVE, 0.0) if step < SLOW_STEPS else (0.0, limit)
        for index in range(seen.size):
            now = seen[index] * (above if residual[index] > cut else 1.0)
            change[index] = now - weight[index]
            weight[index] = now
        count = 0
        for index in range(seen.size):
            places[count] = index
            count += change[index] != 0.0
        for index in range(count):
            change[index] = change[places[index]]
            changed_values[index] = values[places[index]]
        if count == 0 and step >= SLOW_STEPS:
            break
        slow = slow and count > 0
        for term in range(TERMS):
            for index in range(count):
                changed[term, index] = terms[term, places[index]]
        add(sums, changed, changed_values, change, count)
    return coefficients
