"""The site's clear sky is found again from its quiet frames, and shows the even veil that no single frame can."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.errors import ConfigurationError
from models.simulate.camera import Tau2, draw_camera, draw_scene
from models.sky.clear import SkyClear
from models.sky.frame import CameraState, PreparedFrame, SkyFrame, prepare
from models.sky.map_learning.injected import COVERS, injections
from models.sky.metrics import measure
from models.sky.rebin import SHAPE
from models.sky.site_reference import Conditions, SiteReference, fit_site_reference
from models.verdict import Verdict
from tests.unit.sky.frames import MOMENT

Told = tuple[PreparedFrame, Conditions]
NOTHING = np.zeros(SHAPE, np.float32)
CAMERA = draw_camera(np.random.default_rng(0), SHAPE, NOTHING)


def observed(seed: int, kinds: tuple[str, ...] = (), cover: float | None = None, camera: Tau2 = CAMERA) -> tuple[Told, np.ndarray]:
    """A frame of the site with what mount and weather station tell; and its clouds' excess."""
    rng = np.random.default_rng([77, seed])
    # Of one site the air's emissivity scatters by 2 % about what its temperature and humidity say.
    scene = replace(draw_scene(rng, kinds, cover, SHAPE, camera), haze=float(rng.normal(1, 0.02)))
    since = float(rng.uniform(2, 30))
    made = scene.frame(rng, since_correction_s=since)
    state = CameraState(
        fpa_c=scene.shutter_c + 0.6,
        shutter_c=scene.shutter_c,
        ambient_c=scene.air_c,
        corrected_at=MOMENT - timedelta(seconds=since),
    )
    frame = prepare(SkyFrame(made.adu.astype(np.float32), MOMENT, state=state))
    return (frame, Conditions(scene.zenith_deg, scene.position_deg, scene.air_c, scene.humidity)), made.excess_adu


@pytest.fixture(scope="module")
def site() -> SiteReference:
    frames = [observed(seed)[0] for seed in range(60)] + [observed(seed, ("cumulus", "cirrus"))[0] for seed in range(60, 80)]
    return fit_site_reference(frames, NOTHING, date(2023, 1, 24))


def test_clear_frames_that_it_never_saw_are_predicted(site: SiteReference) -> None:
    off = []
    for seed in range(200, 220):
        frame, conditions = observed(seed)[0]
        found = site.reference(frame, conditions)
        assert found is not None and found.kind == "site"
        off.append(np.abs(frame.adu - found.adu).mean() / found.sigma_adu)
    assert site.frames >= 55
    assert site.residual_adu < 30
    assert np.median(off) < 2


def test_an_even_layer_is_seen_over_all_of_the_field(site: SiteReference) -> None:
    seen = []
    for seed in range(300, 312):
        (frame, conditions), excess = observed(seed, ("stratus",), 1.0)
        found = site.reference(frame, conditions)
        assert found is not None
        metrics, _, _ = measure(frame.adu - found.adu, frame.good, found.sigma_adu, conditions.air_c)
        seen.append(abs(metrics.cloud_fraction - (excess > 3 * found.sigma_adu).mean()))
    assert np.mean(seen) < 0.05


def test_it_is_kept_and_found_again(site: SiteReference, tmp_path: Path) -> None:
    site.save(tmp_path / "site.json")
    again = SiteReference.load(tmp_path / "site.json")
    assert (again.coefficients, again.frames, again.fitted_on) == (site.coefficients, site.frames, date(2023, 1, 24))
    assert again.residual_adu == site.residual_adu
    assert np.abs(again.pattern - site.pattern).max() <= 0.0501
    (tmp_path / "site.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="is no clear-sky reference"):
        SiteReference.load(tmp_path / "site.json")


def test_without_a_shutter_temperature_or_enough_quiet_frames_there_is_none(site: SiteReference) -> None:
    (frame, conditions), _ = observed(1)
    assert site.reference(replace(frame, state=CameraState()), conditions) is None
    with pytest.raises(ConfigurationError, match="30 are needed"):
        fit_site_reference([(frame, conditions)] * 5, NOTHING, date(2023, 1, 24))


def test_the_headline_sees_a_layer_by_the_sites_sky_and_stays_clear_under_a_clear_one(site: SiteReference) -> None:
    model = registry.load("sky-clear")

    def judged(seed: int, kinds: tuple[str, ...]) -> Verdict:
        (frame, told), _ = observed(seed, kinds, 1.0 if kinds else None)
        state = replace(frame.state, zenith_deg=told.zenith_deg, position_deg=told.position_deg, humidity=told.humidity)
        (verdict,) = model.judge([replace(frame, state=state, site_sky=site)])
        return verdict

    clear, layers = ([judged(seed, kinds) for seed in range(400, 420)] for kinds in ((), ("stratus",)))
    assert all(item.state == "judged" and item.metrics["reference"] == "site" for item in (*clear, *layers))
    assert sum(item.label == "cloud" for item in layers) >= 19
    assert sum(item.metrics["layer_probability"] > 0.5 for item in clear) <= 1


def test_faint_clouds_over_most_of_the_field_are_measured_by_the_sites_own_pattern() -> None:
    """Of a camera that nobody knows, but for its own clear frames."""
    model = SkyClear()
    camera = draw_camera(np.random.default_rng(51), SHAPE)
    site = fit_site_reference([observed(seed, camera=camera)[0] for seed in range(40)], model.pattern, date(2023, 1, 24))
    errors: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for seed in range(200, 206):
        (clear, _), _ = observed(seed, camera=camera)
        for item in injections(clear, 10.0, COVERS["50-80 %"], "hard", "turbulence", 3):
            for known in errors:
                sight = model.see(replace(item.frame, site_sky=site if known else None))
                assert sight is not None
                errors[known].append((abs(sight.mask.mean() - item.truth.mean()), sight.mask[~item.truth].mean()))
    (error, false_alarms), (blind, _) = np.mean(errors[True], axis=0), np.mean(errors[False], axis=0)
    assert error < 0.01 and false_alarms < 0.005 and error < blind
