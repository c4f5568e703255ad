"""Weights are damaged: the model skips and says so, the other one judges, and after the repair nothing is missing."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from models.errors import ModelUnavailable
from models.radio.gate import RadioGate
from models.weights_file import WEIGHTS
from tests.e2e.conftest import SimulatedNight
from tests.faults.disturbed import Disturbed
from tests.faults.other_home import answers, other_home, repair

__all__ = ["answers", "other_home"]

NAME = "radio-gate.safetensors"
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "one bit flipped": lambda data: data[:-100] + bytes([data[-100] ^ 1]) + data[-99:],
    "cut in half": lambda data: data[: len(data) // 2],
    "arrays of another shape": lambda data: save({name: np.atleast_1d(array)[:1] for name, array in load(data).items()}),
    "empty": lambda data: data[:0],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_weights_are_refused_with_both_hashes_and_what_to_do(tmp_path: Path, damage: str) -> None:
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    whole = (tmp_path / NAME).read_bytes()
    damaged = DAMAGES[damage](whole)
    (tmp_path / NAME).write_bytes(damaged)
    with pytest.raises(ModelUnavailable, match=f"weights {NAME} have the sha256 {sha256(damaged).hexdigest()}") as refused:
        RadioGate("cpu", tmp_path)
    assert sha256(whole).hexdigest() in str(refused.value) and f"bring back models/weights/{NAME}" in str(refused.value)


@pytest.mark.faults
def test_a_night_with_damaged_weights_is_judged_in_part_and_whole_after_the_repair(
    disturbed: Disturbed, other_home: SimulatedNight
) -> None:
    weights = Path(other_home.given["PYTHONPATH"]) / "models" / "weights" / NAME
    whole = weights.read_bytes()
    damage = disturbed.random.choice(list(DAMAGES))
    weights.write_bytes(DAMAGES[damage](whole))
    try:
        repair(other_home)  # workers that hold the sound weights end
        with disturbed.run(night=other_home) as first:
            pass
        assert first.returncode == 0, disturbed.said
        hashes = [sha256(content).hexdigest() for content in (weights.read_bytes(), whole)]
        told = disturbed.explained(f"weights {NAME}", "radio-gate", *hashes)
        assert disturbed.said[-1].count(told) == 1
        scores = json.loads(disturbed.ask("scores"))
        states = {name: {row["state"] for row in scores if row["model"] == name} for name in ("radio-gate", "radio-origin")}
        assert (
            states["radio-gate"] == {"skipped"} and "judged" in states["radio-origin"] and "skipped" not in states["radio-origin"]
        )
    finally:
        weights.write_bytes(whole)
    disturbed.strike()
    repair(other_home)
    with disturbed.run(night=other_home) as second:
        pass
    disturbed.finish(second, f"weights of a model: {damage}")
