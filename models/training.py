"""One training loop for all networks: deterministic, and resumed where it was cut off."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

# A batch as arrays: first what the network takes, one or more, and last what the loss compares with.
Batch = tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast.

    Attributes
    ----------
    steps : batches in all
    rate : highest learning rate; it rises over the first tenth and falls as a cosine
    decay : of the weights (AdamW)
    seed : of everything drawn
    save_every : steps between two states on disk
    material : what is learnt from, such as `models.radio.labelled.fingerprint`: a state that learnt from other files is left alone
    """

    steps: int
    rate: float = 2e-3
    decay: float = 1e-2
    seed: int = 0
    save_every: int = 200
    material: str = ""


def train_network(
    network: nn.Module,
    draw: Callable[[np.random.Generator], Batch],
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    plan: Plan,
    *,
    device: str = "cpu",
    state: Path | None = None,
    progress: Callable[[int, int, float], None] | None = None,
) -> float:
    """Train ``network`` in place.

    Batch ``n`` is drawn from (``plan.seed``, ``n``), so that a run that was cut off and resumed from ``state`` ends with the same
    weights as one that was not. On a GPU the forward pass runs in bfloat16.

    Parameters
    ----------
    network : its buffers and weights are changed
    draw : one batch from a generator
    loss : of outputs and targets, a scalar
    plan : Plan
    device : "cpu", "cuda" or "mps"
    state : file that holds the training's state; resumed where it belongs to the same plan and began with the same weights
    progress : told of step, steps and the running mean of the loss

    Returns
    -------
    running mean of the loss at the end
    """
    network.to(device).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.decay)
    origin = _fingerprint(network)
    first, mean = _resume(network, optimizer, plan, origin, state)
    for step in range(first, plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * rate_factor(step / plan.steps)
        *inputs, targets = (torch.from_numpy(part).to(device) for part in draw(np.random.default_rng([plan.seed, step])))
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            outputs = network(*inputs)
        value = loss(outputs.float(), targets)
        optimizer.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        mean = value.item() if step == 0 else 0.98 * mean + 0.02 * value.item()
        if progress:
            progress(step + 1, plan.steps, mean)
        if state and (step + 1) % plan.save_every == 0:
            _save(network, optimizer, plan, origin, state, step + 1, mean)
    if state:
        _save(network, optimizer, plan, origin, state, plan.steps, mean)
    network.eval()
    return mean


def rate_factor(done: float) -> float:
    """Share of the highest rate after the share ``done`` of all steps: up within a tenth, then down as a cosine."""
    return min(1.0, done / 0.1 + 0.01) * 0.5 * (1 + math.cos(math.pi * done))


def _fingerprint(network: nn.Module) -> str:
    """Hash of all weights and buffers: what a network begins with."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode() + tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()


def _resume(network: nn.Module, optimizer: torch.optim.Optimizer, plan: Plan, origin: str, state: Path | None) -> tuple[int, float]:
    if state is None or not state.exists():
        return 0, 0.0
    held: dict[str, Any] = torch.load(state, weights_only=True)
    if (held["plan"], held.get("origin")) != (asdict(plan), origin):
        return 0, 0.0
    network.load_state_dict(held["network"])
    if held["step"] < plan.steps:
        optimizer.load_state_dict(held["optimizer"])
    return int(held["step"]), float(held["mean"])


def _save(
    network: nn.Module, optimizer: torch.optim.Optimizer, plan: Plan, origin: str, state: Path, step: int, mean: float
) -> None:
    """Beside it first, then in its place, so that a cut never leaves half a state."""
    state.parent.mkdir(parents=True, exist_ok=True)
    held = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "plan": asdict(plan),
        "origin": origin,
        "step": step,
        "mean": mean,
    }
    beside = state.with_suffix(".part")
    torch.save(held, beside)
    beside.replace(state)
