from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.sun.active_learning.disk import EVENTS
from models.sun.active_learning.folds import GAP, inner_folds, rolling_folds
from models.sun.active_learning.recipes import RECIPES
from models.sun.active_learning.rolling import roll, skills, validated_threshold
from tests.unit.sun.disks import changed, labelled, unheard

DISKS = labelled(36, step_days=24.0)


def test_training_and_test_are_apart_in_time() -> None:
    folds = rolling_folds(DISKS)
    assert [fold.name for fold in folds] == ["2011", "2012"]
    for fold in folds:
        begin = datetime(int(fold.name), 1, 1, tzinfo=UTC)
        assert max(DISKS[index].t_start for index in fold.train) + timedelta(hours=24) < begin - timedelta(days=30)
        assert min(DISKS[index].t_start for index in fold.test) >= begin
        assert not set(fold.train) & set(fold.test)
    assert sorted(np.concatenate([fold.test for fold in folds])) == [
        index for index, disk in enumerate(DISKS) if disk.t_start.year > 2010
    ]


def test_validation_is_apart_from_what_it_validates() -> None:
    for fold in inner_folds(DISKS):
        first, last = DISKS[fold.test[0]].t_start, DISKS[fold.test[-1]].t_start
        for index in fold.train:
            assert (
                DISKS[index].t_start + timedelta(hours=24) < first - GAP or DISKS[index].t_start > last + timedelta(hours=24) + GAP
            )


@pytest.mark.parametrize("name", RECIPES)
def test_no_forecast_and_no_threshold_depends_on_what_came_later(name: str) -> None:
    year = 2012
    other = changed(DISKS, lambda disk: disk.t_start.year >= year)
    ours, theirs = (roll(RECIPES[name], disks, unheard) for disks in (DISKS, other))
    here = np.array(ours.fold) == str(year)
    np.testing.assert_array_equal(ours.score[here], theirs.score[here])
    np.testing.assert_array_equal(ours.threshold[here], theirs.threshold[here])
    assert (ours.event[here] != theirs.event[here]).any()


@pytest.mark.parametrize("name", RECIPES)
def test_a_forecast_is_of_its_own_picture_alone(name: str) -> None:
    forecast = RECIPES[name](DISKS[:25])
    np.testing.assert_allclose(forecast(DISKS[32:33]), forecast(DISKS[27:])[5:6], rtol=1e-4)


def test_on_disks_whose_activity_makes_their_flares_the_law_has_skill_and_climatology_none() -> None:
    ours, constant = (skills(roll(RECIPES[name], DISKS, unheard)) for name in ("sun-active", "climatology"))
    for event in EVENTS:
        assert ours[f"{event}_auc"] > 0.75 and ours[f"{event}_tss"] > 0.2
        assert constant[f"{event}_bss_of_training"] == pytest.approx(0) and constant[f"{event}_auc_2012"] == 0.5
    assert ours["C_auc_low"] < ours["C_auc"] < ours["C_auc_high"]
    assert sum(ours[f"C_{key}"] for key in ("hits", "misses", "false_alarms", "correct_negatives")) == sum(
        disk.t_start.year > 2010 for disk in DISKS
    )


def test_thresholds_come_from_training_alone() -> None:
    threshold = validated_threshold(RECIPES["sun-active"], DISKS[:30])
    assert threshold.shape == (2,) and (threshold > 0).all() and threshold[0] > threshold[1]
