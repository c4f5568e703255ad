"""A small network that gives a region's crop its rates of flares."""

import torch
from torch import nn
from torch.nn import functional

WIDTHS = (16, 32, 48, 64)
GROUPS = 8


class RegionFlare(nn.Module):
    """Four convolutions, each halved by a maximum, then mean and maximum of what is left: 47,682 weights for six planes.

    Parameters
    ----------
    planes : of the crop
    """

    def __init__(self, planes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((planes, *WIDTHS[:-1]), WIDTHS, strict=True):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.GroupNorm(GROUPS, after), nn.SiLU(), nn.MaxPool2d(2)]
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(2 * WIDTHS[-1], 2)

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        """(N, planes, side, side) float32 to (N, 2): natural logarithms of the flares of C1 and M1 and above in 24 h."""
        deep = self.layers(crops)
        head = self.head(torch.cat([deep.mean(dim=(2, 3)), deep.amax(dim=(2, 3))], dim=1))
        common = head[:, 0].clamp(-12, 4)
        return torch.stack([common, common - functional.softplus(head[:, 1])], dim=1)


def poisson_loss(log_rate: torch.Tensor, event: torch.Tensor) -> torch.Tensor:
    """Mean of -log likelihood of "at least one flare", which a Poisson process of that rate gives 1 - exp(-rate).

    Parameters
    ----------
    log_rate : (N, 2)
    event : (N, 2) of 0 and 1
    """
    rate = log_rate.exp()
    some = torch.log(-torch.expm1(-rate.clamp(min=1e-6)))
    return (event * -some + (1 - event) * rate).mean()
