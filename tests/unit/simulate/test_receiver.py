"""Drawn receivers look like the measured ones."""

import numpy as np
import pytest

from models.simulate.receiver import draw_receiver, frequency_table, system_flux_sfu


@pytest.mark.parametrize(("low", "high"), [(10.4, 105.5), (45.0, 442.0), (45.4, 92.9), (250.0, 350.0)])
def test_channels_are_uneven_ascending_and_on_the_tuners_grid(low, high):
    table = frequency_table(np.random.default_rng(1), low, high, 200)
    steps = np.diff(table)
    assert len(table) == 200
    assert (steps > 0).all()
    assert steps.max() >= 1.5 * np.median(steps)
    assert np.array_equal(table * 16, np.round(table * 16))


def test_two_thirds_of_receivers_repeat_their_lowest_frequency():
    receivers = [draw_receiver(np.random.default_rng(seed), 45, 442) for seed in range(120)]
    repeated = [np.sum(receiver.frequency_mhz == receiver.frequency_mhz[0]) >= 4 for receiver in receivers]
    assert 0.5 < np.mean(repeated) < 0.85
    assert all((np.diff(receiver.frequency_mhz[receiver.sky]) > 0).all() for receiver in receivers)


def test_same_seed_gives_the_same_receiver():
    first, second = (draw_receiver(np.random.default_rng(7), 10, 80) for _ in range(2))
    assert np.array_equal(first.baseline_digit, second.baseline_digit)
    assert first.tail == second.tail


def test_system_flux_is_lowest_at_150_mhz():
    flux = system_flux_sfu(np.array([50.0, 150.0, 600.0]))
    assert flux == pytest.approx([135, 105, 970], rel=0.01)
