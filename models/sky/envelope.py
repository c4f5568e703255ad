"""The smooth lower envelope of a frame: clouds only add radiance, so the clear sky lies beneath them."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit
from models.sky.differences import by_differences, told_by_differences, unexplained
from models.sky.least_squares import TERMS, add, fill_residual, solve
from models.sky.likely_sky import by_likely_sky
from models.sky.surface_terms import COARSE, axis, coarse_means, holds, terms_of

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
# Of a mean of 4 x 4 pixels: a quarter of the noise of 4.4 ADU, and 0.03 W m-2 sr-1 from pixel to pixel (StarDICE II).
LEAST_SIGMA_ADU = 1.86


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """A quadratic surface beneath a frame.

    Attributes
    ----------
    coefficients : (7,) float64 ndarray, ADU, of 1, x, y, x^2, xy, y^2; x and y run from -1 to 1 over the frame; and, a number, of
        the camera's pattern
    support : share of the frame that lies on it, within 1.7 sigma
    raised_adu : means of what stands out from it, where no value counts as more than 6 and than 20 ADU
    off_adu : (1280,) float64 ndarray, ADU, the frame's means less the surface, 0 where no sky is seen
    """

    coefficients: np.ndarray
    support: float
    raised_adu: tuple[float, float]
    off_adu: np.ndarray

    def surface(self, pattern: np.ndarray) -> np.ndarray:
        """(H, W) float32 ndarray, ADU, for a (H, W) pattern of the camera."""
        rows, columns = (axis(size) for size in pattern.shape)
        level, x, y, xx, xy, yy, strength = self.coefficients
        along = (level + y * rows + yy * rows**2).astype(np.float32)
        across = (x * columns + xx * columns**2).astype(np.float32)
        twist = (xy * rows).astype(np.float32)
        return np.asarray(_sum_surface(along, across, twist, columns.astype(np.float32), np.float32(strength), pattern))


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
    terms, (hold, held) = terms_of(pattern), holds(sigma_adu)
    coefficients = _fit(values, terms.means, terms.pairs, seen, sigma_adu, hold, held, adu, good, pattern)
    return envelope_of(coefficients, values, seen, sigma_adu, terms.means)


def envelope_of(coefficients: np.ndarray, values: np.ndarray, seen: np.ndarray, sigma_adu: float, terms: np.ndarray) -> Envelope:
    """The envelope with these coefficients.

    Parameters
    ----------
    coefficients : (7,) float64 ndarray
    values, seen : of the frame, as `coarse_means` gives them
    sigma_adu : as for `lower_envelope`
    terms : (7, 1280) float64 ndarray, at the means
    """
    off = np.empty(values.size)
    fill_residual(terms, values, coefficients, off)
    support, raised = _support_and_raised(off, seen, INLIER_SIGMA * sigma_adu)
    return Envelope(coefficients, support, raised, off * seen)


def sigma_about(surface: np.ndarray, adu: np.ndarray, good: np.ndarray) -> float:
    """Standard deviation of a clear pixel about a surface, ADU, by what lies beneath it, where no cloud is.

    Parameters
    ----------
    surface, adu : (H, W) float32 ndarrays, ADU
    good : (H, W) bool ndarray, False where no sky is seen
    """
    return max(LEAST_SIGMA_ADU, _scatter_beneath(adu, surface, good))


@njit(cache=True, nogil=True, fastmath=True)
def _scatter_beneath(adu: np.ndarray, surface: np.ndarray, good: np.ndarray) -> float:
    """Root mean square of what lies beneath the surface, 0 where nothing does."""
    total, count = 0.0, 0
    for y in range(adu.shape[0]):
        for x in range(adu.shape[1]):
            off = adu[y, x] - surface[y, x]
            beneath = good[y, x] & (off < 0)
            total += float(off * off) if beneath else 0.0
            count += beneath
    return float(np.sqrt(total / max(count, 1)))


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
