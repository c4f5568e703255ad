"""radio-measure at its smallest, and its scores mean what they say."""

from datetime import timedelta

import pytest

from deployments.bench.measure_scenes import START, MeasureScene, measure_scenes, true_drift_mhz_s
from deployments.bench.measure_scores import errors_of
from deployments.bench.radio_measure import KINDS, radio_measure


@pytest.fixture(scope="module")
def scene() -> MeasureScene:
    return next(measure_scenes("III", 1, 4))


def test_the_same_seed_gives_the_same_burst(scene: MeasureScene) -> None:
    again = next(measure_scenes("III", 3, 4))
    assert (again.truth, again.box) == (scene.truth, scene.box)
    assert scene.burst.physics["density_model"] != "newkirk"


def test_true_measures_have_no_error(scene: MeasureScene) -> None:
    truth = scene.truth
    at_mhz, second = float(scene.burst.physics["drift_at_mhz"]), (truth.t_peak - START).total_seconds()
    drift = true_drift_mhz_s(scene, at_mhz, second)
    measured = {
        "start_utc": truth.t_start.isoformat(),
        "peak_utc": truth.t_peak.isoformat(),
        "end_utc": (truth.t_end + timedelta(seconds=2)).isoformat(),
        "peak_db": truth.peak_db,
        "low_mhz": truth.frequency_low_mhz,
        "high_mhz": 1.1 * truth.frequency_high_mhz,
        "drift_mhz_s": drift,
        "drift_sigma_mhz_s": 1.0,
        "drift_at_mhz": at_mhz,
        "drift_at_utc": truth.t_peak.isoformat(),
    }
    errors = errors_of(scene, measured)
    assert drift < 0
    assert {name: errors[name] for name in ("start s", "peak s", "end s", "peak dB", "low edge", "drift", "pull")} == {
        "start s": 0, "peak s": 0, "end s": 2, "peak dB": 0, "low edge": 0, "drift": 0, "pull": 0,
    }  # fmt: skip
    assert errors["high edge"] == pytest.approx(0.1)
    assert errors_of(scene, {"unmeasured": "all", "peak_db": 2.0}) == {}


def test_every_type_gets_every_figure() -> None:
    done: list[tuple[int, int]] = []
    result = radio_measure(2, 3, lambda *counted: done.append(counted))
    assert [row.name for row in result.rows] == list(KINDS)
    assert all(row.seconds and row.n == 2 for row in result.rows)
    assert len(result.tables) == 6 and done[-1] == (6, 6)
    extent, drift, *_ = result.tables.values()
    assert {row["type"] for row in extent} == set(KINDS)
    assert all(0 <= row["median error"] <= row["90 %"] for row in [*extent, *drift])
