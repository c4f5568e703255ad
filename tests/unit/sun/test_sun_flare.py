from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelUnavailable
from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import sdo_picture
from models.sun.active_learning.disk import LabelledDisk
from models.sun.flare import SunFlare
from models.sun.flare_law import C1_W_M2
from models.sun.flare_learning import training
from models.sun.flares import largest_within
from models.sun.found_regions import find_regions, oriented
from models.sun.noaa import match_numbers
from models.sun.prepare import prepare
from models.sun.region_activity import region_activity
from models.sun.regions import Region
from models.weights_file import read_card
from tasks.readers.sun.colours import colour_table
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.image import read_sun_image
from tests.unit.sun.disks import disk, unheard

FIRST = datetime(2010, 6, 1, tzinfo=UTC)


def disks_of_two(count: int, seed: int = 4) -> tuple[list[LabelledDisk], list[tuple[float, float]]]:
    """Disks with a region east and one west, each with flares at its own rate; only the largest of all is told."""
    rng = np.random.default_rng(seed)
    made, rates = [], []
    for number in range(count):
        size = rng.uniform(0.05, 0.14, 2)
        rate = 12 * (size / 0.14) ** 4
        # Of a power law with index 1: the largest flare of each region, in multiples of C1.
        largest = rate / -np.log(rng.random(2))
        when = FIRST + timedelta(days=14 * number)
        sun = disk([(-0.4, 0.3, size[0]), (0.4, -0.3, size[1])], seed=number, when=when)
        made.append(LabelledDisk(f"{number}.jpg", sun, when, float(largest.max() * C1_W_M2), 1e-9))
        rates.append((float(rate[0]), float(rate[1])))
    return made, rates


def test_which_region_flares_is_learnt_from_disks_alone() -> None:
    disks, _ = disks_of_two(60)
    others, rates = disks_of_two(25, seed=9)
    law = training.RegionMeasures().fit(disks)
    right = []
    for item, (east, west) in zip(others, rates, strict=True):
        regions = sorted(find_regions(item.sun), key=lambda region: region.longitude_deg)
        expected = law.expected(np.stack([region_activity(item.sun, region) for region in regions]), C1_W_M2)
        assert len(regions) == 2
        right.append((expected[0] > expected[1]) == (east > west))
    assert np.mean(right) > 0.9


def test_regions_are_told_with_places_and_probabilities_that_add_up_to_the_disks() -> None:
    one, both = SunFlare().judge([disk([(0.3, 0.3, 0.12)]), disk([(0.3, 0.3, 0.12), (-0.4, -0.2, 0.07)])])
    assert len(one.detections) == 1 and len(both.detections) == 2
    quiet = np.prod([1 - found.score for found in both.detections])
    assert both.score == pytest.approx(1 - quiet, abs=1e-6) and both.score > (one.score or 0)
    first, second = both.detections
    assert first.score > second.score and first.attributes["hemisphere"] == "north" and first.attributes["longitude_deg"] > 0
    assert 0 < first.attributes["flare_m_24h"] < first.score


def test_without_a_region_there_is_hardly_a_flare() -> None:
    (verdict,) = SunFlare().judge([disk()])
    assert verdict.label == "quiet" and verdict.score and 0 < verdict.score < 0.02 and verdict.detections == ()


def test_other_channels_are_declined() -> None:
    (verdict,) = SunFlare().judge([replace(disk(), channel="304")])
    assert verdict.state == "declined" and "trained on 211" in verdict.reason


def test_training_writes_weights_and_a_card_that_belong_together(tmp_path: Path) -> None:
    disks, _ = disks_of_two(50)
    figures = training.train(disks, tmp_path, "nightshift train sun-flare DATA", "made disks", unheard)
    model, card = SunFlare("cpu", tmp_path), read_card("sun-flare", tmp_path)
    assert card["threshold"] == pytest.approx(model.threshold)
    assert card["figures"]["C_auc"] == pytest.approx(figures["C_auc"], abs=1e-4)


def test_without_weights_the_user_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nightshift train sun-flare DATA"):
        SunFlare("cpu", tmp_path)


def test_on_the_simulated_sun_which_taught_it_nothing_the_region_that_flares_comes_first_more_often_than_by_chance() -> None:
    first, chance = [], []
    for number in range(24):
        night = date(2023, 1, 3) + timedelta(days=9 * number)
        when = datetime.combine(night, time(6), UTC)
        days = [simulate_activity(night), simulate_activity(night + timedelta(days=1))]
        largest = largest_within([flare.listed() for day in days for flare in day.flares], when)
        named = [region for region in days[0].regions if largest and region.number == largest.region]
        if not named:
            continue
        jpg = sdo_picture(days[0], when, "211", colour_table("211"), sensitivity=degradation("211", when)[0])
        sun = prepare(read_sun_image(jpg, f"{when:%Y%m%d_%H%M%S}_512_0211.jpg"))
        found = find_regions(sun)
        place = Region(named[0].number, when, named[0].latitude_deg, named[0].longitude_at(when))
        boxes = [one.box for one, given in zip(found, match_numbers(found, [place], when, oriented(sun)), strict=True) if given]
        if boxes and len(found) > 1:
            (verdict,) = SunFlare().judge([sun])
            first.append(verdict.detections[0].box == boxes[0])
            chance.append(1 / len(found))
    assert len(first) >= 5 and np.mean(first) > np.mean(chance) + 0.15
