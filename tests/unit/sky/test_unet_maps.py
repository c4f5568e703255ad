"""`sky-unet` learns, is kept, asks the gate first, and maps clouds that it never saw."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.networks.threads import one_thread
from models.simulate.camera import draw_camera, draw_scene
from models.sky.clear import SkyClear
from models.sky.frame import PreparedFrame, prepare
from models.sky.map_learning import origin, training
from models.sky.map_learning.evaluation import INJECTED, pooled
from models.sky.map_learning.injected import COVERS, injections
from models.sky.map_learning.other_physics import other_frames
from models.sky.map_learning.scenes import CLOUD_ADU, faint, simulated_set
from models.sky.rebin import SHAPE
from models.sky.unet import SkyUnet
from models.sky.unet_origin import SkyUnetOrigin
from models.weights_file import WEIGHTS
from tasks.readers.sky_frame import read_sky_frame
from tests.unit.sky.frames import binned


def scene(kinds: tuple[str, ...], cover: float | None = None, seed: int = 4) -> PreparedFrame:
    rng = np.random.default_rng(seed)
    return binned(draw_scene(rng, kinds, cover, SHAPE, draw_camera(rng, SHAPE, SkyClear().pattern)))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> SkyUnet:
    folder = tmp_path_factory.mktemp("unet")
    for name in ("sky-clear.safetensors", "sky-clear.md"):
        shutil.copy(WEIGHTS / name, folder)
    with one_thread():
        training.train_weights(folder, folder, lambda *_: None, scenes=8, steps=2)
    return SkyUnet("cpu", folder)


def test_what_was_trained_is_kept_in_half_precision_and_draws_probabilities(trained: SkyUnet) -> None:
    frame = scene(("cumulus",), 0.4)
    sight = trained.gate.see(frame)
    (drawn,) = trained.maps([(frame, sight)])
    assert drawn.shape == SHAPE and 0 <= drawn.min() <= drawn.max() <= 1
    assert trained.maps([(scene((), seed=1), trained.gate.see(scene((), seed=1))), (frame, sight)])[1] == pytest.approx(
        drawn, abs=1e-4
    )


def test_a_clear_frame_has_no_map_and_what_the_gate_cannot_tell_is_declined(trained: SkyUnet) -> None:
    clear = scene(())
    (verdict,) = trained.judge([clear])
    assert (verdict.label, verdict.metrics["gate"], verdict.metrics["cloud_fraction"]) == ("clear", "clear", 0.0)
    assert not verdict.detections
    levels = [prepare_at(clear, level) for level in range(900, 1500, 25)]
    unknown = [
        (said, mapped)
        for said, mapped in zip(trained.gate.judge(levels), trained.judge(levels), strict=True)
        if said.state == "declined"
    ]
    assert unknown
    assert all(mapped.state == "declined" and mapped.reason == said.reason for said, mapped in unknown)


def prepare_at(frame: PreparedFrame, level: int) -> PreparedFrame:
    from models.sky.frame import SkyFrame

    return prepare(SkyFrame(frame.adu - np.float32(np.median(frame.adu) - level), None))


def test_a_cloudy_frame_tells_fraction_and_probability(trained: SkyUnet) -> None:
    (verdict,) = trained.judge([scene(("cumulus",), 0.4)])
    assert verdict.label == "cloud" and verdict.positive
    assert 0 <= verdict.metrics["cloud_fraction"] <= 1 and 0 < verdict.metrics["cloud_probability"] <= 1
    assert verdict.metrics["reference"] == "in_frame"


def test_the_simulated_set_is_drawn_once_and_holds_the_truth(tmp_path: Path) -> None:
    told: list[int] = []
    first = simulated_set(tmp_path, 6, SkyClear(), lambda _, done, __: told.append(done))
    second = simulated_set(tmp_path, 6, SkyClear(), lambda _, done, __: told.append(done))
    assert told[-1] == 6 and np.array_equal(first.planes, second.planes)
    assert set(np.unique(first.truth)) == {0, 1} and len(first.planes) >= 6


def test_faint_clouds_are_the_same_clouds_with_less_excess() -> None:
    rng = np.random.default_rng(5)
    drawn = draw_scene(rng, ("cumulus",), 0.4, SHAPE, draw_camera(rng, SHAPE))
    made = drawn.frame(np.random.default_rng(0))
    less = faint(binned(drawn), made.excess_adu, rng)
    assert less is not None
    frame, excess = less
    assert 5 < np.percentile(excess[made.excess_adu > CLOUD_ADU], 90) <= 60.01
    assert np.allclose(frame.adu - excess, made.adu - made.excess_adu, atol=1e-3)
    assert faint(frame, np.zeros(SHAPE, np.float32), rng) is None


def test_injected_clouds_and_other_physics_have_the_truth_that_they_say() -> None:
    clear = scene(())
    for shapes in ("turbulence", "discs", "rolls"):
        for item in injections(clear, 20.0, COVERS["5-50 %"], "hard", shapes, 3):
            assert np.allclose((item.frame.adu - clear.adu)[item.truth], 20) and (item.frame.adu == clear.adu)[~item.truth].all()
            assert 0.04 < item.truth.mean() < 0.51
    for item in other_frames(3, np.zeros(SHAPE, np.float32), 1):
        assert item.frame.quality.state == "ok" and 0 < item.truth.mean() < 1


def test_the_origins_network_is_listed_only_where_it_was_trained(tmp_path: Path) -> None:
    published = [scene(("altocumulus",), 0.5, seed).adu for seed in range(3)]
    assert SkyUnetOrigin not in registry.classifiers("sky")
    with one_thread():
        origin.train(published, tmp_path, "a command", "data", tmp_path, lambda *_: None, "cpu", steps=1, batch=1)
    (verdict,) = SkyUnetOrigin("cpu", tmp_path).judge([scene(("cumulus",), 0.4)])
    assert verdict.state == "judged" and verdict.score == pytest.approx(verdict.metrics["origin_quality"], abs=1e-4)


def test_the_shipped_map_finds_faint_clouds_in_the_real_clear_frame(real_data: Path) -> None:
    model = registry.load(SkyUnet, "cpu")
    assert isinstance(model, SkyUnet)
    path = real_data / "sky/stardice_raw/clear_sky_sample.fits"
    clear = prepare(read_sky_frame(path.read_bytes(), path.name))
    assert model.judge([clear])[0].metrics["cloud_fraction"] == 0.0
    errors = []
    for item in injections(clear, 30.0, COVERS["5-50 %"], "hard", "turbulence", 4):
        (verdict,) = model.judge([item.frame])
        errors.append(abs(verdict.metrics["cloud_fraction"] - item.truth.mean()))
    assert np.mean(errors) < 0.03


def test_figures_over_all_clouds_from_an_excess_on_are_means_over_their_kinds() -> None:
    rows = [{"mapper": {"recall": excess}} for excess, *_ in INJECTED]
    strong = [excess for excess, *_ in INJECTED if excess > 13.2]
    assert {7, 10}.isdisjoint(strong) and 15 in strong
    assert pooled(rows, 13.2) == {"mapper": {"recall": pytest.approx(np.mean(strong))}}
    assert pooled(rows, 6.2)["mapper"]["recall"] == pytest.approx(np.mean([excess for excess, *_ in INJECTED]))
    assert pooled(rows, 6.2, 13.2)["mapper"]["recall"] == pytest.approx(np.mean([7, 10, 7, 10, 10, 10, 10]))
