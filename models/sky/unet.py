"""A map of cloud: the probability in each pixel, by a U-Net that learnt from a simulated camera; `sky-clear` comes first."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.classifier import Classifier
from models.networks.threads import one_thread
from models.sky.blobs import find_blobs
from models.sky.clear import MOST_DETECTIONS, Sight, SkyClear, check_frame, cloud_detection, cloud_or_clear
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.map_planes import FACTS, PLANES, map_facts, map_planes
from models.sky.metrics import okta
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

NAME = "sky-unet"
FILE = "sky-unet.safetensors"
WIDTHS = (16, 32, 64, 128)
FOLD = 2  # half a gigaflop a frame instead of two
# It begins as the rule that cloud is what exceeds three sigma (0.88 in the first plane), and learns what that misses.
RULE = (6.0, -5.3)
CLOUD = 0.5  # a pixel is cloud from this probability on,
# and if it stands so many sigmas above the clear sky, unless that may itself be cloud: maps swell at the edges of clouds.
LEAST_SIGMA, LAYER = 2.0, 0.5
BATCH = 8


class SkyUnet(Classifier):
    """What `sky-clear` calls clear stays clear, and what it cannot tell is declined; of the rest the network draws a map."""

    name: ClassVar[str] = NAME
    version: ClassVar[str] = "6"  # the same weights as 1, behind sky-clear 6
    instrument: ClassVar[str] = "sky"
    weights: ClassVar[str | None] = FILE
    needs_torch: ClassVar[bool] = True
    cadence_s: ClassVar[float] = 10.0

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        import torch

        from models.networks.unet import UNet

        super().__init__(device)
        arrays = load_arrays(FILE, ("preprocessing",), folder)
        made_for = arrays.pop("preprocessing").tobytes().decode()
        if made_for != PREPROCESSING_VERSION:
            raise unusable(FILE, f"are for frames prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        self.gate = SkyClear(folder=folder)
        self.threshold = self.gate.threshold
        network = UNet(len(PLANES), WIDTHS, fold=FOLD, facts=len(FACTS), rule=RULE)
        try:
            network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        except RuntimeError as error:
            raise unusable(FILE, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error
        self.network = network.eval().to(device).to(memory_format=torch.channels_last)

    def check(self, observation: object) -> None:
        """Decline what `sky-clear` declines."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        sights = [self.gate.see(frame) for frame in observations]
        said = [self.gate.say(frame, sight) for frame, sight in zip(observations, sights, strict=True)]
        cloudy = [index for index, verdict in enumerate(said) if verdict.positive]
        maps = dict(zip(cloudy, self.maps([(observations[index], sights[index]) for index in cloudy]), strict=True))
        return [self._verdict(frame, sights[index], said[index], maps.get(index)) for index, frame in enumerate(observations)]

    def maps(self, seen: Sequence[tuple[PreparedFrame, Sight | None]]) -> list[np.ndarray]:
        """(128, 160) float32 ndarray of each frame: the probability of cloud in each pixel, 0 where no sky is seen.

        Parameters
        ----------
        seen : frames and what the gate sees of them
        """
        import torch

        drawn: list[np.ndarray] = []
        pairs = [(frame, sight) for frame, sight in seen if sight is not None]
        with one_thread(), torch.inference_mode(), torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            for first in range(0, len(pairs), BATCH):
                part = pairs[first : first + BATCH]
                planes = torch.from_numpy(np.stack([map_planes(frame, sight) for frame, sight in part]))
                facts = torch.from_numpy(np.stack([map_facts(sight) for _, sight in part]))
                logits = self.network(planes.to(self.device, memory_format=torch.channels_last), facts.to(self.device))
                drawn += list(torch.sigmoid(logits.float()).cpu().numpy())
        return [np.where(frame.good, held, np.float32(0)) for (frame, _), held in zip(pairs, drawn, strict=True)]

    def _verdict(self, frame: PreparedFrame, sight: Sight | None, gate: Verdict, held: np.ndarray | None) -> Verdict:
        if gate.state != "judged":
            return replace(
                Verdict.declined(self.name, self.version, gate.reason), metrics={"cloud_fraction": None, "reference": None}
            )
        assert gate.score is not None
        common = {"gate": gate.label, "reference": gate.metrics["reference"]}
        if held is None or sight is None:
            return cloud_or_clear(
                self, gate.score, {"cloud_fraction": 0.0, "cloud_probability": 0.0, "okta": 0, "blobs": 0} | common
            )
        mask, blobs = find_blobs(cloud_mask(held, frame, sight))
        seen = float(frame.good.sum())
        fraction, mean = float(mask.sum()) / seen, float(held.sum()) / seen
        metrics = {
            "cloud_fraction": round(fraction, 4),
            "cloud_probability": round(mean, 4),
            "okta": okta(fraction),
            "blobs": len(blobs),
        }
        shown = tuple(
            cloud_detection(blob, float(held[y0:y1, x0:x1][mask[y0:y1, x0:x1]].mean()), frame)
            for blob in blobs[:MOST_DETECTIONS]
            for x0, y0, x1, y1 in [blob.box]
        )
        return replace(cloud_or_clear(self, gate.score, metrics | common), detections=shown)


def cloud_mask(held: np.ndarray, frame: PreparedFrame, sight: Sight) -> np.ndarray:
    """(128, 160) bool ndarray: where a map says cloud, and the frame does not gainsay it.

    Parameters
    ----------
    held : (128, 160) float32 ndarray, the map
    frame, sight : of which it is
    """
    mask = held >= CLOUD
    if sight.layer < LAYER:
        mask &= frame.adu - sight.reference.adu > LEAST_SIGMA * sight.reference.sigma_adu
    return np.asarray(mask)
