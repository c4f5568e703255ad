"""Speeds and shocks against published values, and lanes paired by their ratios."""

import numpy as np
import pytest

from models.radio.pairs import pair_lanes
from models.radio.speeds import alfven_mach_number, exciter_speed
from models.simulate.plasma import drift_mhz_s


@pytest.mark.parametrize("corona", [("newkirk", 1.0), ("newkirk", 4.0), ("saito", 10.0)])
@pytest.mark.parametrize("harmonic", [1, 2])
def test_speed_inverts_the_drift_of_the_corona(corona, harmonic) -> None:
    drift = harmonic * drift_mhz_s(60 / harmonic, 800.0, *corona)
    speed = exciter_speed(60.0, drift, abs(drift) / 10, harmonic, corona)
    assert speed is not None
    assert speed.km_s == pytest.approx(800, rel=1e-6)
    assert speed.sigma_km_s == pytest.approx(80, rel=1e-6)


def test_a_denser_corona_has_the_same_frequency_higher_up_and_needs_more_speed() -> None:
    thin, dense = (exciter_speed(80.0, -0.26, 0.01, 1, ("newkirk", fold)) for fold in (1.0, 4.0))
    assert thin is not None and dense is not None
    assert thin.km_s == pytest.approx(800, rel=0.05)  # 0.26 MHz/s at 80 MHz is 800 km/s in Newkirk's corona
    assert thin.height_r == pytest.approx(1.32, abs=0.01)
    assert dense.height_r > thin.height_r and dense.km_s > 1.3 * thin.km_s


def test_no_speed_where_the_corona_is_too_thin_or_too_far() -> None:
    assert exciter_speed(0.5, -0.1, 0.1, 1, ("newkirk", 1.0)) is None
    assert exciter_speed(300.0, -1.0, 0.1, 1, ("newkirk", 1.0)) is None


def test_mach_numbers_of_band_splits() -> None:
    assert alfven_mach_number(1.0) == pytest.approx(1.0)
    assert alfven_mach_number(1.2) == pytest.approx(1.346, abs=0.001)  # X = 1.44: sqrt(1.44 x 6.44 / 5.12)
    assert np.isnan(alfven_mach_number(2.0))


@pytest.mark.parametrize(
    ("lanes", "ratio", "split", "upstream"),
    [
        ([40.0, 48.0, 76.0, 91.0], 1.9, 1.2, 40.0),
        ([40.0, 76.0], 1.9, None, 40.0),
        ([40.0, 48.0], None, 1.2, 40.0),
        ([40.0], None, None, 40.0),
        ([40.0, 62.0], None, None, 40.0),
    ],
)
def test_lanes_are_paired_by_their_ratios(lanes, ratio, split, upstream) -> None:
    pairs = pair_lanes(np.array(lanes), np.linspace(1.0, 0.9, len(lanes)))
    assert pairs.harmonic_ratio == (None if ratio is None else pytest.approx(ratio, abs=0.02))
    assert pairs.band_split == (None if split is None else pytest.approx(split, abs=0.02))
    assert pairs.upstream_mhz == upstream
