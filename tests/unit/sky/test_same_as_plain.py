"""What is done in one pass for speed says what the plain way says."""

import cv2
import numpy as np
import pytest

from models.simulate.camera import draw_camera, draw_scene
from models.sky import envelope
from models.sky.blobs import Blob, find_blobs
from models.sky.envelope import ALIKE, EXPECTED, MOST_STEPS, SLOW_STEPS, SPREAD, STARTS, TERMS, lower_envelope
from models.sky.metrics import measure, thick_adu
from models.sky.rebin import SHAPE
from tests.unit.sky.frames import binned

SIGMA = 2.3
PATTERN = draw_camera(np.random.default_rng(1), SHAPE).pattern


def plain_means(adu: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = good.reshape(32, 4, 40, 4).sum(axis=(1, 3)).ravel()
    total = np.where(good, adu, 0).reshape(32, 4, 40, 4).sum(axis=(1, 3), dtype=np.float64).ravel()
    return total / np.maximum(count, 1), (2 * count > 16).astype(float)


def plain_envelope(adu: np.ndarray, good: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    """Coefficients; the normal equations are summed anew at every step."""
    values, seen = plain_means(adu, good)
    x, y = np.meshgrid((np.arange(40) + 0.5) / 20 - 1, (np.arange(32) + 0.5) / 16 - 1)
    terms = [np.ones_like(x), x, y, x * x, x * y, y * y]
    table = np.stack([*(term.ravel() for term in terms), plain_means(pattern, np.ones_like(good))[0]], axis=1)
    hold = ALIKE * (SIGMA / SPREAD) ** 2
    ends = []
    for start in STARTS:
        weight, found = seen, np.zeros(TERMS)
        for step in range(MOST_STEPS):
            matrix = table.T @ (weight[:, None] * table) + np.diag(hold + 1e-6)
            fitted = np.linalg.solve(matrix, table.T @ (weight * values) + hold * EXPECTED)
            moved, found = np.abs(fitted - found).max(), fitted
            if step > SLOW_STEPS and moved < 0.05 * SIGMA:
                break
            off = values - table @ found
            slow = step < SLOW_STEPS
            weight = seen * (np.where(off > 0, start, 1.0) if slow else off < envelope.INLIER_SIGMA * SIGMA)
        off = (values - table @ found) / SIGMA
        ends.append((float((seen * np.minimum(off**2, np.where(off > 0, envelope.CLOUD_COST, envelope.GAP_COST))).sum()), found))
    return min(ends, key=lambda end: end[0])[1]


@pytest.mark.parametrize("seed", range(6))
def test_the_envelope_is_that_of_plain_least_squares(seed: int) -> None:
    frame = binned(draw_scene(np.random.default_rng(seed), ("cumulus", "cirrus") if seed % 2 else (), shape=SHAPE), seed)
    good = frame.good.copy()
    good[: 20 * seed] = False
    found = lower_envelope(frame.adu, good, SIGMA, PATTERN)
    assert found is not None
    assert np.allclose(found.coefficients, plain_envelope(frame.adu, good, PATTERN), atol=1e-6)
    level, x, y, xx, xy, yy, strength = found.coefficients
    across, along = np.meshgrid((np.arange(160) + 0.5) / 80 - 1, (np.arange(128) + 0.5) / 64 - 1)
    plain = level + x * across + y * along + xx * across**2 + xy * across * along + yy * along**2 + strength * PATTERN
    assert np.allclose(found.surface(PATTERN), plain, atol=1e-3)


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
    looser, kept, tighter = (find_blobs((excess > limit) & good)[0] for limit in (4, 6, 8))
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
