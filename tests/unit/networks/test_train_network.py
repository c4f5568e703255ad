from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from models.training import Batch, Plan, rate_factor, train_network

PLAN = Plan(steps=40, rate=0.05, save_every=10)


def draw(rng: np.random.Generator) -> Batch:
    """The sum of two numbers is to be learnt."""
    numbers = rng.normal(size=(16, 2)).astype(np.float32)
    return numbers, numbers.sum(axis=1, keepdims=True)


def cut_off(rng: np.random.Generator) -> Batch:
    cut_off.left -= 1  # type: ignore[attr-defined]
    if cut_off.left < 0:  # type: ignore[attr-defined]
        raise KeyboardInterrupt
    return draw(rng)


def learn(state: Path | None = None, source: object = draw) -> tuple[nn.Module, float]:
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    mean = train_network(network, source, nn.functional.mse_loss, PLAN, state=state)  # type: ignore[arg-type]
    return network, mean


def test_a_run_that_was_cut_off_ends_with_the_weights_of_one_that_was_not(tmp_path: Path) -> None:
    whole, _ = learn()
    cut_off.left = 25  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        learn(tmp_path / "state.pt", cut_off)
    cut_off.left = 20  # type: ignore[attr-defined]
    resumed, _ = learn(tmp_path / "state.pt", cut_off)
    assert torch.equal(whole.weight, resumed.weight) and torch.equal(whole.bias, resumed.bias)


def test_a_finished_run_is_not_repeated(tmp_path: Path) -> None:
    first, _ = learn(tmp_path / "state.pt")
    cut_off.left = 0  # type: ignore[attr-defined]
    second, _ = learn(tmp_path / "state.pt", cut_off)
    assert torch.equal(first.weight, second.weight)


def test_the_state_of_another_plan_is_left_alone(tmp_path: Path) -> None:
    learn(tmp_path / "state.pt")
    torch.manual_seed(1)
    network = nn.Linear(2, 1)
    before = network.weight.detach().clone()
    train_network(network, draw, nn.functional.mse_loss, Plan(steps=1, rate=1e-9), state=tmp_path / "state.pt")
    assert torch.allclose(network.weight, before, atol=1e-6)


def test_the_state_of_a_network_that_began_elsewhere_is_not_taken_up(tmp_path: Path) -> None:
    learn(tmp_path / "state.pt")
    torch.manual_seed(1)
    other = nn.Linear(2, 1)
    alone = nn.Linear(2, 1)
    alone.load_state_dict(other.state_dict())
    train_network(alone, draw, nn.functional.mse_loss, PLAN)
    train_network(other, draw, nn.functional.mse_loss, PLAN, state=tmp_path / "state.pt")
    assert torch.equal(other.weight, alone.weight)


def test_the_loss_falls_and_progress_is_told() -> None:
    told: list[tuple[int, int, float]] = []
    torch.manual_seed(0)
    train_network(nn.Linear(2, 1), draw, nn.functional.mse_loss, PLAN, progress=lambda *step: told.append(step))
    assert [step for step, _, _ in told] == list(range(1, 41)) and told[-1][2] < told[0][2]


def test_the_rate_rises_quickly_and_falls_to_nothing() -> None:
    assert rate_factor(0) < 0.02 and rate_factor(0.1) > 0.9 and rate_factor(0.999) < 0.01
