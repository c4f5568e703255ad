"""The corona's density, plasma frequency and drift against published values."""

import numpy as np
import pytest

from models.simulate.plasma import DENSITY_MODELS, drift_mhz_s, electron_density_cm3, frequency_at_mhz, height_r


@pytest.mark.parametrize(
    ("model", "fold", "frequency_mhz"),
    [("newkirk", 1, 266), ("newkirk", 4, 532), ("saito", 1, 117), ("allen-baumbach", 1, 192), ("leblanc", 1, 82)],
)
def test_plasma_frequency_at_the_surface_is_the_models_own(model, fold, frequency_mhz):
    assert frequency_at_mhz(np.array([1.0]), model, fold)[0] == pytest.approx(frequency_mhz, rel=0.01)


@pytest.mark.parametrize("model", DENSITY_MODELS)
def test_height_inverts_frequency(model):
    heights = np.linspace(1.1, 6, 40)
    assert height_r(frequency_at_mhz(heights, model), model) == pytest.approx(heights, rel=1e-3)


def test_no_height_where_the_corona_is_too_thin():
    assert np.isnan(height_r(np.array([300.0]), "newkirk")[0])


def test_density_falls_outwards():
    for model in DENSITY_MODELS:
        assert (np.diff(electron_density_cm3(np.linspace(1.01, 10, 200), model)) < 0).all()


@pytest.mark.parametrize(("frequency_mhz", "drift"), [(20, 2.0), (40, 6.6), (80, 19.7)])
def test_electron_beam_at_a_fifth_of_light_drifts_as_computed_for_newkirk(frequency_mhz, drift):
    assert -drift_mhz_s(frequency_mhz, 0.2 * 299_792) == pytest.approx(drift, rel=0.05)


def test_shock_drifts_a_thousand_times_slower():
    assert -drift_mhz_s(80, 800) == pytest.approx(0.26, rel=0.05)
