"""What a clear sky's surface is made of, how firmly its curvature is held, and how a clear sky scatters about it."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from models.compiled import njit
from models.sky.differences import term_pairs

COARSE = (32, 40)  # 4 x 4 means of the rebinned frame: gaps between clouds of half a degree are seen
EVERY = 2  # of pixels, second rows and columns: a quarter of them says the same as all
# What lens and housing lay over every sky: fitted to the flattest frames, clear and overcast, x^2 and y^2 rise by 7 to 24 ADU from
# the middle to the edges, xy by -3 to 7; the clear sky's own curvature at 60 degrees from the zenith adds 13. The pattern may be
# another camera's: its strength is found between 0 and 1.
EXPECTED = np.array([0.0, 0.0, 0.0, 15.0, 0.0, 14.0, 0.5])
SPREAD = np.array([np.inf, np.inf, np.inf, 10.0, 10.0, 10.0, 0.5])
# Neighbouring means err alike: so many of them count as one.
ALIKE = 40.0
# What a clear sky scatters about the fitted surface where the camera's pattern is known, and where it is not.
USUAL_SIGMA_ADU, UNKNOWN_CAMERA_SIGMA_ADU = 2.3, 3.3


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Terms of a surface, float64 ndarrays: at the means, (7, 1280), their differences, (7, M), and at some pixels, (7, N)."""

    means: np.ndarray
    pairs: np.ndarray
    pixels: np.ndarray


class _Same:
    """A pattern that is the same only as itself: what hangs on it alone is reckoned once."""

    def __init__(self, pattern: np.ndarray) -> None:
        self.pattern = pattern

    def __hash__(self) -> int:
        return id(self.pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pattern is self.pattern


def terms_of(pattern: np.ndarray) -> Terms:
    """Terms of the surfaces of a camera with a (H, W) float32 pattern, ADU."""
    return _terms(_Same(pattern))


def holds(sigma_adu: float) -> tuple[np.ndarray, np.ndarray]:
    """How firmly a fit to the means holds each coefficient, and that times the expected one, (7,) float64 ndarray each."""
    hold = ALIKE * (sigma_adu / SPREAD) ** 2
    return hold, hold * EXPECTED


def coarse_means(adu: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of `COARSE` blocks over their good pixels, and 1 where more than half of the block is good, else 0.

    Returns
    -------
    (means, seen), each (1280,) float64 ndarray
    """
    means, seen = np.empty(COARSE[0] * COARSE[1]), np.empty(COARSE[0] * COARSE[1])
    _fill_means(adu, good, means, seen)
    return means, seen


@cache
def axis(size: int) -> np.ndarray:
    """Places of rows or columns, from -1 to 1 over the frame."""
    return (np.arange(size) + 0.5) / size * 2 - 1


@lru_cache(maxsize=4)
def _terms(camera: _Same) -> Terms:
    pattern = camera.pattern
    means = _stacked(axis(COARSE[0]), axis(COARSE[1]), coarse_means(pattern, np.ones(pattern.shape, bool))[0])
    rows, columns = (axis(size)[::EVERY] for size in pattern.shape)
    return Terms(means, term_pairs(means, COARSE), _stacked(rows, columns, pattern[::EVERY, ::EVERY].ravel()))


def _stacked(rows: np.ndarray, columns: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    x, y = np.meshgrid(columns, rows)
    return np.stack([*(term.ravel() for term in (np.ones_like(x), x, y, x * x, x * y, y * y)), pattern])


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
