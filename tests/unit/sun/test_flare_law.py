import numpy as np
import pytest

from models.sun.flare_law import C1_W_M2, M1_W_M2, X1_W_M2, FlareLaw, fit_law

LAW = FlareLaw(np.array([1.0, -2.0]), np.array([0.5, 2.0]), np.array([0.9, 0.3]), log_rate=0.2, index=1.0)


def windows(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Measures, and the largest of the flares that a Poisson process with a power law made of them."""
    rng = np.random.default_rng(1)
    values = LAW.mean + LAW.spread * rng.normal(size=(count, 2))
    rate = np.exp(LAW.log_rate + ((values - LAW.mean) / LAW.spread) @ LAW.weight)
    least = 0.05  # of C1; below it nothing is seen
    flares = rng.poisson(rate * least**-LAW.index)
    largest = [max(least * rng.random(number) ** (-1 / LAW.index), default=0.0) if number else 0.0 for number in flares]
    return values, np.array(largest) * C1_W_M2


def test_probabilities_are_the_shares_that_the_process_makes() -> None:
    values, flux = windows(20_000)
    for least in (C1_W_M2, M1_W_M2, X1_W_M2):
        assert LAW.probability(values, least).mean() == pytest.approx((flux >= least).mean(), abs=0.01)


def test_the_law_is_found_again() -> None:
    values, flux = windows(4000)
    found = fit_law(values, flux, np.ones(flux.size))
    np.testing.assert_allclose(found.weight, LAW.weight, atol=0.08)
    assert found.index == pytest.approx(LAW.index, abs=0.05) and found.log_rate == pytest.approx(LAW.log_rate, abs=0.1)


def test_larger_flares_are_never_more_probable() -> None:
    values, _ = windows(50)
    common, strong, extreme = (LAW.probability(values, least) for least in (C1_W_M2, M1_W_M2, X1_W_M2))
    assert (common > strong).all() and (strong > extreme).all() and (extreme > 0).all() and (common < 1).all()


def test_a_window_that_counts_nothing_changes_nothing() -> None:
    values, flux = windows(300)
    other = np.where(np.arange(300) < 100, 1e-3, flux)
    share = (np.arange(300) >= 100).astype(float)
    np.testing.assert_allclose(fit_law(values, flux, share).weight, fit_law(values, other, share).weight, atol=1e-6)


def test_the_law_survives_its_file() -> None:
    values, _ = windows(5)
    again = FlareLaw.from_arrays(LAW.arrays())
    np.testing.assert_array_equal(again.probability(values, M1_W_M2), LAW.probability(values, M1_W_M2))
