"""Which pixels are under cloud: as plain numpy and OpenCV say, and, of faint clouds, to their edges and no further."""

import cv2
import numpy as np
import pytest

from models.simulate.camera.clouds import turbulence
from models.sky.blobs import find_blobs
from models.sky.mask import CLOUD_SIGMA, calmed, mask_clouds
from models.sky.rebin import SHAPE

SIGMA = 2.0
GOOD = np.ones(SHAPE, bool)
BESIDE = ((0, 1), (1, 0), (0, -1), (-1, 0))


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


def plain_fall(excess: np.ndarray, good: np.ndarray, region: np.ndarray, inside: np.ndarray) -> float:
    """Mean fall from a pixel inside the edge of a region to one beyond it, over all edges that are seen."""
    falls = []
    for y, x in np.argwhere(region):
        for down, right in BESIDE:
            near, back, far = (y + down, x + right), (y - down, x - right), (y + 2 * down, x + 2 * right)
            if 2 <= y < SHAPE[0] - 2 and 2 <= x < SHAPE[1] - 2 and not inside[near] and good[near] and good[back] and good[far]:
                falls.append(float(excess[back]) - float(excess[far]))
    return float(np.mean(falls)) if falls else np.inf


def plain_mask(excess: np.ndarray, good: np.ndarray, sigma: float) -> np.ndarray:
    """What is above the limit, and of large, faint regions that end in a step the parts that do above half of their height."""
    limit, least = CLOUD_SIGMA * sigma, 1.7 * sigma
    mask, _ = find_blobs((plain_calmed(excess, good, sigma) > limit) & good)
    seen = cv2.boxFilter(good.astype(np.float64), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    total = cv2.boxFilter(np.where(good, excess, 0.0), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    risen = (mask | (total > least * seen)) & good
    count, label = cv2.connectedComponents(risen.astype(np.uint8), connectivity=8)
    found = mask.copy()
    for region in (label == number for number in range(1, count)):
        height = float(excess[region].mean())
        if region.sum() < 500 or not mask[region].any() or height >= 2 * limit:
            continue
        if plain_fall(excess, good, region, risen) <= 0.6 * height:
            continue
        parts = region & ~mask & (plain_alike(excess, good, sigma) > max(height / 2, least))
        numbers, number = cv2.connectedComponents(parts.astype(np.uint8), connectivity=8)
        for part in (number == index for index in range(1, numbers)):
            if plain_fall(excess, good, part, mask | parts) > 0.3 * height:
                found |= part
    return find_blobs(found)[0]


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
    assert np.allclose(calmed(excess, good, SIGMA), plain_calmed(excess, good, SIGMA), atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("adu", "edges"), [(7.0, "hard"), (10.0, "hard"), (10.0, "soft"), (30.0, "soft")])
def test_the_mask_is_that_of_numpy_and_opencv(seed: int, adu: float, edges: str) -> None:
    excess, _ = cloud(seed, adu, edges, 0.2 + 0.05 * seed)
    good = GOOD if seed % 2 else np.random.default_rng(seed).random(SHAPE) < 0.95
    mask, blobs = mask_clouds(excess, good, SIGMA)
    np.testing.assert_array_equal(mask, plain_mask(excess, good, SIGMA))
    assert sum(blob.pixels for blob in blobs) == mask.sum()


def test_a_faint_cloud_with_hard_edges_is_marked_to_them_and_little_else() -> None:
    found, bare, wrong = [], [], []
    for seed in range(12):
        excess, truth = cloud(seed, 7.0, "hard")
        mask, _ = mask_clouds(excess, GOOD, SIGMA)
        found.append(mask[truth].mean())
        bare.append((calmed(excess, GOOD, SIGMA) > CLOUD_SIGMA * SIGMA)[truth].mean())
        wrong.append(mask[~truth].mean())
    assert np.mean(found) > 0.85 and np.mean(bare) < 0.6 and np.mean(wrong) < 0.002


def test_what_rises_slowly_out_of_the_sky_is_marked_above_the_limit_alone() -> None:
    for seed in range(12):
        excess, _ = cloud(seed, 7.0, "soft")
        mask, _ = mask_clouds(excess, GOOD, SIGMA)
        above, _ = find_blobs(calmed(excess, GOOD, SIGMA) > CLOUD_SIGMA * SIGMA)
        np.testing.assert_array_equal(mask, above)


def test_a_hump_of_the_sky_beside_a_faint_cloud_is_none_of_it() -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    excess = np.where(x < 60, 8.5, 5.5 * np.exp(-((y - 96) ** 2) / 100) * np.clip((100 - x) / 40, 0, 1)).astype(np.float32)
    excess[:64, :60] -= 2.5  # beneath the limit, and within the cloud
    assert (excess[:, 60:] > 3.65).sum() > 100  # half of the cloud's height: without a step of its own the hump would be added
    mask, blobs = mask_clouds(excess, GOOD, SIGMA)
    np.testing.assert_array_equal(mask, x < 60)
    assert [blob.pixels for blob in blobs] == [60 * SHAPE[0]]


def test_a_small_cloud_stays_what_is_above_the_limit() -> None:
    excess = np.zeros(SHAPE, np.float32)
    excess[20:40, 20:40], excess[20:40, 40:44] = 7.5, 5.0
    mask, _ = mask_clouds(excess, GOOD, SIGMA)
    assert mask.sum() == 400
