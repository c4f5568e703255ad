"""radio-clean at its smallest; its truth is exact and its scores mean what they say."""

import numpy as np
import pytest

from deployments.bench.cleaning_levels import histogram_quantile
from deployments.bench.cleaning_peers import PEERS, wrong_channels
from deployments.bench.cleaning_scenes import Scene, scenes, seconds_mean
from deployments.bench.cleaning_scores import score
from deployments.bench.radio_clean import OURS, radio_clean
from models.radio.spectrogram import DB_PER_DIGIT


@pytest.fixture(scope="module")
def scene() -> Scene:
    return next(scenes(1, 4, ("III",)))


def test_layers_add_up(scene: Scene) -> None:
    added = seconds_mean(scene.burst.astype(float) - scene.quiet) * DB_PER_DIGIT
    # Only rounding, 0.386 dB a digit over the root of 12 samples and four of them, is between file and truth.
    clear = scene.quiet.max(axis=1) < 200
    np.testing.assert_allclose(added[clear], scene.burst_db[clear], atol=0.4)
    assert (scene.both >= scene.quiet).all() and (scene.disturbed >= scene.quiet).all()


def test_the_same_seed_gives_the_same_files(scene: Scene) -> None:
    again = next(scenes(1, 4, ("III",)))
    np.testing.assert_array_equal(scene.both, again.both)


def test_perfect_cleaning_scores_perfectly_and_none_scores_nothing(scene: Scene) -> None:
    level = scene.quiet.mean(axis=1, keepdims=True)
    burst, foreign = scene.burst_db, scene.interference_db
    perfect = score(scene, np.zeros_like(burst), np.zeros_like(burst), burst)
    assert perfect.burst_kept == pytest.approx(1) and perfect.interference_removed == 1
    assert perfect.masked_quiet == 0 and abs(perfect.bias_db) < 1e-3
    idle = score(scene, *((digits - level) * DB_PER_DIGIT for digits in (scene.quiet, scene.disturbed, scene.both)))
    assert idle.burst_kept == pytest.approx(1, abs=0.05) and idle.interference_removed < 0.15
    nothing = np.full_like(burst, np.nan)
    empty = score(scene, nothing, nothing, nothing)
    assert empty.burst_kept == 0 and empty.interference_removed == 1 and empty.masked_quiet == 1
    assert foreign.max() > 1


@pytest.mark.parametrize("name", list(PEERS))
def test_peers_put_quiet_near_nought(name: str, scene: Scene) -> None:
    plane = PEERS[name](scene.file(scene.quiet))
    assert plane.shape == scene.quiet.shape
    sky = np.median(plane[scene.receiver.sky])
    assert 0 <= sky < 1 if "rolling" in name else abs(sky) < 0.3


def test_a_channel_of_noise_is_a_wrong_one() -> None:
    rng = np.random.default_rng(0)
    level = rng.normal(50, 0.25, (100, 1000))
    level[40] += rng.normal(0, 8, 1000)
    assert 40 in np.flatnonzero(wrong_channels(level))
    # Two sigma of the filter's profile drop a few good ones too.
    assert wrong_channels(level).sum() <= 10


def test_a_quantile_of_the_histogram_is_good_to_a_tenth_of_a_digit() -> None:
    values = np.random.default_rng(0).normal([[130.3], [90.7]], 1.2, (2, 20_000))
    digits = np.rint(values).astype(np.uint8)
    for share in (0.25, 0.5):
        np.testing.assert_allclose(histogram_quantile(digits, share), np.quantile(values, share, axis=1), atol=0.1)


def test_every_method_gets_every_figure() -> None:
    done: list[tuple[int, int]] = []
    result = radio_clean(2, 0, lambda *counted: done.append(counted))
    assert result.ours == OURS and {row.role for row in result.rows} == {"ours", "peer"}
    assert all(row.seconds and row.n == 6 for row in result.rows)
    first, *_ = result.tables.values()
    assert [row["method"] for row in first] == [row.name for row in result.rows]
    assert all(0 <= row["RFI removed"] <= 1 for row in first)
    assert len(result.tables) == 5 and done[-1] == (2, 2)
