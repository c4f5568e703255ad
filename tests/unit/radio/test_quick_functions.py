"""What is made in a way of our own for speed says what numpy and OpenCV say."""

import cv2
import numpy as np
import pytest

from models.radio.arcsinh import arcsinh
from models.radio.blobs import GROW, MIN_CHANNELS, REACH, find_blobs
from models.radio.box_means import box_means
from models.radio.measures import contrast_map
from models.radio.parabola import vertex
from models.radio.quantiles import two_quantiles
from models.radio.ridge_sums import stacked, summits


@pytest.mark.parametrize("size", [2, 3, 10, 11, 1000, 4321])
@pytest.mark.parametrize(("low", "high"), [(0.1, 0.5), (0.0, 0.75), (0.25, 0.99), (0.5, 0.5)])
def test_two_quantiles_are_those_of_numpy(size: int, low: float, high: float) -> None:
    values = np.random.default_rng(size).normal(size=size).astype(np.float32)
    values[: size // 3] = values[0]
    before = values.copy()
    assert two_quantiles(values, low, high) == pytest.approx(tuple(np.quantile(values, [low, high])), rel=1e-6, abs=1e-7)
    np.testing.assert_array_equal(values, before)


def test_the_inverse_hyperbolic_sine_is_that_of_numpy() -> None:
    values = np.concatenate([np.linspace(-40, 40, 2001), [0.0, 1e-4, -1e-4, 3e4]]).astype(np.float32)
    np.testing.assert_allclose(arcsinh(values), np.arcsinh(values), rtol=1e-5, atol=2e-7)


@pytest.mark.parametrize("shape", [(1, 60), (5, 61), (22, 63), (67, 900)])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 31), (4, 2), (7, 7), (9, 31), (15, 3)])
def test_means_over_a_rectangle_are_those_of_opencv(shape: tuple[int, int], rows: int, columns: int) -> None:
    values = np.random.default_rng(rows * columns).normal(0, 5, shape).astype(np.float32)
    plain = cv2.blur(np.minimum(values, np.float32(8)), (columns, rows), borderType=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(box_means(values, 8.0, rows, columns), plain, rtol=2e-7, atol=1e-7)


@pytest.mark.parametrize("bins", [63, 64, 65, 71])
def test_spots_are_those_that_opencv_connects(bins: int) -> None:
    contrast = np.random.default_rng(bins).normal(0, 1, (40, bins)).astype(np.float32)
    contrast = cv2.blur(contrast, (5, 5), borderType=cv2.BORDER_REPLICATE) * np.float32(9)
    contrast[:, -1] += 2  # some spots reach the last bin
    _, label, stats, _ = cv2.connectedComponentsWithStats((contrast > GROW).astype(np.uint8), connectivity=8)
    plain = {
        (x, y, x + width, y + height)
        for number, (x, y, width, height, _) in enumerate(stats.tolist())
        if number and height >= MIN_CHANNELS and contrast[label == number].max() >= REACH
    }
    assert plain
    found = find_blobs(contrast, contrast_map(contrast).up)
    assert {blob.box for blob in found} == plain
    assert all((contrast[blob.y0 : blob.y1, blob.x0 : blob.x1][blob.mask] > GROW).all() for blob in found)


@pytest.mark.parametrize(("phases", "starts", "bins"), [(1, 40, 40), (4, 33, 40), (4, 33, 6), (4, 31, 12), (3, 4, 9)])
def test_sums_along_ridges_are_those_of_interpolated_channels(phases: int, starts: int, bins: int) -> None:
    rng = np.random.default_rng(starts)
    level, delay, weight = rng.normal(size=(11, bins)).astype(np.float32), rng.normal(0, 4, 11), rng.random(11)
    weight[3] = 0
    block, trials, at = np.arange(11) * 3 // 11, np.array([-1.5, 0.1, 1.0, 3.0]), 2.3 + np.arange(starts) / phases
    plain = np.zeros((3, trials.size, starts))
    for row, line in enumerate(level):
        for k, trial in enumerate(trials):
            inside = (at + trial * delay[row] >= 0) & (np.floor(at + trial * delay[row]) < bins - 1)
            plain[block[row], k] += weight[row] * np.where(inside, np.interp(at + trial * delay[row], np.arange(bins), line), 0)
    np.testing.assert_allclose(stacked(level, delay, weight, block, trials, at, phases), plain, atol=1e-12)


def test_summits_are_the_vertices_of_parabolas() -> None:
    parts = np.random.default_rng(4).random((5, 9, 7))
    maps = [*(parts.sum(axis=0) - part for part in parts), parts.sum(axis=0)]
    for found, here in zip(summits(parts.sum(axis=0), parts), maps, strict=True):
        row, column = np.unravel_index(int(here.argmax()), here.shape)
        assert tuple(found) == (vertex(here[:, column], int(row)), vertex(here[row], int(column)))
