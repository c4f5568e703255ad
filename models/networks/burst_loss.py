"""The loss of the burst map: cross entropy where the type is known, the mere presence of a burst where it is not."""

import torch
from torch.nn import functional

from models.radio.burst_planes import SOME_BURST

# A missed cell of a burst weighs more than a false one: nine cells of ten are quiet; type V is the rarest.
WEIGHTS = (1.0, 1.5, 1.5, 1.5, 1.5, 2.0)


def map_loss(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Mean over the cells that are not doubtful.

    Parameters
    ----------
    logits : (N, classes, H, W) float32
    truth : (N, H, W) int8, index of a class, `SOME_BURST`, or `DOUBTFUL`
    """
    truth = truth.long()
    log_share = functional.log_softmax(logits, dim=1)
    weight = torch.tensor(WEIGHTS, device=logits.device)
    total = functional.nll_loss(log_share, truth.clamp(min=-1), weight, ignore_index=-1, reduction="sum")
    some = truth == SOME_BURST
    if some.any():
        # 1e-4 keeps the logarithm finite where the network is sure that nothing is there.
        total = total - torch.log(-torch.expm1(log_share[:, 0][some].clamp(max=-1e-4))).sum()
    return total / ((truth >= 0).sum() + some.sum()).clamp(min=1)
