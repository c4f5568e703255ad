from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from models.errors import ModelUnavailable
from models.networks.region_flare import RegionFlare, poisson_loss
from models.simulate.sun.activity import simulate_activity
from models.sun.crop_learning.crops import SETS, Crops, simulated_crops
from models.sun.crop_learning.physics import OTHER, USUAL, other_activity
from models.sun.crop_learning.training import FULL, Course, calibration, draw, nights_of, train
from models.sun.flare_crops import SunFlareCrops, calibrated
from models.sun.found_regions import MAGNETIC
from models.sun.image import PreparedSun
from models.sun.region_crop import PLANES
from models.training import Plan, train_network
from models.weights_file import read_card
from tests.unit.sun.disks import disk, unheard

SMALL = Course(nights_of(date(2001, 1, 1), 8, 9), nights_of(date(2012, 1, 1), 5, 9), nights_of(date(2017, 1, 1), 5, 9), steps=3)


@pytest.fixture(scope="module")
def crops() -> dict[str, Crops]:
    return simulated_crops(USUAL, SMALL.taught, lambda *_: None)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """A folder with weights that have hardly learnt, and their figures."""
    folder = tmp_path_factory.mktemp("crops")
    return folder, train(folder, folder / "work", "nightshift train sun-flare-crops DATA", unheard, SMALL)


@pytest.fixture
def model(trained: tuple[Path, dict[str, float]]) -> SunFlareCrops:
    return SunFlareCrops("cpu", trained[0])


def seen_alone(channel: str) -> PreparedSun:
    sun = disk([(0.2, 0.3, 0.12)])
    picture = 0.5 + 0.4 * (sun.picture > 0.6) if channel == MAGNETIC else sun.picture
    return replace(sun, channel=channel, unit="G" if channel == MAGNETIC else "DN/s", picture=picture.astype(np.float32))


def test_no_region_that_taught_is_examined() -> None:
    parts = [FULL.taught, FULL.validated, FULL.examined]
    for before, after in pairwise(parts):
        assert (after[0] - before[-1]).days > 60
    for night in (FULL.taught[-1], FULL.validated[-1]):
        assert max(region.t_born.date() for region in simulate_activity(night).regions) <= night


def test_planes_say_what_of_a_region_was_there(crops: dict[str, Crops]) -> None:
    assert set(crops) == set(SETS)
    for name, made in crops.items():
        present = made.planes[:, 3:].mean(axis=(2, 3))
        told = {PLANES[3 + index] for index in range(3) if present[0, index] == 1}
        assert told == {"has field" if channel == MAGNETIC else f"has {channel}" for channel in SETS[name]}
        assert made.planes[:, 2].max(axis=(1, 2)).min() == 1  # each has its outline
        assert (made.event[:, 0] >= made.event[:, 1]).all()
        for plane, has in ((0, present[:, 0]), (1, present[:, 1:].sum(axis=1))):
            assert (made.planes[:, plane].any() != 0) == bool(has.any())


def test_larger_regions_flare_more_often(crops: dict[str, Crops]) -> None:
    made = crops["magnetogram"]
    large = made.area_log10 > np.median(made.area_log10)
    assert made.event[large, 0].mean() > made.event[~large, 0].mean()


def test_the_other_sun_is_another_and_the_same_however_one_comes_to_it() -> None:
    night = date(2018, 3, 1)
    usual, other = simulate_activity(night), other_activity(night)
    assert other == other_activity(night)
    assert {region.number for region in other.regions} == {region.number for region in usual.regions}
    assert all(mine.area_msh < yours.area_msh for mine, yours in zip(other.regions, usual.regions, strict=True))
    assert {flare.t_peak for flare in other.flares}.isdisjoint({flare.t_peak for flare in usual.flares})
    assert simulated_crops(OTHER, [night], lambda *_: None)["magnetogram"].planes.shape[1:] == (6, 64, 64)


def test_a_batch_is_drawn_alike_from_the_same_seed_and_mirrors_change_polarities(crops: dict[str, Crops]) -> None:
    one, other = (draw(crops, np.random.default_rng([0, 5])) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    np.testing.assert_array_equal(one[1], other[1])
    without = one[0][:, 3].mean(axis=(1, 2)) == 0
    assert without.any() and not one[0][without, 0].any()


def test_rates_are_calibrated_by_a_line_and_m_is_never_above_c() -> None:
    rng = np.random.default_rng(2)
    said = rng.normal(-1, 1.5, 4000)
    event = rng.random(4000) < 1 - np.exp(-np.exp(0.6 * said - 0.4))
    np.testing.assert_allclose(calibration(said, event), [0.6, -0.4], atol=0.1)
    both = calibrated(np.array([[-3.0, 1.0], [0.0, -2.0]]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert (both[:, 0] >= both[:, 1]).all() and both[1, 0] == pytest.approx(1 - np.exp(-1))


def test_the_loss_is_least_where_the_rate_is_that_of_the_events() -> None:
    event = torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    rates = torch.linspace(-3, 2, 51)
    loss = [float(poisson_loss(rate.expand(4, 2), event)) for rate in rates]
    share = float(event.mean())
    assert float(rates[int(np.argmin(loss))]) == pytest.approx(np.log(-np.log(1 - share)), abs=0.06)


def test_a_network_says_never_more_m_than_c() -> None:
    with torch.inference_mode():
        rates = RegionFlare(len(PLANES))(torch.randn(5, len(PLANES), 64, 64))
    assert rates.shape == (5, 2) and (rates[:, 0] > rates[:, 1]).all()
    assert sum(part.numel() for part in RegionFlare(len(PLANES)).parameters()) == 47_682


def test_training_writes_weights_and_a_card_that_belong_together(trained: tuple[Path, dict[str, float]]) -> None:
    folder, figures = trained
    text = (folder / "sun-flare-crops.md").read_text()
    assert "knows the simulated Sun alone" in text and f"{figures['another Sun 131 sun-flare-crops C_auc']:.3f}" in text
    assert read_card("sun-flare-crops", folder)["threshold"] == pytest.approx(SunFlareCrops("cpu", folder).threshold)


def test_the_same_batches_teach_the_same_weights(crops: dict[str, Crops]) -> None:
    taught = []
    for _ in range(2):
        torch.manual_seed(0)
        network = RegionFlare(len(PLANES))
        train_network(network, partial(draw, crops), poisson_loss, Plan(2))
        taught.append(network.state_dict())
    assert all(torch.equal(part, taught[1][name]) for name, part in taught[0].items())


@pytest.mark.parametrize("channel", [MAGNETIC, "171", "131"])
def test_each_channel_alone_is_judged(channel: str, model: SunFlareCrops) -> None:
    (verdict,) = model.judge([seen_alone(channel)])
    assert verdict.state == "judged" and verdict.score is not None and len(verdict.detections) == 1
    assert verdict.score >= verdict.scores["flare_m_24h"]
    (found,) = verdict.detections
    assert found.score == pytest.approx(verdict.score) and abs(found.attributes["longitude_deg"] - np.degrees(0.2)) < 6


def test_the_light_beside_a_magnetogram_is_looked_at_too_and_regions_stay_those_of_the_field(model: SunFlareCrops) -> None:
    field, light, other = (seen_alone(channel) for channel in (MAGNETIC, "171", "131"))
    useless = (replace(light, unit="display"), replace(light, unfit="a cut-out"), replace(light, channel="304"), field)
    given = ((), (light,), (other,), (*useless, other, light), useless)
    alone, with_171, with_131, with_all, with_none = model.judge([replace(field, beside=beside) for beside in given])
    assert [found.box for found in with_171.detections] == [found.box for found in alone.detections]
    assert len({alone.score, with_171.score, with_131.score}) == 3
    assert (with_all, with_none) == (with_171, alone), "171 is learnt from first; what cannot be used is as if it were not there"
    told = [verdict.metrics["channels"] for verdict in (alone, with_171, with_131)]
    assert told == ["magnetogram", "magnetogram + 171", "magnetogram + 131"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"unit": "display"}, "171 in display"), ({"channel": "304"}, "304 in DN/s"), ({"unfit": "a cut-out"}, "a cut-out")],
)
def test_what_it_did_not_learn_from_is_declined(change: dict[str, str], reason: str, model: SunFlareCrops) -> None:
    (verdict,) = model.judge([replace(seen_alone("171"), **change)])  # type: ignore[arg-type]
    assert verdict.state == "declined" and reason in verdict.reason


def test_without_weights_the_user_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nightshift train sun-flare-crops DATA"):
        SunFlareCrops("cpu", tmp_path)
