"""What is done in one pass for speed says what the plain way says."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from models.simulate.camera import draw_camera, draw_scene
from models.simulate.camera.clouds import turbulence
from models.sky import differences, envelope, likely_sky, surface_terms
from models.sky.blobs import Blob, find_blobs
from models.sky.envelope import by_means, lower_envelope
from models.sky.least_squares import TERMS
from models.sky.mask import CLOUD_SIGMA
from models.sky.metrics import measure, thick_adu
from models.sky.rebin import SHAPE
from models.sky.surface_terms import COARSE, coarse_means
from tests.unit.sky.frames import binned
from tests.unit.sky.test_mask import plain_mask

SIGMA = 2.3
HOLD = surface_terms.ALIKE * (SIGMA / surface_terms.SPREAD) ** 2
HELD = HOLD * surface_terms.EXPECTED
TAKEN = (5, 6, 7)  # of the seeds below: a heap of cloud, and faint clouds over two thirds of the frame
LEFT = (1, 3)  # and those full of cloud, in which single pixels change nothing
PATTERN = draw_camera(np.random.default_rng(1), SHAPE).pattern


def plain_means(adu: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = good.reshape(32, 4, 40, 4).sum(axis=(1, 3)).ravel()
    total = np.where(good, adu, 0).reshape(32, 4, 40, 4).sum(axis=(1, 3), dtype=np.float64).ravel()
    return total / np.maximum(count, 1), (2 * count > 16).astype(float)


Table = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Plain:
    """The surface of the means, what it leaves unexplained, and whether it is that by differences, which tell so much."""

    values: np.ndarray
    seen: np.ndarray
    table: np.ndarray
    told: Table
    best: np.ndarray
    cost: float
    taken: bool

    def left(self, surface: np.ndarray) -> tuple[float, float]:
        """What a surface leaves unexplained."""
        return plain_unexplained(self.values - self.table @ surface, self.seen)


def plain_by_means(adu: np.ndarray, good: np.ndarray, pattern: np.ndarray) -> Plain:
    """The normal equations are summed anew at every step."""
    values, seen = plain_means(adu, good)
    x, y = np.meshgrid((np.arange(40) + 0.5) / 20 - 1, (np.arange(32) + 0.5) / 16 - 1)
    terms = [np.ones_like(x), x, y, x * x, x * y, y * y]
    table = np.stack([*(term.ravel() for term in terms), plain_means(pattern, np.ones_like(good))[0]], axis=1)
    weight, beneath = seen, np.zeros(TERMS)
    for step in range(envelope.MOST_STEPS):
        fitted = plain_solve([(table, values, weight)])
        moved, beneath = np.abs(fitted - beneath).max(), fitted
        if step > envelope.SLOW_STEPS and moved < 0.05 * SIGMA:
            break
        off = values - table @ beneath
        slow = step < envelope.SLOW_STEPS
        weight = seen * (np.where(off > 0, envelope.ABOVE, 1.0) if slow else off < envelope.INLIER_SIGMA * SIGMA)
    told, shaped = plain_by_differences(table, values, seen)
    (cost, steps), (other, _) = (plain_unexplained(values - table @ found, seen) for found in (beneath, shaped))
    taken = bool(steps > envelope.STEPS and other + envelope.LEAST_GAIN < cost)
    return Plain(values, seen, table, told, shaped if taken else beneath, other if taken else cost, taken)


def plain_solve(parts: list[Table], hold: np.ndarray = HOLD, expected: np.ndarray = surface_terms.EXPECTED) -> np.ndarray:
    """Weighted least squares of several tables, each with its values and weights, held as `hold` says near what is expected."""
    matrix = sum(table.T @ (weight[:, None] * table) for table, _, weight in parts) + np.diag(hold + 1e-6)
    return np.asarray(np.linalg.solve(matrix, sum(table.T @ (weight * of) for table, of, weight in parts) + hold * expected))


def plain_by_differences(table: np.ndarray, values: np.ndarray, seen: np.ndarray) -> tuple[Table, np.ndarray]:
    """The differences with their weights, and the surface that they and the values tell."""
    places = np.arange(values.size).reshape(32, 40)
    later = np.concatenate([places[::2, 2:].ravel(), places[2:, ::2].ravel()])
    earlier = np.concatenate([places[::2, :-2].ravel(), places[:-2, ::2].ravel()])
    steps, of, both = table[later] - table[earlier], values[later] - values[earlier], seen[later] * seen[earlier]
    weight = both
    for edge in differences.EDGE_ADU:
        found = plain_solve([(steps, of, weight)], differences.SHAPE_HOLD * HOLD)
        weight = both / (1 + ((of - steps @ found) / edge) ** 2) ** 2
    left = np.sort((values - table @ found)[::9][seen[::9] > 0])
    found[0] += left[int(0.1 * left.size)] + 0.5 * SIGMA
    told = (steps, of, differences.DIFFERENCE_WEIGHT * weight)
    for _ in range(differences.ROUNDS):
        off = values - table @ found
        cloud = (off > differences.CLOUD_SIGMA * SIGMA) & (seen > 0)
        near = cv2.dilate(cloud.reshape(32, 40).astype(np.uint8), np.ones((3, 3), np.uint8)).ravel() > 0
        sky = seen * ~(cloud | (near & (off > differences.TOUCHING_SIGMA * SIGMA)))
        if sky.sum() < max(differences.LEAST_VALUES, differences.LEAST_SHARE * seen.sum()):
            break
        found = plain_solve([told, (table, values, sky)])
    return told, found


def plain_bins(adu: np.ndarray, good: np.ndarray, pattern: np.ndarray, surface: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances to a surface, in 64 bits, of every second row and column, and their bins."""
    off = (adu - plain_surface(surface, pattern))[::2, ::2]
    edges = np.append(-np.inf, likely_sky.LEAST_ADU + likely_sky.BIN_ADU * np.arange(1, likely_sky.BINS + 1))
    return off, np.where(good[::2, ::2], np.searchsorted(edges, off, side="right") - 1, likely_sky.BINS)


def plain_by_likely_sky(off: np.ndarray, bins: np.ndarray, table: np.ndarray, surface: np.ndarray, told: Table) -> np.ndarray:
    """Each pixel weighted by the histogram about the surface, of which the change is fitted."""
    off, bins = off.ravel(), bins.ravel()
    counts = np.bincount(bins, minlength=likely_sky.BINS + 1)[: likely_sky.BINS].astype(float)
    middle = likely_sky.LEAST_ADU + likely_sky.BIN_ADU * (np.arange(likely_sky.BINS) + 0.5)
    level = 0.0
    for _ in range(likely_sky.STEPS):
        near = np.abs(middle - level) < likely_sky.NEAR_ADU
        level = np.clip((counts * middle)[near].sum() / max(counts[near].sum(), 1), -1.5, 1.5)
    beneath, top = middle < level, np.abs(middle - level) < 1
    scatter = max(np.sqrt((counts * (middle - level) ** 2)[beneath].sum() / max(counts[beneath].sum(), 1)), 1.1)
    smooth = np.convolve(np.pad(counts, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    sigmas = (middle - level) / scatter
    sky = np.minimum(1, counts[top].mean() * np.exp(-0.5 * sigmas**2) / np.maximum(smooth, 1))
    weight = np.append(np.where(sigmas < 0, 1, np.where(sigmas <= likely_sky.MOST_SIGMA, sky**2, 0)), 0)[bins]
    blocks = [of.reshape(32, 2, 40, 2).sum(axis=(1, 3)).ravel() for of in (weight, weight * np.where(weight > 0, off, 0))]
    if blocks[0].sum() / 4 < likely_sky.LEAST_SHARE:
        return surface
    steps, of, steady = told
    parts = [(steps, of - steps @ surface, steady), (table, blocks[1] / np.maximum(blocks[0], 1e-9), blocks[0] / 4)]
    return surface + plain_solve(parts, expected=surface_terms.EXPECTED - surface)


def plain_surface(coefficients: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    level, x, y, xx, xy, yy, strength = coefficients
    across, along = np.meshgrid((np.arange(160) + 0.5) / 80 - 1, (np.arange(128) + 0.5) / 64 - 1)
    return np.asarray(level + x * across + y * along + xx * across**2 + xy * across * along + yy * along**2 + strength * pattern)


def plain_unexplained(off: np.ndarray, seen: np.ndarray) -> tuple[float, float]:
    scaled = off / (differences.SCATTER * SIGMA)
    cost = (seen * np.minimum(scaled**2, np.where(off > 0, differences.CLOUD_COST, differences.GAP_COST))).sum()
    grid, known, sky = off.reshape(32, 40), seen.reshape(32, 40) > 0, off.reshape(32, 40) < envelope.INLIER_SIGMA * SIGMA
    steps = bare = 0.0
    for one, other in (((slice(1, None),), (slice(None, -1),)), ((slice(None), slice(1, None)), (slice(None), slice(None, -1)))):
        step, both = np.abs(grid[one] - grid[other]), known[one] & known[other]
        steps += (np.clip(step - 2, 0, 4) ** 2)[both & sky[one] & sky[other]].sum()
        bare += (both & (sky[one] != sky[other]) & (step <= 2)).sum()
    return cost + differences.STEP_COST * steps + differences.BARE_BORDER_COST * bare, steps


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A frame, (128, 160) float32, clear, with cumulus and cirrus, or with faint clouds; and what is seen of it."""
    frame = binned(draw_scene(np.random.default_rng(seed), ("cumulus", "cirrus") if seed % 2 else (), shape=SHAPE), seed)
    adu, good = frame.adu.copy(), frame.good.copy()
    if seed >= 6:
        adu += np.where(turbulence(np.random.default_rng(seed), SHAPE, 3.0) > -0.4, np.float32(12), np.float32(0))
    good[: 12 * seed] = False
    return adu, good


def fitted_by_means(adu: np.ndarray, good: np.ndarray, plain: Plain) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Terms, what the differences tell, coefficients and cost, as `lower_envelope` reckons them."""
    terms = np.ascontiguousarray(plain.table.T)
    values, seen = coarse_means(adu, good)
    return terms, *by_means(values, terms, differences.term_pairs(terms, COARSE), seen, SIGMA, HOLD, HELD)


@pytest.mark.parametrize("seed", range(8))
def test_the_surface_of_the_means_is_that_of_plain_least_squares(seed: int) -> None:
    adu, good = drawn(seed)
    plain = plain_by_means(adu, good, PATTERN)
    _, told, best, cost = fitted_by_means(adu, good, plain)
    assert plain.taken == (seed in TAKEN)
    assert np.allclose(best, plain.best, rtol=0, atol=1e-6)
    assert cost == pytest.approx(plain.cost, rel=1e-6)
    steps, of, weight = plain.told
    assert np.allclose(np.tril(told[:, :TERMS]), np.tril(steps.T @ (weight[:, None] * steps)), rtol=0, atol=1e-6)
    assert np.allclose(told[:, TERMS], steps.T @ (weight * of), rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_surface_by_single_pixels_is_that_of_plain_least_squares(seed: int) -> None:
    adu, good = drawn(seed)
    plain = plain_by_means(adu, good, PATTERN)
    terms, told, best, _ = fitted_by_means(adu, good, plain)
    off, bins = np.empty((64, 80), np.float32), np.empty((64, 80), np.uint8)
    likely_sky._fill_off(adu, good, PATTERN, best, off, bins)
    exact, exact_bins = plain_bins(adu, good, PATTERN, best)
    # Of values of 1024 to 2048 ADU 32 bits hold steps of 1.2e-4: so near to the edge of a bin either is right.
    counted = bins < likely_sky.BINS
    assert np.allclose(off[counted], exact[counted], rtol=0, atol=2.5e-4) and not off[~counted].any()
    edge = np.abs(exact - np.round(exact / likely_sky.BIN_ADU) * likely_sky.BIN_ADU) < 2.5e-4
    assert np.array_equal(bins[~edge], exact_bins[~edge]) and edge.mean() < 0.002
    found = likely_sky.by_distances(off, bins, terms, best, told, HOLD, HELD, COARSE)
    assert np.allclose(found, plain_by_likely_sky(off.astype(float), bins, plain.table, best, plain.told), rtol=0, atol=1e-6)
    good[::2, ::2] &= ~edge
    found = likely_sky.by_likely_sky(adu, good, PATTERN, terms, best, told, HOLD, HELD, COARSE)
    far = plain_by_likely_sky(*plain_bins(adu, good, PATTERN, best), plain.table, best, plain.told)
    assert np.allclose(found, far, rtol=0, atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_the_envelope_is_that_of_plain_least_squares(seed: int) -> None:
    adu, good = drawn(seed)
    found = lower_envelope(adu, good, SIGMA, PATTERN)
    assert found is not None
    plain = plain_by_means(adu, good, PATTERN)
    likely = plain_by_likely_sky(*plain_bins(adu, good, PATTERN, plain.best), plain.table, plain.best, plain.told)
    changed = bool(plain.left(likely)[0] <= plain.cost + envelope.MOST_LOSS)
    assert changed == (seed not in LEFT)
    # A pixel at the edge of a bin may count as the next one's, where 32 bits round otherwise than 64: 0.0014 here at most.
    assert np.allclose(found.coefficients, likely if changed else plain.best, rtol=0, atol=0.005 if changed else 1e-6)
    surface = plain_surface(found.coefficients, PATTERN)
    assert np.allclose(found.surface(PATTERN), surface, rtol=0, atol=1e-3)
    off = np.where(plain.seen > 0, plain.values - plain.table @ found.coefficients, np.nan)
    assert found.support == pytest.approx(np.nanmean(np.where(np.isnan(off), off, np.abs(off) < 1.7 * SIGMA)), abs=1e-9)
    assert found.raised_adu == pytest.approx([np.nanmean(np.clip(off, -6, limit)) for limit in (6, 20)], abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_regions_are_those_of_opencv(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((int(rng.integers(1, 40)), int(rng.integers(1, 50)))) < rng.random()
    _, labels, table, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = table[:, cv2.CC_STAT_AREA] >= 5
    large[0] = False
    blobs = [Blob((x, y, x + width, y + height), area) for x, y, width, height, area in table[large].tolist()]
    kept, found = find_blobs(mask)
    assert np.array_equal(kept, large[labels])
    assert found == sorted(blobs, key=lambda blob: (-blob.pixels, blob.box))


@pytest.mark.parametrize("seed", range(6))
def test_measures_are_those_of_numpy_and_opencv(seed: int) -> None:
    rng = np.random.default_rng(seed)
    excess = (cv2.GaussianBlur(rng.normal(0, 200, SHAPE), (0, 0), 4) + rng.normal(0, 2, SHAPE)).astype(np.float32)
    good = rng.random(SHAPE) < (1.0 if seed % 2 else 0.9)
    metrics, mask, _ = measure(excess, good, 2.0, 5.0)
    looser, tighter = (find_blobs((excess > limit) & good)[0] for limit in (2 * CLOUD_SIGMA - 2, 2 * CLOUD_SIGMA + 2))
    kept = plain_mask(excess, good, 2.0)
    inner = cv2.erode(kept.astype(np.uint8), np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
    assert np.array_equal(mask, kept)
    assert metrics.cloud_fraction_sigma == pytest.approx((looser.sum() - tighter.sum()) / good.sum() / 2)
    assert metrics.edge_density == (kept & (inner == 0)).sum() / good.sum()
    assert metrics.cloud_fraction_thick == (kept & (excess > thick_adu(5.0))).sum() / good.sum()
    assert metrics.excess_mean_adu == pytest.approx(excess[good].mean(), abs=1e-4)
    assert metrics.excess_p95_adu == pytest.approx(np.percentile(excess[good], 95), abs=1e-4)


def test_the_percentile_of_one_value_or_of_equal_ones_is_that_value() -> None:
    for good in (np.ones(SHAPE, bool), np.arange(128 * 160).reshape(SHAPE) == 7):
        metrics, _, _ = measure(np.full(SHAPE, 3.5, np.float32), good, 2.0, 5.0)
        assert (metrics.excess_mean_adu, metrics.excess_p95_adu) == (3.5, 3.5)
