"""The two networks of the origin's study of the Sun, which differ in the size of their pictures alone."""

import torch
from torch import nn

DISK_SIDE, REGION_SIDE = 300, 250  # 16,102 and 11,278 weights


class OriginSun(nn.Module):
    """Twice a convolution to three planes and a maximum of 2 x 2, then one weight a pixel.

    Parameters
    ----------
    side : of the picture, pixels
    """

    def __init__(self, side: int) -> None:
        super().__init__()
        left = ((side - 2) // 2 - 2) // 2
        self.layers = nn.Sequential(
            nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(3, 3, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3 * left * left, 1),
        )  # fmt: skip

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(N, 1, side, side) float32, 0 to 1, to (N,) log odds."""
        odds: torch.Tensor = self.layers(pictures)[:, 0]
        return odds
