"""The networks of `sky-cnn`: from a frame to the logit of cloud."""

from collections.abc import Callable

import timm
from torch import nn


def sky_cnn(architecture: str) -> nn.Module:
    """An untrained network from (N, 1, 128, 160) to (N, 1).

    Parameters
    ----------
    architecture : "small" (24 thousand weights), or "resnet18" (11 million, by timm; the origin's, more than is shipped)

    Raises
    ------
    KeyError
        There is no such one.
    """
    return ARCHITECTURES[architecture]()


def _small() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in ((1, 16), (16, 32), (32, 64)):
        stride = 4 if before == 1 else 2
        layers += [nn.Conv2d(before, after, 2 * stride - 1, stride, stride - 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 1))


def _resnet18() -> nn.Module:
    network: nn.Module = timm.create_model("resnet18", pretrained=False, in_chans=1, num_classes=1)
    return network


ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {"small": _small, "resnet18": _resnet18}
