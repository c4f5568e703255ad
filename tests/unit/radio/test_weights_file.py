"""Weights and the cards beside them."""

from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelUnavailable
from models.weights_file import load_arrays, read_card, save_arrays, write_card


def test_new_weights_are_never_refused_for_the_card_of_older_ones(tmp_path: Path) -> None:
    older = save_arrays("toy.safetensors", {"a": np.zeros(3, np.float32)}, tmp_path)
    write_card("toy", {"sha256": older}, "text", tmp_path)
    assert save_arrays("toy.safetensors", {"a": np.zeros(3, np.float32)}, tmp_path) == older
    assert read_card("toy", tmp_path) == {"sha256": older}, "the same weights keep their card"
    newer = save_arrays("toy.safetensors", {"a": np.ones(3, np.float32)}, tmp_path)
    assert newer != older and read_card("toy", tmp_path) == {}
    assert load_arrays("toy.safetensors", ("a",), tmp_path)["a"].tolist() == [1, 1, 1]


def test_weights_that_are_not_those_of_their_card_are_refused_with_both_hashes(tmp_path: Path) -> None:
    found = save_arrays("toy.safetensors", {"a": np.zeros(3, np.float32)}, tmp_path)
    write_card("toy", {"sha256": "0" * 64}, "text", tmp_path)
    with pytest.raises(ModelUnavailable, match=f"{found}.*{'0' * 64}"):
        load_arrays("toy.safetensors", ("a",), tmp_path)
