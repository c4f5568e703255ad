"""The baselines learn, are kept, and judge as they were trained."""

from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.classifier import Classifier
from models.errors import ModelUnavailable
from models.networks.threads import one_thread
from models.sky.baseline_learning import cnn, linear
from models.sky.baseline_learning.card import Real
from models.sky.baseline_learning.frames import LabelledFrames
from models.sky.cnn import SkyCnn
from models.sky.frame import PreparedFrame, SkyFrame, prepare
from models.sky.linear import SkyLinear
from models.sky.rebin import SHAPE
from models.weights_file import WEIGHTS, read_card


def bright_or_dark(count: int) -> LabelledFrames:
    """Cloudy frames are brighter by 80 ADU: anybody can learn that."""
    rng = np.random.default_rng(3)
    cloudy = np.arange(count) % 2 == 0
    slope = np.linspace(0, 30, SHAPE[1], dtype=np.float32)
    adu = rng.normal(600, 5, (count, *SHAPE)).astype(np.float32) + slope + 80 * cloudy[:, None, None].astype(np.float32)
    return LabelledFrames(adu, cloudy, np.arange(count) % 3 == 0)


FRAMES = bright_or_dark(30)


def frame(index: int) -> PreparedFrame:
    return prepare(SkyFrame(FRAMES.adu[index], None))


REAL = Real(frame(1), frame(0), [frame(2), frame(4)])


@pytest.fixture(params=["linear", "small", "resnet18"], scope="module")
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Classifier, dict[str, float]]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "linear":
        found = linear.train(FRAMES, folder, "a command", "data", REAL)
        return SkyLinear("cpu", folder), found
    with one_thread():
        found = cnn.train(
            FRAMES, folder, "a command", "data", REAL, folder, lambda *_: None, "cpu",
            architecture=request.param, steps=2, batch=2,
        )  # fmt: skip
    return SkyCnn("cpu", folder), found


def test_it_judges_in_use_as_in_training(trained: tuple[Classifier, dict[str, float]]) -> None:
    model, found = trained
    clear, cloudy = model.judge([frame(1), frame(0)])
    assert (clear.score, cloudy.score) == pytest.approx((found["real_clear_score"], found["real_cloudy_score"]), abs=1e-5)
    assert model.judge([frame(0)])[0].score == pytest.approx(cloudy.score, abs=1e-5)
    if isinstance(model, SkyLinear):
        assert (clear.label, cloudy.label) == ("clear", "cloud")
        assert found["auc"] == 1.0


@pytest.mark.parametrize("model", [SkyLinear, SkyCnn])
def test_weights_that_are_missing_skip_the_model_and_say_so(model: type[SkyLinear | SkyCnn], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"are missing.*git checkout"):
        model("cpu", tmp_path)


@pytest.mark.parametrize("name", ["sky-linear", "sky-cnn"])
def test_the_shipped_baselines_load_and_never_lead(name: str) -> None:
    kind = registry.find(name)
    assert kind.rank < 0
    assert registry.load(kind, "cpu").judge([frame(0)])[0].state == "judged"
    assert (WEIGHTS / (kind.weights or "")).stat().st_size < 1_000_000
    assert read_card(name)["sha256"]
