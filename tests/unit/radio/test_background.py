import numpy as np
import pytest

from models.radio.background import MIN_SIGMA_DB, quiet_level


@pytest.mark.parametrize("share", [0.0, 0.2, 0.35])
def test_bursts_hardly_move_the_quiet_level(share: float) -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(50, 0.2, (30, 900)).astype(np.float32)
    values[:, : int(share * 900)] += generator.uniform(1, 20, (30, int(share * 900)))
    level, sigma = quiet_level(values)
    np.testing.assert_allclose(level, 50, atol=0.1)
    np.testing.assert_allclose(sigma, 0.2, rtol=0.35)


def test_gaps_are_left_out_and_empty_channels_stand_at_zero() -> None:
    values = np.random.default_rng(1).normal(50, 0.2, (3, 900)).astype(np.float32)
    values[0, ::2] = np.nan
    values[1] = np.nan
    level, sigma = quiet_level(values)
    np.testing.assert_allclose(level, [50, 0, 50], atol=0.05)
    assert sigma[1] == np.float32(MIN_SIGMA_DB)


def test_noise_is_never_said_to_be_below_quantisation() -> None:
    assert quiet_level(np.full((2, 900), 50, dtype=np.float32))[1].tolist() == [np.float32(MIN_SIGMA_DB)] * 2
