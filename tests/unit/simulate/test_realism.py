"""What tells simulated patches from real ones, on cases with known answers."""

import numpy as np
import pytest
from scipy.special import ndtr

from models.simulate.realism.box_features import box_features
from models.simulate.realism.features import patch_features
from models.simulate.realism.folds import group_folds
from models.simulate.realism.forest import forest_scores
from models.simulate.realism.network import network_scores, plane_of
from models.simulate.realism.patch import ROWS, SAMPLES, cut_patch, free_starts, white_sigma
from models.simulate.realism.separation import separation_interval, separations, station_weights, weighted_auc


def white(seed: int, sigma: float = 1.0) -> np.ndarray:
    return np.rint(np.random.default_rng(seed).normal(130, sigma, (ROWS, SAMPLES))).astype(np.float32)


def test_auc_of_equal_distributions_is_a_half_and_of_a_shift_its_value() -> None:
    rng = np.random.default_rng(0)
    made, ones = np.arange(40_000) % 2 > 0, np.ones(40_000)
    noise = rng.standard_normal((40_000, 2))
    noise[:, 1] -= 1.0 * made
    equal, shifted = separations(noise, made, ones)
    assert equal == pytest.approx(0.5, abs=0.01)
    # Two unit normals one apart: the chance that one passes the other is Phi(1 / sqrt 2), whichever way they are shifted.
    assert shifted == pytest.approx(ndtr(1 / np.sqrt(2)), abs=0.01)


def test_ties_count_half_and_a_missing_side_gives_no_figure() -> None:
    score, truth = np.array([1, 1, 2, 3]), np.array([False, True, True, False])
    assert weighted_auc(score, truth, np.ones(4)) == pytest.approx(1.5 / 4)
    assert np.isnan(weighted_auc(score, truth, np.array([1.0, 0, 0, 1])))


def test_a_station_with_many_patches_counts_as_one() -> None:
    # At the large station the simulated patches lie above the real ones, at the small one below.
    stations, made = ["large"] * 90 + ["small"] * 2, np.array([False, True] * 46)
    score = np.where(made, 2.0, 1.0)
    score[90:] = [3.0, 0.0]
    weight = station_weights(stations, made)
    assert weight[:90][made[:90]].sum() == pytest.approx(1) and weight[90:].tolist() == [1, 1]
    # Four pairs of stations alike: only large real below large simulated.
    assert weighted_auc(score, made, weight) == pytest.approx(0.25)


def test_the_interval_over_stations_holds_the_mean() -> None:
    rng = np.random.default_rng(1)
    made, stations = np.arange(400) % 2 > 0, [f"S{number // 20}" for number in range(400)]
    values = rng.standard_normal((400, 3)) + made[:, None]
    low, high = separation_interval(values, made, stations, 50, 0)
    mean = separations(values, made, station_weights(stations, made)).mean()
    assert low < mean < high and separation_interval(values, made, stations, 50, 0) == (low, high)


def test_folds_keep_groups_whole_and_alike_in_size() -> None:
    groups = ["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d"] * 3
    folds = group_folds(groups, 3)
    sizes = sorted(sum(folds[group] == fold for group in groups) for fold in range(3))
    assert set(folds) == set(groups) and sizes == [4, 5, 6]


def test_patches_lie_side_by_side_and_hold_no_blocked_sample() -> None:
    blocked = np.zeros(1000, dtype=bool)
    blocked[300:310] = True
    assert free_starts(blocked).tolist() == [0, 310, 550]
    digits = np.tile(np.arange(200)[:, None], (1, 1000)) + 0.04
    good = np.arange(200) % 10 > 0
    patch = cut_patch(digits, good, 0, 310)
    assert patch.shape == (ROWS, SAMPLES) and (patch == np.flatnonzero(good)[:, None]).all()


def test_white_noise_is_measured_as_white() -> None:
    told = patch_features(white(0))
    assert all(np.isfinite(value) for value in told.values())
    # Rounding adds 1/12 digit^2.
    assert told["sigma: white, median"] == pytest.approx(np.sqrt(1 + 1 / 12), rel=0.08)
    for name in ("memory: 0.25 s, median", "neighbours: 1 apart, median", "noise: skew, median", "level: tilt"):
        assert told[name] == pytest.approx(0, abs=0.15), name
    assert abs(told["tones: 50 Hz"]) < 1 and told["outliers: channels above 1 %"] == 0 and told["lines: share of channels"] == 0


def test_a_patch_that_never_changes_still_has_finite_features() -> None:
    told = patch_features(np.full((ROWS, SAMPLES), 100, dtype=np.float32))
    assert all(np.isfinite(value) for value in told.values())
    assert (white_sigma(np.full((3, 50), 7.0)) == 12**-0.5).all()


def test_what_was_put_into_a_patch_is_named() -> None:
    quiet = patch_features(white(1))
    lines = white(1)
    lines[[20, 80, 140]] += 15
    told = patch_features(lines)
    assert told["lines: share of channels"] == pytest.approx(3 / ROWS) and told["lines: median height"] == pytest.approx(15, abs=1)

    bursts = white(1)
    bursts[60, 50:54] += 20
    bursts[61, 50:54] += 8
    told = patch_features(bursts)
    assert told["outliers: channels with any"] > quiet["outliers: channels with any"]
    assert told["outliers: 95 % of the heights"] > 10

    slow = white(1) + 2 * np.repeat(np.random.default_rng(2).normal(size=(ROWS, SAMPLES // 20)), 20, axis=1)
    assert patch_features(slow)["memory: 1 s, median"] > 0.5

    seconds, channels = np.arange(SAMPLES) / 4, np.arange(ROWS)
    hum = np.cos(2 * np.pi * 50 * (seconds[None, :] + channels[:, None] / 800))
    told = patch_features(white(1) + 0.5 * hum)
    assert told["tones: 50 Hz"] > quiet["tones: 50 Hz"] + 2 and told["tones: 100 Hz"] < quiet["tones: 100 Hz"] + 1


def test_a_drifting_stroke_has_its_drift_width_and_strength() -> None:
    rng = np.random.default_rng(3)
    channels, times = np.arange(60)[:, None], np.arange(120)[None, :]
    # High frequencies first, 12 samples (3 s) wide at half.
    stroke = 8 * (np.abs(times - (100 - channels)) <= 6)
    told = box_features(stroke + rng.normal(0, 0.25, stroke.shape), np.full(60, 0.25))
    assert told["ridge: drift"] > 0.95 and told["ridge: width, median"] == pytest.approx(13 / 4, abs=0.6)
    assert told["strength: 99 %"] == pytest.approx(8, abs=0.6) and told["filled: channels touched"] == 1
    assert (told["extent: seconds"], told["extent: channels"]) == (30, 60)
    flat = box_features(np.zeros((10, 30)), np.full(10, 0.25))
    assert set(flat) == set(told) and all(np.isfinite(value) for value in flat.values())


def test_forest_and_network_find_what_differs_on_stations_not_seen() -> None:
    made = np.arange(48) % 2 > 0
    fold, ones = np.arange(48) // 2 % 2, np.ones(48)
    patches = [white(seed) + (np.linspace(-4, 4, SAMPLES) if made[seed] else 0) for seed in range(48)]
    planes = np.stack([plane_of(patch)[:40, ::4] for patch in patches])
    scores = network_scores(planes, made, fold, ones, 0)
    assert weighted_auc(scores, made, ones) > 0.9
    values = np.array([[plane[:, -10:].mean(), 0.0] for plane in planes])
    forest = forest_scores(values, made, fold, ones, 0)
    assert weighted_auc(forest, made, ones) > 0.95
    np.testing.assert_array_equal(forest, forest_scores(values, made, fold, ones, 0))
