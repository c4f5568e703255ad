"""The first network of the project this one grew from, as the baseline to beat."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from models.classifier import Classifier
from models.networks.threads import one_thread
from models.sun.active import active_or_quiet, check_disk
from models.sun.browse import as_browse
from models.sun.image import PreparedSun
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays


class SunActiveOrigin(Classifier):
    """A full disk of 300 x 300 pixels through 16,102 weights; its score is what the network says, not calibrated."""

    name: ClassVar[str] = "sun-active-origin"
    version: ClassVar[str] = "1"
    instrument: ClassVar[str] = "sun"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = "sun-active-origin.safetensors"
    needs_torch: ClassVar[bool] = True
    threshold = 0.5

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        from models.networks.origin_sun import DISK_SIDE, OriginSun

        self.network: Any = load_origin(OriginSun(DISK_SIDE), self.weights or "", folder).to(device)

    def check(self, observation: object) -> None:
        """Decline what `sun-active` declines, so that both are judged on the same disks."""
        check_disk(observation)

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image."""
        said = origin_scores(self.network, np.stack([disk_picture(as_browse(sun)) for sun in observations]), self.device)
        return [active_or_quiet(self, float(score), {}, {}) for score in said]


def disk_picture(sun: PreparedSun) -> np.ndarray:
    """(300, 300) float32 ndarray, 0 to 1."""
    from models.networks.origin_sun import DISK_SIDE

    return np.asarray(cv2.resize(sun.picture, (DISK_SIDE, DISK_SIDE), interpolation=cv2.INTER_LINEAR))


def load_origin(network: Any, weights: str, folder: Path) -> Any:
    """The network with its weights, ready to judge.

    Raises
    ------
    ModelUnavailable
        The weights cannot be had.
    """
    import torch

    arrays = load_arrays(weights, tuple(network.state_dict()), folder)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    return network.eval()


def origin_scores(network: Any, pictures: np.ndarray, device: str) -> np.ndarray:
    """(N,) float32 ndarray, what a network of the origin says of (N, side, side) pictures."""
    import torch

    with torch.inference_mode(), one_thread():
        odds = network(torch.from_numpy(pictures[:, None]).to(device))
        return np.asarray(torch.sigmoid(odds).cpu().numpy())
