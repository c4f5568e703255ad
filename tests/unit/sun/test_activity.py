from dataclasses import replace

import numpy as np

from models.sun.activity import ACTIVITY, activity, limb_profile
from tests.unit.sun.disks import DISTANCE, ROWS, disk

PROFILE = limb_profile([disk(seed=seed) for seed in range(5)])
CORE, HOT, STRUCTURE, EMISSION = range(len(ACTIVITY))


def test_a_region_raises_every_measure_and_a_larger_one_raises_it_more() -> None:
    quiet, small, large = (activity(disk(cores), PROFILE) for cores in ([], [(0.3, 0.2, 0.05)], [(0.3, 0.2, 0.15)]))
    assert (small > quiet).all() and (large > small).all()


def test_a_bright_limb_is_no_region() -> None:
    bright = disk()
    ring = np.abs(DISTANCE - 1) < 0.04
    bright = replace(bright, picture=np.where(ring, np.float32(0.8), bright.picture))
    profile = limb_profile([bright] * 3)
    quiet = activity(disk(), PROFILE)
    assert activity(bright, profile)[CORE] - quiet[CORE] < 0.05
    assert activity(bright, np.zeros_like(profile))[CORE] - quiet[CORE] > 1


def test_what_was_not_measured_does_not_count() -> None:
    one = disk([(0.4, 0.0, 0.1)])
    stamped = replace(one, present=one.present & (ROWS > -90), picture=np.where(ROWS > -90, one.picture, np.float32(1)))
    np.testing.assert_allclose(activity(stamped, PROFILE), activity(one, PROFILE), atol=0.03)


def test_the_profile_is_of_the_limb_alone() -> None:
    assert PROFILE[:20].max() < 0.01 and 0.1 < PROFILE[38:42].max() < 0.4 and PROFILE.shape == (51,)
