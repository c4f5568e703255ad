"""Faint clouds that are even: marked to their edges and no further, as a plain fit of surface and cloud together says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest

from models.simulate.camera.clouds import turbulence
from models.sky import even_cloud
from models.sky.clear_sky import Reference, in_frame_reference
from models.sky.envelope import lower_envelope, sigma_about
from models.sky.even_cloud import EvenCloud, find_even_cloud
from models.sky.flat_parts import FLAT_ADU, flat_parts
from models.sky.frame import SkyFrame, prepare
from models.sky.mask import CLOUD, CLOUD_SIGMA, OPEN, SKY, mask_clouds
from models.sky.rebin import SHAPE
from models.sky.surface_terms import ALIKE, EXPECTED, SPREAD
from tests.unit.sky.test_mask import plain_alike

CAMERA_SIGMA = 2.3
GOOD, NO_PATTERN = np.ones(SHAPE, bool), np.zeros(SHAPE, np.float32)
ROWS, COLUMNS = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1 for size in SHAPE), indexing="ij")
TERMS = np.stack([np.ones(SHAPE), COLUMNS, ROWS, COLUMNS**2, COLUMNS * ROWS, ROWS**2, NO_PATTERN])
TRUTH = np.array([500.0, 12.0, -20.0, 18.0, 3.0, 9.0, 0.0])
BESIDE = ((0, 1), (1, 0), (0, -1), (-1, 0))


def sky(seed: int, uneven_adu: float = 1.4) -> np.ndarray:
    """A clear sky, noisy by 1.1 ADU, of a camera that is uneven from place to place."""
    rng = np.random.default_rng(seed)
    uneven = cv2.GaussianBlur(rng.standard_normal(SHAPE), (0, 0), 8)
    surface = np.tensordot(TRUTH, TERMS, 1)
    return np.asarray(surface + uneven_adu * uneven / uneven.std() + rng.normal(0, 1.1, SHAPE), dtype=np.float32)


def cloud(seed: int, excess: float, edges: str, cover: float) -> np.ndarray:
    """ADU that a cloud adds."""
    field = turbulence(np.random.default_rng([seed, 1]), SHAPE, 3.0)
    low = np.quantile(field, 1 - cover)
    if edges == "hard":
        return np.where(field > low, excess, 0.0).astype(np.float32)
    return np.asarray(np.clip((field - low) / (field.max() - low), 0, 1) * 1.5 * excess, dtype=np.float32)


def seen(adu: np.ndarray, good: np.ndarray = GOOD) -> tuple[Reference, np.ndarray]:
    """What is taken for the clear sky of a frame, and the mask above it."""
    reference = in_frame_reference(replace(prepare(SkyFrame(adu, None)), adu=adu, good=good), NO_PATTERN)
    assert reference is not None
    return reference, mask_clouds(adu - reference.adu, good, reference.sigma_adu, reference.marks)[0]


@dataclass(frozen=True)
class Plain:
    """Surface, cloud and marks of a plain fit."""

    coefficients: np.ndarray
    height: float
    kind: np.ndarray
    marks: np.ndarray


def plain_parts(excess: np.ndarray, good: np.ndarray) -> np.ndarray:
    """Number of the part of each pixel, -1 where there is none."""
    smooth = np.where(good, excess, np.float32(0))
    for _ in range(3):
        kernel = np.array([0.25, 0.5, 0.25])
        smooth = cv2.sepFilter2D(smooth, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    bordered = np.pad(smooth, 1, mode="edge").astype(np.float64)
    slope = np.hypot(bordered[1:-1, 2:] - bordered[1:-1, :-2], bordered[2:, 1:-1] - bordered[:-2, 1:-1]) / 2
    count, label, table, _ = cv2.connectedComponentsWithStats(((slope < FLAT_ADU) & good).astype(np.uint8), connectivity=4)
    large = [number for number in range(1, count) if table[number, cv2.CC_STAT_AREA] >= 40]
    part = np.full(SHAPE, -1)
    for place, number in enumerate(sorted(large, key=lambda number: int(np.flatnonzero(label.ravel() == number)[0]))):
        part[label == number] = place
    return part


def plain_fit(excess: np.ndarray, part: np.ndarray, raised: np.ndarray, expected: np.ndarray) -> tuple[float, np.ndarray]:
    """Squares that are left, and the coefficients, the last the cloud's height, of one least squares fit of every fourth pixel."""
    places = np.zeros(SHAPE, bool)
    places[::2, ::2] = True
    places &= part >= 0
    table = np.stack([*(term[places] for term in TERMS), raised[part[places]].astype(float)], axis=1)
    root = np.sqrt(4 * ALIKE) * CAMERA_SIGMA / SPREAD
    rows = np.vstack([table, np.hstack([np.diag(root), np.zeros((7, 1))]), 1e-6 * np.eye(8)])
    right = np.concatenate([excess[places], root * expected, np.zeros(8)])
    found = np.linalg.lstsq(rows, right, rcond=None)[0]
    return float(((rows @ found - right) ** 2).sum()), found


def plain_even(adu: np.ndarray, good: np.ndarray) -> tuple[Plain | None, EvenCloud | None]:
    """Parts turned over one by one, each time with a whole fit; and what is shipped finds."""
    envelope = lower_envelope(adu, good, CAMERA_SIGMA, NO_PATTERN)
    assert envelope is not None
    surface = envelope.surface(NO_PATTERN)
    sigma = sigma_about(surface, adu, good)
    found = find_even_cloud(adu, good, NO_PATTERN, envelope, surface, sigma, CAMERA_SIGMA)
    excess, limit = (adu - surface).astype(np.float64), CLOUD_SIGMA * sigma
    part = plain_parts(adu - surface, good)
    means = np.array([excess[::2, ::2][part[::2, ::2] == number].mean() for number in range(part.max() + 1)])
    raised, expected = means > 0.5 * limit, EXPECTED - envelope.coefficients
    best, coefficients = plain_fit(excess, part, raised, expected)
    while True:
        trials = []
        for number in range(raised.size):
            turned = raised.copy()
            turned[number] ^= True
            left, trial = plain_fit(excess, part, turned, expected)
            if trial[-1] > 0:
                trials.append((left, number, trial))
        if not trials or min(trials, key=lambda item: item[0])[0] >= best * (1 - 1e-9):
            break
        best, number, coefficients = min(trials, key=lambda item: item[0])
        raised[number] ^= True
    height = float(coefficients[-1])
    above = (excess - np.tensordot(coefficients[:-1], TERMS, 1)).astype(np.float32)
    if found is None:
        return None, None
    kind = np.where(raised, CLOUD, SKY)
    alike = plain_alike(above, good, found.sigma_adu)
    high, low = (np.where(np.abs(above - share * height) < 0.75 * found.sigma_adu, alike, above) for share in (0.6, 0.3))
    marks = np.where(part >= 0, kind[part], np.where(good & (high > 0.6 * height), CLOUD, OPEN))
    marks = np.where((marks == CLOUD) & (low < 0.3 * height), OPEN, marks)
    return Plain(envelope.coefficients + coefficients[:-1], height, kind, marks), found


@pytest.mark.parametrize("seed", range(6))
def test_parts_are_those_of_opencv(seed: int) -> None:
    excess = cloud(seed, 8.0, "hard", 0.4) + sky(seed) - sky(seed, 0.0)
    good = GOOD if seed % 2 else np.random.default_rng(seed).random(SHAPE) < 0.99
    part, count = flat_parts(excess, good)
    plain = plain_parts(excess, good)
    assert count == plain.max() + 1 > 3
    # A slope within a millionth of the limit may count either way.
    assert (part != plain).mean() < 0.001


@pytest.mark.parametrize("seed", range(8))
def test_surface_and_cloud_are_those_of_plain_least_squares(seed: int) -> None:
    adu = sky(seed) + cloud(seed, 7.0 + seed % 3, "hard", 0.2 + 0.06 * seed)
    plain, found = plain_even(adu, GOOD)
    assert plain is not None and found is not None
    assert np.allclose(found.envelope.coefficients, plain.coefficients, rtol=0, atol=1e-3)
    assert (found.marks != plain.marks).mean() < 0.001
    assert found.sigma_adu == sigma_about(found.surface, adu, GOOD)


def test_a_faint_cloud_with_hard_edges_is_marked_to_them_and_little_else() -> None:
    found, bare, wrong = [], [], []
    for seed in range(12):
        added = cloud(seed, 7.0, "hard", 0.3)
        adu = sky(seed) + added
        reference, mask = seen(adu)
        assert reference.marks is not None
        found.append(mask[added > 0].mean())
        bare.append(mask_clouds(adu - reference.adu, GOOD, reference.sigma_adu)[0][added > 0].mean())
        wrong.append(mask[added == 0].mean())
    assert np.mean(found) > 0.95 and np.mean(bare) < 0.7 and np.mean(wrong) < 0.002


@pytest.mark.parametrize(("cover", "seeds"), [(0.3, range(4)), (0.6, range(4)), (0.75, range(4)), (0.9, (1, 2))])
def test_the_surface_lies_in_the_sky_beside_it(cover: float, seeds: Sequence[int]) -> None:
    for seed in seeds:
        reference, mask = seen(sky(seed) + cloud(seed, 10.0, "hard", cover))
        assert abs(np.median(reference.adu - sky(seed, 0.0))) < 1.0
        assert abs(mask.mean() - cover) < 0.03


def test_what_rises_slowly_out_of_the_sky_is_marked_above_the_limit_alone() -> None:
    for seed in range(12):
        adu = sky(seed) + cloud(seed, 7.0, "soft", 0.3)
        reference, _ = seen(adu)
        assert reference.marks is None


def test_a_clear_sky_is_let_alone() -> None:
    for seed in range(12):
        reference, mask = seen(sky(seed))
        assert reference.marks is None and mask.mean() < 0.002


def test_a_hump_of_the_sky_beside_a_faint_cloud_is_none_of_it() -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    hump = 5.5 * np.exp(-((y - 96) ** 2) / 100) * np.clip((100 - x) / 40, 0, 1)
    added = np.where(x < 60, 8.5, hump)
    added[:64, :60] -= 2.5  # beneath the limit, and within the cloud
    reference, mask = seen(sky(3, 0.0) + added.astype(np.float32))
    assert reference.marks is not None and (hump[:, 60:] > 3.65).sum() > 100
    assert (mask != (x < 60)).mean() < 0.001


def test_what_is_not_seen_is_no_cloud_and_bends_nothing() -> None:
    good = np.ones(SHAPE, bool)
    good[:, :30] = False
    adu = sky(1) + cloud(1, 8.0, "hard", 0.4)
    broken = np.where(good, adu, np.float32(4000))
    reference, mask = seen(broken, good)
    other, _ = seen(np.where(good, adu, np.float32(0)), good)
    assert reference.marks is not None and not mask[:, :30].any()
    np.testing.assert_array_equal(reference.adu, other.adu)


@pytest.mark.parametrize(
    "adu",
    [
        sky(1, 6.0) + cloud(1, 9.0, "hard", 0.4),  # in a sky rougher than a camera makes it, a step of 9 ADU says nothing
        sky(1) + cloud(1, 20.0, "hard", 0.4),  # whose pixels tell enough
        sky(27) + cloud(27, 30.0, "soft", 0.3),  # which is not even: its first steps are taken for one of 4 ADU
        sky(1, 2.2) + cloud(1, 20.0, "soft", 0.3),  # as here, where hardly any of it is in parts
        sky(4, 2.2) + cloud(4, 10.0, "soft", 1.0),  # which leaves no sky beside it
        sky(1) + cloud(1, 8.0, "hard", 0.005),
    ],
    ids=["rough sky", "strong cloud", "uneven cloud", "slopes", "all cloud", "small cloud"],
)
def test_no_other_cloud_is_taken_for_one(adu: np.ndarray) -> None:
    assert seen(adu)[0].marks is None


def test_what_is_chosen_rises_above_the_sky() -> None:
    """What lies beneath would explain more."""
    kind = np.array([SKY, CLOUD, OPEN], np.int8)
    height = even_cloud._choose(kind, np.array([-10.0, 3.0, 50.0]), 10 * np.eye(3))
    assert height == pytest.approx(0.3) and kind.tolist() == [SKY, CLOUD, OPEN]


def test_parts_are_turned_over_until_no_other_one_explains_more() -> None:
    kind = np.array([CLOUD, SKY, SKY], np.int8)
    height = even_cloud._choose(kind, np.array([-4.0, 30.0, 20.0]), 10 * np.eye(3))
    assert height == pytest.approx(2.5) and kind.tolist() == [SKY, CLOUD, CLOUD]
