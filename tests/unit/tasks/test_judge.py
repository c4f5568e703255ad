"""What the models cannot judge is said, not guessed."""

import json

import numpy as np
import pytest
from test_shard import spectrograms

from db import objects
from models import registry
from models.radio.prepare import PREPROCESSING_VERSION
from models.simulate.camera import draw_scene
from models.sky.rebin import SHAPE
from tasks import judge, shard
from tasks.npz import read_npz, write_npz
from tests.unit.sky.frames import binned

WANTED = [(0, ("radio-gate", "radio-origin")), (1, ("radio-gate",))]


def test_a_shard_that_cannot_be_prepared_anew_is_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = read_npz(shard.pack(spectrograms()))
    index = json.loads(arrays["index"].tobytes()) | {"preprocessing": "radio-0"}
    older = write_npz(arrays | {"index": np.frombuffer(json.dumps(index).encode(), np.uint8)})
    monkeypatch.setattr(objects, "get", lambda _: older)
    verdicts = judge.judge_shard("shard/older.npz", WANTED)
    assert sorted((index, verdict.model, verdict.state) for index, verdict in verdicts) == [
        (0, "radio-gate", "skipped"),
        (0, "radio-origin", "skipped"),
        (1, "radio-gate", "skipped"),
    ]
    assert all("radio-0" in verdict.reason and PREPROCESSING_VERSION in verdict.reason for _, verdict in verdicts)


def test_a_shard_of_ours_is_judged_by_the_models_named_beside_each_observation(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = shard.pack(spectrograms())
    monkeypatch.setattr(objects, "get", lambda _: packed)
    verdicts = judge.judge_shard("shard/ours.npz", WANTED)
    assert sorted((index, verdict.model) for index, verdict in verdicts) == [
        (0, "radio-gate"),
        (0, "radio-origin"),
        (1, "radio-gate"),
    ]
    assert all(verdict.state == "declined" for _, verdict in verdicts), "a minute's 18 channels are too few"


def test_boxes_of_clouds_which_no_table_holds_are_not_sent_to_the_flow() -> None:
    model = registry.load("sky-clear")
    frame = binned(draw_scene(np.random.default_rng(1), ("cumulus",), shape=SHAPE), 1)
    (whole,), (sent,) = model.judge([frame]), judge.to_record(model, [frame])
    assert whole.detections and not sent.detections
    assert (sent.score, sent.metrics) == (whole.score, whole.metrics)
