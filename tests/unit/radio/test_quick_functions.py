"""What is made in a way of our own for speed says what numpy says."""

import numpy as np
import pytest

from models.radio.arcsinh import arcsinh
from models.radio.quantiles import two_quantiles


@pytest.mark.parametrize("size", [2, 3, 10, 11, 1000, 4321])
@pytest.mark.parametrize(("low", "high"), [(0.1, 0.5), (0.0, 0.75), (0.25, 0.99), (0.5, 0.5)])
def test_two_quantiles_are_those_of_numpy(size: int, low: float, high: float) -> None:
    values = np.random.default_rng(size).normal(size=size).astype(np.float32)
    values[: size // 3] = values[0]
    before = values.copy()
    assert two_quantiles(values, low, high) == pytest.approx(tuple(np.quantile(values, [low, high])), rel=1e-6, abs=1e-7)
    np.testing.assert_array_equal(values, before)


def test_the_inverse_hyperbolic_sine_is_that_of_numpy() -> None:
    values = np.concatenate([np.linspace(-40, 40, 2001), [0.0, 1e-4, -1e-4, 3e4]]).astype(np.float32)
    np.testing.assert_allclose(arcsinh(values), np.arcsinh(values), rtol=1e-5, atol=2e-7)
