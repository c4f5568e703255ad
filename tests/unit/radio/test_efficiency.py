"""Shares with their intervals against known values, and strengths from which on bursts are found."""

import numpy as np
import pytest

from models.radio.efficiency import (
    DB_EDGES,
    LEAST_ABOVE,
    Share,
    complete_from,
    expected_share,
    rising_share,
    shares,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("recovered", "injected", "z", "low", "high"),
    [
        # Newcombe (1998, Stat. Med. 17, 857), table I, method 3: 95 %.
        (81, 263, 1.959964, 0.2553, 0.3662),
        (15, 148, 1.959964, 0.0624, 0.1605),
        (0, 20, 1.959964, 0.0, 0.1611),
        (1, 29, 1.959964, 0.0061, 0.1718),
        # At all of them: n / (n + z^2).
        (10, 10, 1.6449, 10 / (10 + 1.6449**2), 1.0),
        (0, 0, 1.6449, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(recovered: int, injected: int, z: float, low: float, high: float) -> None:
    assert wilson_interval(recovered, injected, z) == pytest.approx((low, high), abs=6e-5)


def test_the_share_never_falls_and_pools_what_would() -> None:
    strength = np.array([5.0, 1.0, 3.0, 2.0, 4.0])
    recovered = np.array([True, False, False, True, True])
    assert rising_share(strength, recovered).tolist() == [1.0, 0.0, 0.5, 0.5, 1.0]
    rng = np.random.default_rng(1)
    strength, chance = rng.uniform(1, 20, 500), rng.uniform(0, 1, 500)
    found = chance < strength / 20
    share = rising_share(strength, found)
    assert (np.diff(share[np.argsort(strength)]) >= 0).all()
    assert share.sum() == pytest.approx(found.sum())


def test_the_share_of_others_is_read_off_between_their_strengths() -> None:
    strength, found = np.array([4.0, 2.0, 6.0]), np.array([True, False, True])
    assert expected_share(strength, found, np.array([1.0, 2.0, 3.0, 5.0, 9.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_completeness_is_where_the_share_gets_to_it_and_none_where_it_does_not() -> None:
    strength = np.linspace(1, 20, 96)
    assert complete_from(strength, strength >= 6, 0.9) == pytest.approx(6.0)
    assert complete_from(strength, (np.arange(96) % 2 == 0) & (strength > 6), 0.9) is None, "half is missed at any strength"
    assert complete_from(strength, (np.arange(96) % 2 == 0) & (strength > 6), 0.5) == pytest.approx(6.2, abs=0.3)
    few = strength[-LEAST_ABOVE + 1 :]
    assert complete_from(few, np.ones(few.size, bool), 0.9) is None, "nine in ten need ten"
    assert complete_from(strength[:0], np.zeros(0, bool), 0.9) is None


def test_every_strength_falls_into_one_bin() -> None:
    strength = np.array([0.999, 1.0, 2.0, 2.5, 19.9, 20.0])
    counted = shares(strength, strength > 2)
    assert counted == [Share(1.0, 2.0, 2, 0), Share(2.0, 3.0, 2, 1), Share(13.0, 20.0, 2, 2)]
    assert {counted[0].low_db, counted[-1].high_db} == {DB_EDGES[0], DB_EDGES[-1]}
