"""The origin's U-Net, ungated, on raw counts: an option for those who train it, listed only where its weights lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.classifier import Classifier
from models.networks.threads import one_thread
from models.sky.clear import check_frame, cloud_or_clear
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.origin_mask import FULL_SCALE, origin_quality
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

FILE = "sky-unet-origin.safetensors"
WIDTHS = (128, 64, 32, 16)  # inverted: the widest at full resolution, 23 gigaflops a frame


class SkyUnetOrigin(Classifier):
    """Counts over 2^14 in, a probability map out, which imitates the origin's mask rule; the share that it marks is its score."""

    name: ClassVar[str] = "sky-unet-origin"
    version: ClassVar[str] = "1"
    instrument: ClassVar[str] = "sky"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = FILE
    needs_torch: ClassVar[bool] = True
    optional: ClassVar[bool] = True
    cadence_s: ClassVar[float] = 10.0
    threshold = 0.5

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        import torch

        from models.networks.unet import UNet

        super().__init__(device)
        arrays = load_arrays(FILE, ("preprocessing",), folder)
        made_for = arrays.pop("preprocessing").tobytes().decode()
        if made_for != PREPROCESSING_VERSION:
            raise unusable(FILE, f"are for frames prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        network = UNet(1, WIDTHS, norm=False)
        try:
            network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        except RuntimeError as error:
            raise unusable(FILE, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error
        self.network = network.eval().to(device)

    def check(self, observation: object) -> None:
        """Decline what `sky-clear` declines, so that both are judged on the same frames."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        shares = [origin_quality(held >= 0.5) for held in self.maps(observations)]
        return [cloud_or_clear(self, share, {"origin_quality": round(share, 4), "origin_blobs": blobs}) for share, blobs in shares]

    def maps(self, frames: Sequence[PreparedFrame]) -> list[np.ndarray]:
        """(128, 160) float32 ndarray of each frame: what it calls the probability of cloud."""
        import torch

        with one_thread(), torch.inference_mode(), torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            # One by one: 128 planes at full resolution are 10 MB a frame and layer.
            planes = [torch.from_numpy(frame.adu / np.float32(FULL_SCALE))[None, None].to(self.device) for frame in frames]
            return [torch.sigmoid(self.network(plane).float())[0].cpu().numpy() for plane in planes]
