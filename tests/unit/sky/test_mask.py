"""Which pixels are under cloud: as plain numpy and OpenCV say, and what is known to be."""

import cv2
import numpy as np
import pytest

from models.simulate.camera.clouds import turbulence
from models.sky.blobs import find_blobs
from models.sky.mask import CLOUD, CLOUD_SIGMA, OPEN, SKY, calmed, mask_clouds
from models.sky.rebin import SHAPE

SIGMA = 2.0
GOOD = np.ones(SHAPE, bool)


def around(values: np.ndarray) -> np.ndarray:
    """(h, w, 3, 3): each pixel and those around it, beyond the frame what is at its edge."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, 1, mode="edge"), (3, 3))


def plain_alike(excess: np.ndarray, good: np.ndarray, sigma: float) -> np.ndarray:
    """Mean of what is within two sigma around each pixel, NaN where nothing is."""
    alike = (np.abs(around(excess) - excess[..., None, None]) < 2 * sigma) & around(good)
    count = alike.sum(axis=(2, 3))
    return np.where(count > 0, np.where(alike, around(excess), 0).sum(axis=(2, 3)) / np.maximum(count, 1), np.nan)


def plain_calmed(excess: np.ndarray, good: np.ndarray, sigma: float) -> np.ndarray:
    """Mean of the neighbours within two sigma, where a pixel is within three quarters of one of the limit."""
    mean = plain_alike(excess, good, sigma)
    return np.where((np.abs(excess - CLOUD_SIGMA * sigma) < 0.75 * sigma) & ~np.isnan(mean), mean, excess)


def plain_mask(excess: np.ndarray, good: np.ndarray, sigma: float) -> np.ndarray:
    """What is above the limit."""
    return find_blobs((plain_calmed(excess, good, sigma) > CLOUD_SIGMA * sigma) & good)[0]


def cloud(seed: int, excess: float, edges: str, cover: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Excess of a cloud over a sky whose camera is uneven by 1.4 ADU from place to place and noisy by 1.1, and what is under it."""
    rng = np.random.default_rng(seed)
    field = turbulence(rng, SHAPE, 3.0)
    low = np.quantile(field, 1 - cover)
    added = (
        np.where(field > low, excess, 0.0) if edges == "hard" else np.clip((field - low) / (field.max() - low), 0, 1) * 1.5 * excess
    )
    uneven = cv2.GaussianBlur(rng.standard_normal(SHAPE), (0, 0), 8)
    sky = 1.4 * uneven / uneven.std() + rng.normal(0, 1.1, SHAPE)
    return (sky + added).astype(np.float32), added > 0


@pytest.mark.parametrize("seed", range(6))
def test_what_is_near_the_limit_is_the_mean_of_what_is_alike(seed: int) -> None:
    rng = np.random.default_rng(seed)
    excess = (cv2.GaussianBlur(rng.normal(0, 50, SHAPE), (0, 0), 4) + rng.normal(0, 2, SHAPE)).astype(np.float32)
    good = rng.random(SHAPE) < 0.9
    assert np.allclose(calmed(excess, good, SIGMA, CLOUD_SIGMA * SIGMA), plain_calmed(excess, good, SIGMA), atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("adu", "edges"), [(7.0, "hard"), (10.0, "hard"), (10.0, "soft"), (30.0, "soft")])
def test_the_mask_is_that_of_numpy_and_opencv(seed: int, adu: float, edges: str) -> None:
    excess, _ = cloud(seed, adu, edges, 0.2 + 0.05 * seed)
    good = GOOD if seed % 2 else np.random.default_rng(seed).random(SHAPE) < 0.95
    mask, blobs = mask_clouds(excess, good, SIGMA)
    np.testing.assert_array_equal(mask, plain_mask(excess, good, SIGMA))
    assert sum(blob.pixels for blob in blobs) == mask.sum()


def test_what_is_known_of_a_pixel_stands_above_what_it_exceeds() -> None:
    excess = np.zeros(SHAPE, np.float32)
    excess[20:60, 20:60], excess[80:100, 20:60] = 7.5, 7.5
    marks = np.full(SHAPE, OPEN, np.int8)
    marks[20:60, 40:60], marks[20:60, 60:70], marks[0, 0] = SKY, CLOUD, CLOUD
    mask, blobs = mask_clouds(excess, GOOD, SIGMA, marks)
    assert mask[20:60, 20:40].all() and mask[20:60, 60:70].all() and mask[80:100, 20:60].all()
    assert not mask[20:60, 40:60].any() and not mask[0, 0]  # of one pixel
    assert [blob.pixels for blob in blobs] == [800, 800, 400] and mask.sum() == 2000
