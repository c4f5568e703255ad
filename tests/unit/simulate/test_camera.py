"""The simulated camera tells the truth about its clouds, and writes files that anyone reads."""

import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from models.simulate.camera import draw_camera, draw_scene
from models.simulate.camera.clouds import KINDS, draw_cloud
from models.simulate.camera.tau2 import NOISE_ADU
from models.simulate.camera.tau2_fits import tau2_bytes
from models.sky.thermal import (
    adu_of,
    airmass,
    band_radiance,
    brightness_celsius,
    clear_emissivity,
    radiance_of,
    vapour_pressure_hpa,
)

SHAPE = (128, 160)


def test_excess_is_exactly_what_the_clouds_add() -> None:
    for kind in KINDS:
        scene = draw_scene(np.random.default_rng(3), (kind,), 0.5, SHAPE)
        frame = scene.frame(np.random.default_rng(1), since_correction_s=0.0)
        noise = frame.adu - frame.clear_adu - frame.excess_adu
        assert noise.std() == pytest.approx(np.hypot(NOISE_ADU / 4, np.sqrt(1 / 12)), rel=0.05)
        assert abs(noise.mean()) < 0.05
        assert frame.excess_adu.min() >= -1e-3


def test_a_clear_sky_has_no_excess_and_higher_clouds_are_colder() -> None:
    assert not draw_scene(np.random.default_rng(0), (), shape=SHAPE).frame(np.random.default_rng(0)).excess_adu.any()
    medians = []
    for kind in ("cirrus", "altocumulus", "cumulus"):
        frames = [
            draw_scene(np.random.default_rng(seed), (kind,), 1.0, SHAPE).frame(np.random.default_rng(0)) for seed in range(12)
        ]
        medians.append(np.median([frame.excess_adu for frame in frames]))
    assert 20 < medians[0] < medians[1] < medians[2] < 1200


def test_clouds_drift_by_their_wind_and_the_camera_stays() -> None:
    cloud = draw_cloud(np.random.default_rng(2), "cumulus", 0.4, SHAPE)
    still, _ = cloud.at(SHAPE, 0.0)
    moved, _ = cloud.at(SHAPE, 3.0)
    rows, columns = (round(3.0 * speed) for speed in cloud.wind_px_s)
    expected = np.roll(cloud.thickness, (rows, columns), axis=(0, 1))[: SHAPE[0], : SHAPE[1]]
    assert np.corrcoef(moved.ravel(), expected.ravel())[0, 1] > 0.98
    assert (still != moved).any()


def test_the_same_seed_gives_the_same_sky() -> None:
    first, second = (draw_scene(np.random.default_rng(5), shape=SHAPE).frame(np.random.default_rng(6)) for _ in range(2))
    assert np.array_equal(first.adu, second.adu)


def test_a_clear_frame_looks_like_the_real_one() -> None:
    """Within what was measured on it: 16 ADU of dome and slope, 3.3 about a quadratic, 4.4 of noise from pixel to pixel."""
    noise = [draw_scene(np.random.default_rng(seed), ()).frame(np.random.default_rng(seed)).adu for seed in range(2)]
    for counts in noise:
        step = np.abs(np.diff(counts.astype(float), axis=1))
        assert 1.4826 * np.median(step) / np.sqrt(2) == pytest.approx(NOISE_ADU, rel=0.5)
        assert 0 < counts.min() < counts.max() < 2500


def test_files_have_the_cards_and_the_size_of_real_ones(real_data: Path) -> None:
    real = (real_data / "sky/stardice_raw/clear_sky_sample.fits").read_bytes()
    counts = np.arange(512 * 640, dtype=np.int32).reshape(512, 640).astype(np.int16)
    made = tau2_bytes(counts, datetime(2023, 1, 24, tzinfo=UTC), air_c=4.8, shutter_c=4.3, since_correction_s=20)
    assert len(made) == len(real)
    with fits.open(io.BytesIO(made)) as ours, fits.open(io.BytesIO(real)) as theirs:
        ours.verify("exception")
        assert list(ours[0].header) == list(theirs[0].header)
        assert np.array_equal(ours[0].data, counts)


def test_radiances_are_plancks() -> None:
    # Integrated by Simpson's rule with 20,001 points: 41.55 W m-2 sr-1 at 283.15 K, 8.0 to 14.0 um.
    assert band_radiance(10.0) == pytest.approx(planck(283.15), rel=3e-4)
    assert brightness_celsius(band_radiance(-40.0)) == pytest.approx(-40.0, abs=0.01)
    assert radiance_of(adu_of(20.0, 5.0), 5.0) == pytest.approx(20.0)


def planck(kelvin: float) -> float:
    from scipy.constants import c, h, k
    from scipy.integrate import quad

    return float(quad(lambda wave: 2e-6 * h * c**2 / (wave * 1e-6) ** 5 / np.expm1(h * c / (wave * 1e-6 * k * kelvin)), 8, 14)[0])


def test_air_is_as_thick_as_tables_say() -> None:
    assert airmass(60.0) == pytest.approx(1.995, abs=0.005)  # Kasten and Young's table: 1.9939 at 60 degrees
    assert vapour_pressure_hpa(20.0, 1.0) == pytest.approx(23.4, abs=0.1)  # WMO: 23.37 hPa
    emissivity = clear_emissivity(10.0, vapour_pressure_hpa(10.0, np.array([0.2, 0.9])))
    assert 0.24 < emissivity[0] < emissivity[1] < 0.5
    assert clear_emissivity(10.0, 5.0, 2.0) > clear_emissivity(10.0, 5.0)


def test_a_known_camera_keeps_its_pattern() -> None:
    pattern = np.random.default_rng(0).normal(0, 3, SHAPE).astype(np.float32)
    camera = draw_camera(np.random.default_rng(1), SHAPE, pattern)
    assert np.corrcoef(camera.pattern.ravel(), pattern.ravel())[0, 1] > 0.85
