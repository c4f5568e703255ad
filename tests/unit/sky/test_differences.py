"""A surface by differences is that beneath the clouds, and is preferred where another bends through them."""

import numpy as np
import pytest

from models.sky.differences import by_differences, term_pairs, told_by_differences, unexplained
from models.sky.least_squares import TERMS
from models.sky.surface_terms import ALIKE, EXPECTED, SPREAD

SHAPE, SIGMA, LIMIT = (32, 40), 2.3, 1.7 * 2.3
HOLD = ALIKE * (SIGMA / SPREAD) ** 2
TRUTH = np.array([500.0, 12.0, -20.0, 18.0, 3.0, 9.0, 0.0])


@pytest.fixture(scope="module")
def columns() -> np.ndarray:
    """Terms, and as values a sky with noise of 0.3 ADU, which means of 256 pixels have, beneath no cloud."""
    x, y = np.meshgrid((np.arange(40) + 0.5) / 20 - 1, (np.arange(32) + 0.5) / 16 - 1)
    table = np.stack([term.ravel() for term in (np.ones_like(x), x, y, x * x, x * y, y * y, np.zeros_like(x))])
    return np.concatenate((table, (TRUTH @ table + np.random.default_rng(1).normal(0, 0.3, x.size))[None]))


def cloudy(columns: np.ndarray, excess_adu: float) -> np.ndarray:
    """The same beneath a cloud of one excess over two thirds of the frame, with stripes of sky between."""
    stripes = np.add.outer(np.arange(32), np.arange(40)).ravel() % 12 < 8
    return np.concatenate((columns[:TERMS], (columns[TERMS] + excess_adu * stripes)[None]))


def fitted(columns: np.ndarray, seen: np.ndarray) -> np.ndarray:
    terms, values, held = columns[:TERMS], columns[TERMS], HOLD * EXPECTED
    told, shaped = told_by_differences(term_pairs(terms, SHAPE), values, seen, SHAPE, HOLD, held)
    return np.asarray(by_differences(terms, values, seen, SHAPE, SIGMA, HOLD, held, told, shaped))


def off(columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    return np.asarray(columns[TERMS] - coefficients @ columns[:TERMS])


@pytest.mark.parametrize("excess_adu", [0.0, 10.0, 30.0, 300.0])
def test_the_surface_is_the_sky_beneath(columns: np.ndarray, excess_adu: float) -> None:
    held = cloudy(columns, excess_adu)
    found = fitted(held, np.ones(1280))
    assert np.abs((found - TRUTH) @ columns[:TERMS]).max() < 1.0


def test_what_is_not_seen_counts_neither_as_value_nor_as_difference(columns: np.ndarray) -> None:
    seen = (np.arange(1280) % 40 > 9).astype(float)
    wild = columns.copy()
    wild[TERMS, seen == 0] = 0.0
    one, other = (fitted(held, seen) for held in (columns, wild))
    assert np.array_equal(one, other)
    costs = [unexplained(off(held, TRUTH), seen, SHAPE, SIGMA, LIMIT) for held in (columns, wild)]
    assert costs[0] == costs[1]


def test_a_surface_bent_through_a_cloud_leaves_more_unexplained(columns: np.ndarray) -> None:
    held, seen = cloudy(columns, 10.0), np.ones(1280)
    bent = np.linalg.lstsq(held[:TERMS].T, held[TERMS], rcond=None)[0]
    (true, none), (through, edges) = (unexplained(off(held, surface), seen, SHAPE, SIGMA, LIMIT) for surface in (TRUTH, bent))
    assert true < through and none == 0 < edges


def test_a_border_without_an_edge_costs(columns: np.ndarray) -> None:
    """A surface too low in one corner calls it cloud, where nothing steps."""
    seen, low = np.ones(1280), TRUTH - np.array([0, 8.0, 0, 0, 0, 0, 0])
    assert (
        unexplained(off(columns, low), seen, SHAPE, SIGMA, LIMIT)[0]
        > unexplained(off(columns, TRUTH), seen, SHAPE, SIGMA, LIMIT)[0]
    )
