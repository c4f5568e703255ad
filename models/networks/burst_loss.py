"""The loss of the burst map: whether any burst is in a cell, and, where one is, whether each type is."""

import torch
from torch.nn import functional

# A missed cell of a burst weighs more than a false one: nine cells of ten are quiet; type V is the rarest.
BURST_WEIGHT = 1.5
TYPE_WEIGHTS = (1.5, 1.5, 1.5, 1.5, 2.0)
# So do cells that hold several types: one of 25 in a burst does.
SEVERAL_WEIGHT = 4.0


def map_loss(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Mean over the cells of which it is known whether a burst is there; a type counts in bursts alone.

    Parameters
    ----------
    logits : (N, 6, H, W) float32, in the order of `LAYERS`
    truth : (N, 6, H, W) int8, 0, 1 or `DOUBTFUL`
    """
    known = truth >= 0
    cost = functional.binary_cross_entropy_with_logits(logits, truth.clamp(min=0).float(), reduction="none")
    burst = truth[:, 0] == 1
    total = (cost[:, 0] * known[:, 0] * torch.where(burst, BURST_WEIGHT, 1.0)).sum()
    several = (truth[:, 1:] == 1).sum(dim=1, keepdim=True) > 1
    weight = torch.tensor(TYPE_WEIGHTS, device=logits.device)[:, None, None] * torch.where(several, SEVERAL_WEIGHT, 1.0)
    total = total + (cost[:, 1:] * (known[:, 1:] & burst[:, None]) * weight).sum()
    return total / known[:, 0].sum().clamp(min=1)
