"""The whole training on little data: from simulated and made-up files to a CLIP that judges, and a card of it."""

from pathlib import Path

import numpy as np
import pytest
from labelled_examples import example, quietly

from models.radio.burst_learning.sets import Effort
from models.radio.clip_learning import sets
from models.radio.clip_learning.captions import Caption, Claim
from models.radio.clip_learning.facts import BurstFacts, PictureFacts
from models.radio.clip_learning.sets import BATCH, FREQUENCY, REAL, draw_mixed, pairs_of, real_pictures, simulated_pictures
from models.radio.clip_learning.training import evaluate, train
from models.radio.clip_nightshift import ClipNightshift
from models.radio.clip_planes import CLIP_COLUMNS, CLIP_ROWS, UNKNOWN_FREQUENCY
from models.radio.labelled import LabelledSpectrogram
from models.weights_file import read_card, sha256

EFFORT = Effort(files=6, base_steps=1, real_steps=1, test_files=6)
COMMAND = "nightshift train radio-clip-nightshift DATA"
Trained = tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]]


def test_the_simulated_pictures_are_drawn_once_with_their_facts(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first = simulated_pictures(tmp_path, 3, lambda _, *far: told.append(far))
    again = simulated_pictures(tmp_path, 3, lambda _, *far: told.append(far))
    assert told == [(1, 3), (2, 3), (3, 3)] and np.array_equal(first.pictures, again.pictures) and first.facts == again.facts


def test_a_batch_of_real_and_simulated_pictures_is_the_same_for_the_same_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "VARIANTS", 8)
    real = real_pictures([example(number, loud=number == 0) for number in range(2)], quietly)
    days, kept = ["a", "b"], np.array([0, 1])
    one, other = (draw_mixed(real, days, kept, real, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))
    pictures, tokens, truth = one
    assert len(pictures) == BATCH > REAL and truth.shape == (BATCH, len(tokens)) and set(np.unique(truth)) <= {-1, 0, 1}
    assert np.flatnonzero((truth == 1).any(axis=0)).size == len(tokens)  # each caption is true of the picture it tells of


def test_without_an_axis_nobody_can_tell_where_a_frequency_is(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = [PictureFacts((BurstFacts("II", ("start",), 40.0, 90.0),), sure=True), PictureFacts((), sure=True)]
    caption = Caption("type II burst at 60 MHz", (Claim(frozenset({"II"}), at_mhz=60),))
    monkeypatch.setattr(sets, "draw_caption", lambda *_: caption)
    pictures = np.zeros((2, 3, CLIP_ROWS, CLIP_COLUMNS), dtype=np.float16)
    for share, answer in ((0.0, 1), (1.0, -1)):
        monkeypatch.setattr(sets, "WITHOUT_AXIS", share)
        planes, _, truth = pairs_of(pictures, facts, np.random.default_rng(0))
        assert truth[0].tolist() == [answer, answer] and truth[1].tolist() == [0, 0]
        assert bool((planes[:, FREQUENCY] == UNKNOWN_FREQUENCY).all()) == (share == 1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder, work = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("work")
    files = [example(number, loud=number % 4 < 2) for number in range(16)]
    with pytest.MonkeyPatch.context() as fewer:
        fewer.setattr(sets, "VARIANTS", 8)
        fewer.setattr(sets, "BATCH", 8)
        fewer.setattr(sets, "REAL", 4)
        figures = train(
            files, folder, "nightshift train radio-clip-nightshift DATA", "made up", work=work, progress=quietly, effort=EFFORT
        )
    return folder, work, figures, files


def test_training_writes_weights_that_judge_and_a_card_of_them(trained: Trained) -> None:
    folder, _, figures, files = trained
    path = folder / "radio-clip-nightshift.safetensors"
    card = read_card("radio-clip-nightshift", folder)
    assert card["sha256"] == sha256(path.name, folder) and card["data"] == "made up" and path.stat().st_size < 20e6
    model = ClipNightshift("cpu", folder)
    assert card["threshold"] == pytest.approx(model.threshold)
    verdicts = model.judge([file.prepared for file in files[:3]])
    assert {verdict.state for verdict in verdicts} == {"judged"}
    assert all(verdict.embedding is not None and verdict.embedding.size == ClipNightshift.embedding_size for verdict in verdicts)
    assert f"{figures['file_auc']:.3f}" in (folder / "radio-clip-nightshift.md").read_text(encoding="utf-8")


def test_evaluation_finds_the_same_figures_again_and_leaves_the_weights_alone(trained: Trained) -> None:
    folder, work, figures, files = trained
    before = sha256("radio-clip-nightshift.safetensors", folder)
    told: list[int] = []
    again = evaluate(
        files, folder, COMMAND, "made up",
        work=work, progress=quietly, effort=EFFORT, show=lambda judged, _: told.append(len(judged)),
    )  # fmt: skip
    assert again == pytest.approx(figures, nan_ok=True) and sha256("radio-clip-nightshift.safetensors", folder) == before
    assert told == [len(files)]
