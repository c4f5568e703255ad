import numpy as np
import torch

from models.networks.origin_sun import DISK_SIDE, REGION_SIDE, OriginSun
from models.sun.origin_learning import disks as origin_disks
from models.sun.origin_learning.network import fit_origin
from models.sun.origin_recipe import SunActiveOrigin, origin_scores
from tests.unit.sun.disks import disk, labelled


def test_the_networks_have_the_origins_number_of_weights() -> None:
    counts = [sum(weight.numel() for weight in OriginSun(side).parameters()) for side in (DISK_SIDE, REGION_SIDE)]
    assert counts == [16_102, 11_278]
    assert OriginSun(DISK_SIDE)(torch.zeros(2, 1, DISK_SIDE, DISK_SIDE)).shape == (2,)


def test_the_same_seed_gives_the_same_network() -> None:
    pictures = np.random.default_rng(0).random((20, 40, 40)).astype(np.float32)
    event = np.arange(20) % 2 == 0
    one, same, other = (origin_scores(fit_origin(pictures, event, seed), pictures, "cpu") for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_it_learns_what_is_plain_to_see() -> None:
    event = np.arange(40) % 2 == 0
    pictures = np.random.default_rng(2).random((40, 40, 40)).astype(np.float32) * 0.3
    pictures[event, 10:20, 10:20] += 0.6
    score = origin_scores(fit_origin(pictures, event), pictures, "cpu")
    assert score[event].min() > score[~event].max()


def test_a_network_is_trained_for_each_event() -> None:
    disks = labelled(8)
    score = origin_disks.origin(disks)(disks[:3])
    assert score.shape == (3, 2) and ((score > 0) & (score < 1)).all()


def test_it_judges_the_disks_that_sun_active_judges_and_is_never_the_headline() -> None:
    verdict, declined = SunActiveOrigin().judge([disk([(0.1, 0.1, 0.1)]), object()])  # type: ignore[list-item]
    assert verdict.state == "judged" and verdict.threshold == 0.5 and SunActiveOrigin.rank < 0
    assert declined.state == "declined"
