"""A U-Net from planes of a frame to the logit of cloud in each pixel, in our form and in the origin's."""

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Sequential):
    """Two 3 x 3 convolutions, each with a rectifier, and with batch normalisation where asked for."""

    def __init__(self, before: int, after: int, norm: bool) -> None:
        layers: list[nn.Module] = []
        for width in (before, after):
            layers.append(nn.Conv2d(width, after, 3, padding=1, bias=not norm))
            layers += [nn.BatchNorm2d(after), nn.ReLU()] if norm else [nn.ReLU()]
        super().__init__(*layers)


class UNet(nn.Module):
    """Blocks on the way down and up, the maximum of 2 x 2 between them; on the way up nearest neighbours beside what was there.

    Parameters
    ----------
    planes : of the input
    widths : of the levels, the finest first; H and W are multiples of ``fold`` times 2 to the power of the levels but one
    norm : batch normalisation
    fold : blocks of so many pixels across become planes first, and logits last: 2 leaves a quarter of the work
    facts : numbers known of the whole frame, added at the coarsest level
    rule : slope and offset of the logit in the first plane with which the network begins; by default it begins with nothing
    """

    def __init__(
        self, planes: int, widths: tuple[int, ...], *, norm: bool = True, fold: int = 1, facts: int = 0,
        rule: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.fold = fold
        earlier = (planes * fold**2, *widths[:-1])
        self.down = nn.ModuleList(Block(before, after, norm) for before, after in zip(earlier, widths, strict=True))
        self.up = nn.ModuleList(
            Block(below + beside, beside, norm) for beside, below in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.whole = nn.Linear(facts, widths[-1]) if facts else None
        self.head = nn.Conv2d(widths[0], fold**2, 3, padding=1)
        self.rule = nn.Conv2d(planes, 1, 3, padding=1) if rule else None
        if self.rule is not None and rule:
            assert self.rule.bias is not None and self.head.bias is not None
            for part in (self.rule.weight, self.head.weight, self.head.bias):
                nn.init.zeros_(part)
            nn.init.constant_(self.rule.weight[0, 0, 1, 1], rule[0])
            nn.init.constant_(self.rule.bias, rule[1])

    def forward(self, planes: torch.Tensor, facts: torch.Tensor | None = None) -> torch.Tensor:
        """(N, planes, H, W) float32, and (N, facts) where there are some, to (N, H, W)."""
        values = functional.pixel_unshuffle(planes, self.fold)
        seen = []
        for level, block in enumerate(self.down):
            values = block(functional.max_pool2d(values, 2) if level else values)
            seen.append(values)
        if self.whole is not None and facts is not None:
            values = values + self.whole(facts)[..., None, None]
        for block, beside in zip(self.up, seen[-2::-1], strict=True):
            values = block(torch.cat([functional.interpolate(values, scale_factor=2.0), beside], dim=1))
        logits: torch.Tensor = functional.pixel_shuffle(self.head(values), self.fold)
        return (logits if self.rule is None else logits + self.rule(planes))[:, 0]
