"""OpenCLIP's ViT-B-32, with weights of its real shape that know nothing: the real ones cannot be had everywhere."""

from pathlib import Path

import numpy as np
import pytest
import torch
from spectrograms import START, quiet_digits, spectrogram

from models import registry
from models.errors import Declined, ModelUnavailable
from models.radio.clip import MODEL, RadioClip
from models.radio.clip_prompts import read_prompts
from models.radio.prepare import prepare
from models.radio.quick_look import QuickLook


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in open_clip's own format."""
    import open_clip
    from safetensors.torch import save_file

    torch.manual_seed(0)
    network = open_clip.create_model(MODEL)
    path = tmp_path_factory.mktemp("weights") / "laion2b_s34b_b79k.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, path)
    return path


@pytest.fixture(scope="module")
def model(checkpoint: Path) -> RadioClip:
    return RadioClip("cpu", checkpoint)


def test_without_weights_it_says_which_setting_brings_them() -> None:
    with pytest.raises(ModelUnavailable, match="NIGHTSHIFT_CLIP_WEIGHTS"):
        registry.load("radio-clip")


def test_a_file_that_is_no_such_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "cut.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(ModelUnavailable, match=r"cut\.safetensors holds no ViT-B-32"):
        RadioClip("cpu", tmp_path / "cut.safetensors")


def test_scores_are_a_softmax_of_scaled_cosines_with_averaged_prompts(model: RadioClip) -> None:
    import open_clip

    prepared = prepare(spectrogram(quiet_digits()))
    (verdict,) = model.judge([prepared])
    network, tokenize, prompts = model.network, open_clip.get_tokenizer(MODEL), read_prompts()
    with torch.inference_mode():
        seen = network.encode_image(torch.from_numpy(model.planes(prepared)[None]), normalize=True)
        said = [network.encode_text(tokenize(list(texts)), normalize=True).mean(0) for texts in (prompts.burst, prompts.quiet)]
        cosines = torch.stack([(seen[0] @ words / words.norm()) for words in said])
        expected = torch.softmax(network.logit_scale.exp() * cosines, 0)
    assert verdict.scores["burst"] == pytest.approx(float(expected[0]), abs=1e-4)
    assert sum(verdict.scores[kind] for kind in prompts.types) == pytest.approx(1)
    assert verdict.embedding is not None and verdict.embedding.shape == (RadioClip.embedding_size,)
    assert np.linalg.norm(verdict.embedding) == pytest.approx(1, abs=1e-5)


def test_a_picture_without_axes_is_judged_but_a_polarisation_is_not(model: RadioClip) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (200, 450, 3), dtype=np.uint8)
    assert model.judge([QuickLook(pixels, START, "A", "59")])[0].state == "judged"
    with pytest.raises(Declined, match="polarisation"):
        model.check(prepare(spectrogram(quiet_digits(), product="polarisation")))


def test_other_weights_are_another_version(checkpoint: Path) -> None:
    plain, with_weights = (
        next(item for item in registry.describe("radio", found) if item.name == "radio-clip")
        for found in ({"radio-clip": None}, {"radio-clip": checkpoint})
    )
    assert "radio-clip" not in [item.name for item in registry.describe("radio")]  # nobody asked for it
    assert (plain.version, plain.weights_sha256) == ("1", None)
    assert with_weights.version == f"1+{(with_weights.weights_sha256 or '')[:8]}" and with_weights.embedding_size == 512
