"""A baseline: is there cloud, by a small convolutional network on the frame alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.classifier import Classifier
from models.networks.threads import one_thread
from models.sky.clear import check_frame, cloud_or_clear
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.normalisation import Normalisation
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

FILE = "sky-cnn.safetensors"
ARRAYS = ("architecture", "scale", "normalisation", "preprocessing")
NETWORK = "network."
BATCH = 32


class SkyCnn(Classifier):
    """The small network that is shipped, or a ResNet-18, whichever the weights are of."""

    name: ClassVar[str] = "sky-cnn"
    version: ClassVar[str] = "1"
    instrument: ClassVar[str] = "sky"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = FILE
    needs_torch: ClassVar[bool] = True
    threshold = 0.5

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        import torch

        from models.networks.sky_cnn import sky_cnn

        super().__init__(device)
        arrays = load_arrays(FILE, ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION:
            raise unusable(FILE, f"are for frames prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        own = {name.removeprefix(NETWORK): array for name, array in arrays.items() if name.startswith(NETWORK)}
        try:
            network = sky_cnn(arrays["architecture"].tobytes().decode())
            network.load_state_dict({name: torch.from_numpy(array) for name, array in own.items()})
        except (KeyError, RuntimeError) as error:
            raise unusable(FILE, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error
        self.network = network.eval().to(device)
        self.scale, self.normalisation = arrays["scale"], Normalisation.from_array(arrays["normalisation"])

    def check(self, observation: object) -> None:
        """Decline what `sky-clear` declines, so that both are judged on the same frames."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        logits = self.logits(np.stack([frame.adu for frame in observations]))
        scores = 1 / (1 + np.exp(-np.clip(self.scale[0] * logits + self.scale[1], -30, 30)))
        return [cloud_or_clear(self, float(score), {}) for score in scores]

    def logits(self, adu: np.ndarray) -> np.ndarray:
        """(N,) float64 ndarray of frames (N, 128, 160), ADU, before calibration."""
        import torch

        held = []
        with one_thread(), torch.inference_mode(), torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            for first in range(0, len(adu), BATCH):
                planes = self.normalisation.apply(adu[first : first + BATCH])[:, None]
                held.append(self.network(torch.from_numpy(planes).to(self.device)).float().cpu().numpy()[:, 0])
        return np.concatenate(held).astype(np.float64)
