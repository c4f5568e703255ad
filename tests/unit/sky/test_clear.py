"""`sky-clear` finds injected clouds, leaves clear skies alone, and says unknown where a frame says nothing."""

from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.simulate.camera import draw_camera, draw_scene
from models.simulate.camera.clouds import turbulence
from models.sky.clear import SkyClear, check_frame, measure_above
from models.sky.clear_sky import in_frame_reference
from models.sky.frame import CameraState, PreparedFrame, SkyFrame, prepare
from models.sky.rebin import SHAPE
from tasks.readers.sky_frame import read_sky_frame
from tests.unit.sky.frames import binned


@pytest.fixture(scope="module")
def model() -> SkyClear:
    return SkyClear()


def fraction(model: SkyClear, frame: PreparedFrame) -> tuple[float, np.ndarray]:
    """Share under cloud above the fitted surface, and the mask."""
    reference = in_frame_reference(frame, model.pattern)
    assert reference is not None
    metrics, mask, _ = measure_above(reference, frame)
    return metrics.cloud_fraction, mask


def test_it_is_the_headline_of_the_sky_and_of_nothing_else() -> None:
    first = registry.headline("sky")
    assert first is SkyClear
    assert {kind.instrument for kind in registry.classifiers("radio")} == {"radio"}
    (described,) = [one for one in registry.describe("sky") if one.name == "sky-clear"]
    assert described.headline and described.threshold == 0.5 and described.preprocessing_version == "sky-1"


def test_simulated_clear_skies_are_clear_and_clouds_are_cloud(model: SkyClear) -> None:
    """In sample as to the physics; a broken fit would still fail here."""
    clear = cloud = 0
    for seed in range(30):
        camera = draw_camera(np.random.default_rng([9, seed]), SHAPE, model.pattern)
        scenes = [
            draw_scene(np.random.default_rng([9, seed]), kinds, 0.4, SHAPE, camera) for kinds in ((), ("cumulus", "altocumulus"))
        ]
        quiet, covered = model.judge([binned(scene, seed) for scene in scenes])
        clear += quiet.label == "clear"
        cloud += covered.label == "cloud"
    assert clear >= 27 and cloud >= 26  # of a field twice the frame, a frame may hold no cloud


def test_a_slab_of_cloud_over_part_of_a_clear_frame_is_measured(model: SkyClear) -> None:
    rng = np.random.default_rng(4)
    frame = binned(draw_scene(rng, (), shape=SHAPE, camera=draw_camera(rng, SHAPE, model.pattern)))
    for cover in (0.1, 0.3, 0.5):
        field = turbulence(np.random.default_rng(int(10 * cover)), SHAPE, 3.2)
        cloud = field > np.quantile(field, 1 - cover)
        found, mask = fraction(model, prepare(SkyFrame(frame.adu + 30 * cloud.astype(np.float32), None)))
        assert abs(found - cover) < 0.02
        assert mask[cloud].mean() > 0.97 and mask[~cloud].mean() < 0.01


@pytest.mark.parametrize("excess_adu", [10.0, 15.0, 30.0])
def test_a_faint_cloud_over_two_thirds_of_a_frame_is_found(model: SkyClear, excess_adu: float) -> None:
    """Of simulated frames of a camera that is known; a surface that bends through the cloud would miss half of it."""
    errors, alarms = [], []
    for seed in range(8):
        rng = np.random.default_rng([12, seed])
        frame = binned(draw_scene(rng, (), shape=SHAPE, camera=draw_camera(rng, SHAPE, model.pattern)), seed)
        field = turbulence(rng, SHAPE, 3.0)
        cloud = field > np.quantile(field, 1 / 3)
        found, mask = fraction(model, prepare(SkyFrame(frame.adu + np.float32(excess_adu) * cloud, None)))
        errors.append(abs(found - cloud.mean()))
        alarms.append(mask[~cloud].mean())
    assert np.mean(errors) <= 0.03
    assert np.mean(alarms) <= 0.03


@pytest.mark.parametrize("known", [True, False])
def test_clear_frames_hold_no_cloud(model: SkyClear, known: bool) -> None:
    """Looking for a second surface adds no false alarms: 0.1 % where the camera is known, else 2 %."""
    alarms = []
    for seed in range(20):
        rng = np.random.default_rng([13, seed])
        camera = draw_camera(rng, SHAPE, model.pattern if known else None)
        alarms.append(fraction(model, binned(draw_scene(rng, (), shape=SHAPE, camera=camera), seed))[0])
    assert np.mean(alarms) <= (0.001 if known else 0.02)


def test_a_warm_flat_frame_is_a_layer_and_a_smooth_one_in_between_is_unknown(model: SkyClear) -> None:
    rng = np.random.default_rng(4)
    frame = binned(draw_scene(rng, (), shape=SHAPE, camera=draw_camera(rng, SHAPE, model.pattern)))
    states = {}
    for level in range(400, 1700, 25):
        moved = prepare(SkyFrame(frame.adu - np.float32(np.median(frame.adu) - level), None, state=CameraState()))
        (verdict,) = model.judge([moved])
        states[level] = verdict
    assert states[400].label == "clear" and states[400].metrics["cloud_fraction"] < 0.05
    assert states[1600].label == "cloud" and states[1600].metrics["cloud_fraction"] == 1.0
    assert states[1600].metrics["okta"] == 8 and states[1600].metrics["reference"] == "in_frame"
    unknown = [verdict for verdict in states.values() if verdict.state == "declined"]
    assert unknown and all("no clear-sky reference" in verdict.reason for verdict in unknown)
    assert all(verdict.metrics["reference"] is None and verdict.metrics["sky_class"] == "unknown" for verdict in unknown)


def test_a_frame_hidden_by_the_horizon_is_unknown(model: SkyClear) -> None:
    rng = np.random.default_rng(1)
    counts = draw_scene(rng, (), shape=SHAPE).frame(rng).adu.astype(np.float32)
    horizon = np.ones(SHAPE, bool)
    horizon[:8, :40] = False
    (verdict,) = model.judge([prepare(SkyFrame(counts, None), horizon)])
    assert (verdict.state, verdict.metrics["reference"]) == ("declined", None)


def test_the_same_frame_is_judged_the_same_in_any_batch(model: SkyClear) -> None:
    frames = [binned(draw_scene(np.random.default_rng(seed), shape=SHAPE), seed) for seed in range(4)]
    together = model.judge(frames)
    assert [model.judge([frame])[0] for frame in frames] == together


@pytest.mark.parametrize(("name", "label"), [("clear", "clear"), ("cloud", "cloud")])
def test_the_real_frames_are_what_they_are_called(real_data: Path, model: SkyClear, name: str, label: str) -> None:
    path = real_data / f"sky/stardice_raw/{name}_sky_sample.fits"
    (verdict,) = model.judge([prepare(read_sky_frame(path.read_bytes(), path.name))])
    assert (verdict.label, verdict.metrics["reference"]) == (label, "in_frame")
    assert (verdict.metrics["cloud_fraction"] < 0.05) == (label == "clear")


def test_the_dark_side_of_the_real_cloudy_frame_is_sky(real_data: Path, model: SkyClear) -> None:
    """A surface that sinks beneath the few lowest values among the clouds calls all of it cloud."""
    path = real_data / "sky/stardice_raw/cloud_sky_sample.fits"
    _, mask = fraction(model, prepare(read_sky_frame(path.read_bytes(), path.name)))
    assert mask[64:, :64].mean() < 0.05 and mask[:64, 112:].mean() > 0.95


def test_the_published_frames_are_cloud(real_data: Path, model: SkyClear) -> None:
    """In sample as to the camera's pattern; no logistic has seen them."""
    paths = sorted((real_data / "sky/stardice_val_fits").glob("*.fits"))
    frames = [prepare(read_sky_frame(path.read_bytes(), path.name)) for path in paths]
    with np.load(real_data / "sky/stardice_lwir_train200.npz") as held:
        frames += [prepare(SkyFrame(adu / np.float32(16), None)) for adu in held["adu16"]]
    for frame in frames:
        check_frame(frame)
    labels = [verdict.label for verdict in model.judge(frames)]
    assert labels.count("cloud") >= 0.98 * len(labels)


@pytest.mark.parametrize("excess_adu", [10.0, 15.0, 30.0, 100.0])
def test_clouds_injected_into_the_real_clear_frame_are_measured(real_data: Path, model: SkyClear, excess_adu: float) -> None:
    path = real_data / "sky/stardice_raw/clear_sky_sample.fits"
    clear = prepare(read_sky_frame(path.read_bytes(), path.name))
    errors, alarms = [], [fraction(model, clear)[0]]
    for seed in range(9):
        cover = 0.1 + 0.05 * seed
        field = turbulence(np.random.default_rng(seed), (2 * SHAPE[0], 2 * SHAPE[1]), 3.0)[: SHAPE[0], : SHAPE[1]]
        cloud = field > np.quantile(field, 1 - cover)
        found, mask = fraction(
            model, prepare(SkyFrame(clear.adu + np.float32(excess_adu) * cloud, clear.t_start, state=clear.state))
        )
        errors.append(abs(found - cloud.mean()))
        alarms.append(mask[~cloud].mean())
    assert np.mean(errors) <= 0.03
    assert np.mean(alarms) <= 0.01
