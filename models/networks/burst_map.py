"""The network of `radio-burst`: a small U-Net from planes of a spectrogram to a map of bursts and their types."""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from models.networks.burst_onnx import CONTRAST, COVERED, LAYERS, LEAST_COVERED, PLANES

# A quarter of a million weights: 4.2 ms a file on one core by ONNX Runtime in float32, 2.2 in whole numbers (AMD EPYC). Rows and
# columns are halved at each of the four levels.
WIDTHS = (16, 32, 48, 64)


class ConvolutionUnit(nn.Module):
    """Convolution, batch normalisation, rectifier; with the input added where the shape stays."""

    def __init__(self, before: int, after: int, *, kernel: int = 3, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        padding = (kernel // 2, dilation * (kernel // 2))
        self.convolution = nn.Conv2d(before, after, kernel, stride, padding, dilation=(1, dilation), bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(after)
        self.residual = stride == 1 and before == after

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        """(N, before, H, W) to (N, after, H / stride, W / stride)."""
        result = functional.relu(self.norm(self.convolution(planes)))
        return result + planes if self.residual else result


class BurstMap(nn.Module):
    """Logits of a burst, and of each type in one, in cells of 4 x 4 pixels.

    Parameters
    ----------
    relief : bool, whether it is told what the contrast is beyond the mean of its column (`with_column_relief`)
    """

    def __init__(self, *, relief: bool) -> None:
        super().__init__()
        self.relief = relief
        one, two, three, four = WIDTHS
        self.stem = ConvolutionUnit(PLANES + relief, one, kernel=5, stride=2)
        self.down2 = nn.Sequential(ConvolutionUnit(one, two, stride=2), ConvolutionUnit(two, two))
        self.down3 = nn.Sequential(
            ConvolutionUnit(two, three, stride=2), ConvolutionUnit(three, three), ConvolutionUnit(three, three)
        )
        # Dilated along time: a type IV lasts ten minutes, 38 columns of this level.
        self.down4 = nn.Sequential(
            ConvolutionUnit(three, four, stride=2), *(ConvolutionUnit(four, four, dilation=reach) for reach in (1, 2, 4, 8))
        )
        # What the whole file is like: interference comes again and again in the same rows.
        self.whole = nn.Linear(2 * four, four)
        self.up3, self.up2 = nn.Conv2d(four, three, 1), nn.Conv2d(three, two, 1)
        self.join3, self.join2 = ConvolutionUnit(three, three), ConvolutionUnit(two, two)
        self.head = nn.Conv2d(two, LAYERS, 1)

    def fuse(self) -> None:
        """Draw the normalisations into the convolutions; for judging alone, a tenth faster."""
        for unit in self.modules():
            if isinstance(unit, ConvolutionUnit) and isinstance(unit.norm, nn.BatchNorm2d):
                unit.convolution, unit.norm = fuse_conv_bn_eval(unit.convolution, unit.norm), nn.Identity()

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        """(N, planes, H, W) float32, H and W multiples of 16, to (N, layers, H / 4, W / 4)."""
        level2 = self.down2(self.stem(with_column_relief(planes) if self.relief else planes))
        level3 = self.down3(level2)
        level4 = self.down4(level3)
        # Mean and maximum of each row of the map over time.
        rows = torch.cat([level4.mean(dim=3), level4.amax(dim=3)], dim=1).transpose(1, 2)
        level4 = level4 + self.whole(rows).transpose(1, 2)[..., None]
        level3 = self.join3(level3 + functional.interpolate(self.up3(level4), scale_factor=2.0))
        level2 = self.join2(level2 + functional.interpolate(self.up2(level3), scale_factor=2.0))
        logits: torch.Tensor = self.head(level2)
        return logits


def with_column_relief(planes: torch.Tensor) -> torch.Tensor:
    """Planes, and what their contrast is beyond the mean of its column: what a receiver's gain does, all channels do at once.

    (N, planes, H, W) to (N, planes + 1, H, W); the first plane is the contrast, the fourth the share of a row that was measured.
    """
    contrast, covered = planes[:, CONTRAST, None], planes[:, COVERED, None]
    mean = (contrast * covered).sum(dim=2, keepdim=True) / covered.sum(dim=2, keepdim=True).clamp(min=LEAST_COVERED)
    return torch.cat([planes, (contrast - mean) * (covered > 0)], dim=1)
