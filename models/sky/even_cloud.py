"""A faint cloud that is even and ends in a step: surface and cloud at once, as between their edges all of it is either."""

from dataclasses import dataclass

import numpy as np

from models.compiled import njit
from models.sky.envelope import Envelope, envelope_of, sigma_about
from models.sky.flat_parts import flat_parts
from models.sky.least_squares import TERMS, add, fill_residual, solve
from models.sky.mask import CLOUD, CLOUD_SIGMA, OPEN, SKY, calmed
from models.sky.surface_terms import EVERY, UNKNOWN_CAMERA_SIGMA_ADU, coarse_means, holds, terms_of

# All settings were chosen by injected clouds in 48 simulated clear frames, half of them of unknown cameras, beside the real clear
# one; what others do is told in clear_sky.md.
# It is looked for where so many of the 1280 means rise by three quarters of the mask's limit, on the mean by less than twice it
# (stronger clouds gain little, and looking for them takes a quarter more time), and scatter by less than such a share of that mean.
RISEN, LEAST_MEANS, MOST_RISEN, MOST_SCATTER = 0.75, 24, 2.0, 0.4
START = 0.5  # of that limit: parts above are cloud to begin with
OF_HEIGHT = 0.6  # pixels between the parts are cloud above
JOINED = 0.3  # of its height: what is lower in a part of the cloud is sky that a gap in the edge joins to it
# What is found has to leave such a share of what is seen as sky; of what is marked parts have to be such a share; from one pixel
# inside its edges to one beyond it falls by such a share of its height (ragged ones by half).
LEAST_SKY, LEAST_PARTS, EDGE_STEP = 0.01, 0.25, (0.47, 1.3)


@dataclass(frozen=True, slots=True, eq=False)
class EvenCloud:
    """A clear sky beside an even cloud.

    Attributes
    ----------
    envelope : the sky
    surface : (H, W) float32 ndarray, ADU, its surface
    sigma_adu : standard deviation of a clear pixel about it
    marks : (H, W) int8 ndarray, what is cloud and what is sky, as `mask_clouds` takes it
    """

    envelope: Envelope
    surface: np.ndarray
    sigma_adu: float
    marks: np.ndarray


def find_even_cloud(
    adu: np.ndarray,
    good: np.ndarray,
    pattern: np.ndarray,
    envelope: Envelope,
    surface: np.ndarray,
    sigma_adu: float,
    camera_sigma_adu: float,
) -> EvenCloud | None:
    """Fit the surface once more, together with a cloud of one height.

    Such a cloud bends the surface, and where it is hardly above the limit of the mask, what is uneven in the sky hides half of it.
    But it ends in steps: the parts of the frame between edges are each sky or cloud, and which of them are cloud is chosen so that
    the surface and one height leave least.

    Parameters
    ----------
    adu, good, pattern : (H, W) ndarrays, the frame, ADU, what is seen of it, and the camera's pattern, ADU
    envelope, surface : the surface so far, the second a (H, W) float32 ndarray, ADU
    sigma_adu : standard deviation of a clear pixel about it
    camera_sigma_adu : what a clear sky scatters about such a surface, as `lower_envelope` took it

    Returns
    -------
    EvenCloud, or None where there is none
    """
    limit = CLOUD_SIGMA * sigma_adu
    # In a sky rougher than that of a camera nobody knows none was ever found, and looking costs time.
    if sigma_adu > UNKNOWN_CAMERA_SIGMA_ADU or not _may_be(envelope.off_adu, limit):
        return None
    terms, (hold, held) = terms_of(pattern), holds(camera_sigma_adu)
    more = adu.size / EVERY**2 / envelope.off_adu.size  # pixels for each mean, on which the surface is held
    above = adu - surface
    part, count = flat_parts(above, good)
    excess = np.ascontiguousarray(above[::EVERY, ::EVERY].ravel(), dtype=np.float64)
    hold, held = more * hold, more * (held - hold * envelope.coefficients)
    change, height, kind = _together(excess, part[::EVERY, ::EVERY].ravel(), count, terms.pixels, hold, held, limit)
    if height <= 0:
        return None
    values, seen = coarse_means(adu, good)
    found = envelope_of(envelope.coefficients + change, values, seen, camera_sigma_adu, terms.means)
    surface = found.surface(pattern)
    sigma_adu = sigma_about(surface, adu, good)
    above, limit = adu - surface, OF_HEIGHT * height
    marks = _marked(calmed(above, good, sigma_adu, limit), good, part, kind, limit)
    if not _ends_in_steps(above, good, part, marks, height):
        return None
    marks[(marks == CLOUD) & (calmed(above, good, sigma_adu, JOINED * height) < JOINED * height)] = OPEN
    return EvenCloud(found, surface, sigma_adu, marks)


@njit(cache=True, nogil=True)
def _may_be(off_adu: np.ndarray, limit: float) -> bool:
    """Whether enough rises a little, and evenly."""
    total, squares, count = 0.0, 0.0, 0
    for value in off_adu:
        risen = value if value > RISEN * limit else 0.0
        total += risen
        squares += risen * risen
        count += risen > 0
    # The mean is total / count, the variance squares / count less its square.
    return count >= LEAST_MEANS and total < MOST_RISEN * limit * count and squares * count < (1 + MOST_SCATTER**2) * total * total


@njit(cache=True, nogil=True)
def _together(
    excess: np.ndarray, part: np.ndarray, count: int, terms: np.ndarray, hold: np.ndarray, held: np.ndarray, limit: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """Fit surface and cloud to the parts.

    Parameters
    ----------
    excess, part : (N,) ndarrays, of some pixels, ADU over the surface so far, and the part of each
    count : of parts
    terms : (7, N) float64 ndarray, of the surface
    hold, held : (7,) float64 ndarray, how firmly each coefficient is held, and that times the expected change
    limit : of the mask, ADU

    Returns
    -------
    (change, height, kind), (7,) float64 ndarray, what the surface is to be changed by; of the cloud, ADU, 0 where there is none;
    (count,) int8 ndarray, `SKY` or `CLOUD`; `OPEN` where a part has none of these pixels
    """
    total, pixels = np.zeros(count), np.zeros(count)
    weight, left = np.zeros(part.size), np.empty(part.size)
    for index in range(part.size):
        if part[index] >= 0:
            total[part[index]] += excess[index]
            pixels[part[index]] += 1
            weight[index] = 1.0
    kind = np.zeros(count, np.int8)
    for number in range(count):
        if pixels[number] > 0:
            kind[number] = CLOUD if total[number] > START * limit * pixels[number] else SKY
    equations = np.zeros((TERMS, TERMS + 1))
    add(equations, terms, excess, weight, weight.size)
    change = solve(equations, hold, held)
    fill_residual(terms, excess, change, left)
    # A cloud of height 1 over a part takes so much of what is left there, and bends the surface by so much.
    of_part, bent = np.zeros((count, TERMS)), np.zeros((count, TERMS))
    total[:] = 0.0
    for index in range(part.size):
        if part[index] >= 0:
            total[part[index]] += left[index]
            for term in range(TERMS):
                of_part[part[index], term] += terms[term, index]
    for number in range(count):
        equations[:, TERMS] = of_part[number]
        bent[number] = solve(equations, hold, np.zeros(TERMS))
    shared = np.zeros((count, count))
    for number in range(count):
        for other in range(count):
            for term in range(TERMS):
                shared[number, other] -= of_part[number, term] * bent[other, term]
        shared[number, number] += pixels[number]
    height = _choose(kind, total, shared)
    for number in range(count):
        if kind[number] == CLOUD:
            change -= height * bent[number]
    return change, height, kind


@njit(cache=True, nogil=True)
def _choose(kind: np.ndarray, total: np.ndarray, shared: np.ndarray) -> float:
    """Turn parts over, one after another, each time the one that leaves least; the height of the cloud, ADU.

    What a cloud of the best height explains is the square of the sum of ``total`` over its parts, by that of ``shared`` over pairs.
    """
    of_all = np.zeros(total.size)  # the sum of each row over the parts of the cloud
    sum_total = sum_shared = 0.0
    for number in range(total.size):
        if kind[number] == CLOUD:
            sum_total += total[number]
            of_all += shared[number]
    for number in range(total.size):
        sum_shared += of_all[number] if kind[number] == CLOUD else 0.0
    best = _explained(sum_total, sum_shared)
    while True:
        turned, most = -1, best
        for number in range(total.size):
            if kind[number] != OPEN:
                sign = -1.0 if kind[number] == CLOUD else 1.0
                pairs = sum_shared + 2 * sign * of_all[number] + shared[number, number]
                explained = _explained(sum_total + sign * total[number], pairs)
                if explained > most * (1 + 1e-9):
                    turned, most = number, explained
        if turned < 0:
            return sum_total / sum_shared if best > 0 else 0.0
        sign = -1.0 if kind[turned] == CLOUD else 1.0
        sum_total += sign * total[turned]
        sum_shared += 2 * sign * of_all[turned] + shared[turned, turned]
        of_all += sign * shared[turned]
        kind[turned] = SKY if sign < 0 else CLOUD
        best = most


@njit(cache=True, nogil=True)
def _explained(total: float, shared: float) -> float:
    """Squares that a cloud explains; 0 of what lies beneath the sky, and where the surface explains as much."""
    return total * total / shared if total > 0 and shared > 1.0 else 0.0


@njit(cache=True, nogil=True)
def _marked(excess_adu: np.ndarray, good: np.ndarray, part: np.ndarray, kind: np.ndarray, limit: float) -> np.ndarray:
    """(h, w) int8 ndarray: the kinds of the parts; between them what is above a limit is cloud."""
    marks = np.zeros(part.shape, np.int8)
    for y in range(part.shape[0]):
        for x in range(part.shape[1]):
            known = kind[part[y, x]] if part[y, x] >= 0 else OPEN
            marks[y, x] = CLOUD if known == OPEN and good[y, x] and excess_adu[y, x] > limit else known
    return marks


@njit(cache=True, nogil=True)
def _ends_in_steps(excess_adu: np.ndarray, good: np.ndarray, part: np.ndarray, marks: np.ndarray, height: float) -> bool:
    """Whether enough is sky, enough of the cloud is in parts, and it ends in steps of its height."""
    seen, sky, marked, in_parts, fallen, edges = 0, 0, 0, 0, 0.0, 0
    rows, columns = marks.shape
    for y in range(rows):
        for x in range(columns):
            seen += good[y, x]
            sky += marks[y, x] == SKY
            if marks[y, x] != CLOUD:
                continue
            marked += 1
            in_parts += part[y, x] >= 0
            if not (2 <= y < rows - 2 and 2 <= x < columns - 2):
                continue
            for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                near, back, far = (y + down, x + right), (y - down, x - right), (y + 2 * down, x + 2 * right)
                if marks[near] != CLOUD and good[near] and good[back] and good[far]:
                    fallen += excess_adu[back] - excess_adu[far]
                    edges += 1
    low, high = EDGE_STEP[0] * height * edges, EDGE_STEP[1] * height * edges
    return sky >= LEAST_SKY * seen and in_parts >= LEAST_PARTS * marked and low < fallen < high
