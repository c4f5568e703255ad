"""What is measured of clouds is what was put there."""

import numpy as np
import pytest

from models.sky.blobs import find_blobs
from models.sky.metrics import classify_sky, measure, okta, thick_adu
from models.sky.rebin import SHAPE

GOOD = np.ones(SHAPE, bool)


def excess(*boxes: tuple[int, int, int, int, float]) -> np.ndarray:
    field = np.zeros(SHAPE, np.float32)
    for y0, y1, x0, x1, value in boxes:
        field[y0:y1, x0:x1] = value
    return field


def test_fraction_blobs_and_edges_of_two_clouds() -> None:
    metrics, mask, blobs = measure(excess((0, 64, 0, 80, 200.0), (100, 110, 100, 110, 20.0)), GOOD, 2.0, 8.0)
    assert metrics.cloud_fraction == mask.mean() == (64 * 80 + 100) / mask.size
    assert metrics.cloud_fraction_thick == 0.25
    assert [(blob.box, blob.pixels) for blob in blobs] == [((0, 0, 80, 64), 5120), ((100, 100, 110, 110), 100)]
    assert (metrics.blobs, metrics.largest_blob_fraction) == (2, 0.25)
    # The border inside the frame: 80 + 64 - 1 pixels of the large one, 36 of the small one.
    assert metrics.edge_density == pytest.approx((143 + 36) / mask.size)
    assert metrics.cloud_fraction_sigma == 0
    assert metrics.sky_class == "thick"


def test_uncertainty_is_what_the_threshold_leaves_open() -> None:
    metrics, _, _ = measure(excess((0, 56, 0, 160, 5.0), (64, 96, 0, 160, 7.0)), GOOD, 2.0, 8.0)
    assert (metrics.cloud_fraction, metrics.cloud_fraction_sigma) == (0.25, 0.34375)


def test_masked_pixels_count_neither_way() -> None:
    good = GOOD.copy()
    good[:64] = False
    metrics, _, _ = measure(excess((0, 64, 0, 160, 300.0), (64, 128, 0, 80, 30.0)), good, 2.0, 8.0)
    assert metrics.cloud_fraction == 0.5


def test_regions_touching_at_a_corner_are_one_and_small_ones_none() -> None:
    mask = np.zeros(SHAPE, bool)
    mask[10:12, 10:12] = mask[12:14, 12:14] = True
    mask[50, 50:54] = True
    kept, blobs = find_blobs(mask)
    assert [blob.pixels for blob in blobs] == [8]
    assert kept.sum() == 8


@pytest.mark.parametrize(
    ("fraction", "eighths"),
    [(0.0, 0), (0.005, 0), (0.02, 1), (0.18, 1), (0.19, 2), (0.5, 4), (0.93, 7), (0.98, 7), (0.995, 8), (1.0, 8)],
)
def test_oktas_keep_0_for_none_and_8_for_no_gap(fraction: float, eighths: int) -> None:
    assert okta(fraction) == eighths


def test_sky_quality_rises_with_better_sky() -> None:
    qualities = [measure(excess((0, rows, 0, 160, 300.0)), GOOD, 2.0, 8.0)[0].sky_quality for rows in (0, 32, 64, 128)]
    assert qualities == [1.0, 0.75, 0.5, 0.0]


@pytest.mark.parametrize(
    ("any_", "thick", "named"),
    [
        (0.0, 0.0, "photometric"),
        (0.1, 0.0, "spectroscopic"),
        (0.6, 0.0, "thin"),
        (0.5, 0.3, "thick"),
        (0.95, 0.9, "overcast"),
    ],
)
def test_classes_follow_extinction_and_cover(any_: float, thick: float, named: str) -> None:
    assert classify_sky(any_, thick) == named


def test_half_a_magnitude_of_high_cloud_is_some_ninety_adu() -> None:
    assert 60 < thick_adu(-5.0) < thick_adu(8.0) < thick_adu(20.0) < 140
