"""Which region will flare, by its field, its corona and its outline: learnt from the simulated Sun, for want of real crops."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from models.classifier import Classifier
from models.errors import Declined
from models.networks.threads import one_thread
from models.sun.active import active_or_quiet
from models.sun.found_regions import MAGNETIC, FoundRegion, find_regions
from models.sun.image import PreparedSun
from models.sun.prepare import PREPROCESSING_VERSION
from models.sun.region import region_attributes
from models.sun.region_crop import LIGHTS, PLANES, crop_planes
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

FILE = "sun-flare-crops.safetensors"
ARRAYS = ("scale", "threshold", "preprocessing")
NETWORK = "network."
UNITS = {MAGNETIC: "G", **dict.fromkeys(LIGHTS, "DN/s")}


class SunFlareCrops(Classifier):
    """Crops of 64 x 64 pixels through 47,682 weights to two rates, calibrated; what is missing of the channels it is told."""

    name: ClassVar[str] = "sun-flare-crops"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "sun"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = FILE
    needs_torch: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, tuple[str, ...]]] = {MAGNETIC: LIGHTS}

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        import torch

        from models.networks.region_flare import RegionFlare

        super().__init__(device)
        arrays = load_arrays(FILE, ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION:
            raise unusable(FILE, f"are for images prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        self.network: Any = RegionFlare(len(PLANES))
        own = {name.removeprefix(NETWORK): torch.from_numpy(part) for name, part in arrays.items() if name.startswith(NETWORK)}
        try:
            self.network.load_state_dict(own)
        except RuntimeError as error:
            raise unusable(FILE, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error
        self.network.eval().to(device)
        self.scale = arrays["scale"]
        self.threshold = float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what is no whole disk of a channel, in a unit, that it learnt from."""
        if not isinstance(observation, PreparedSun):
            raise Declined("no image of the Sun")
        if observation.unfit:
            raise Declined(observation.unfit)
        if UNITS.get(observation.channel) != observation.unit:
            told = f"channel {observation.channel or 'unknown'} in {observation.unit or 'an unknown unit'}"
            raise Declined(f"{told}: trained on magnetograms in gauss and on 131 and 171 angstrom in DN/s")

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image, by what of field and light stands beside it."""
        return [self._verdict(sun) for sun in observations]

    def _verdict(self, sun: PreparedSun) -> Verdict:
        """Verdict of an image, with a detection for each of its regions, the most probable first."""
        suns = self._by_channel(sun)
        regions = find_regions(sun)
        said = self.probabilities(np.stack([crop_planes(region, suns) for region in regions])) if regions else np.zeros((0, 2))
        common, strong = (float(1 - np.prod(1 - said[:, column])) for column in (0, 1))
        found = [self._detection(region, said[number], sun) for number, region in enumerate(regions)]
        measures = {"regions": len(regions), "channels": " + ".join(suns)}
        verdict = active_or_quiet(self, common, {"flare_m_24h": strong}, measures)
        return replace(verdict, detections=tuple(sorted(found, key=lambda detection: -detection.score)))

    def _by_channel(self, sun: PreparedSun) -> dict[str, PreparedSun]:
        """The image, and beside it the nearest of the first light that was learnt from."""
        usable = [
            other for other in sun.beside if not other.unfit and other.channel in LIGHTS and other.unit == UNITS[other.channel]
        ]
        light = min(usable, key=lambda other: LIGHTS.index(other.channel), default=None)
        return {sun.channel: sun} | ({light.channel: light} if light else {})

    def probabilities(self, planes: np.ndarray) -> np.ndarray:
        """(N, 2) float64 ndarray, calibrated probabilities of C1 and M1 and above, of (N, 6, 64, 64) planes."""
        return calibrated(log_rates(self.network, planes, self.device), self.scale)

    def _detection(self, region: FoundRegion, said: np.ndarray, sun: PreparedSun) -> Detection:
        score = float(said[0])
        attributes = region_attributes(region, sun) | {"flare_m_24h": round(float(said[1]), 4)}
        label = "flaring" if score >= self.threshold else "quiet"
        return Detection(label, score, sun.t_start, None, sun.t_end, box=region.box, attributes=attributes)


def log_rates(network: Any, planes: np.ndarray, device: str) -> np.ndarray:
    """(N, 2) float64 ndarray, what the network says of planes."""
    import torch

    with torch.inference_mode(), one_thread():
        parts = [
            network(torch.from_numpy(part).to(device)).cpu().numpy() for part in np.array_split(planes, -(-len(planes) // 256))
        ]
    return np.concatenate(parts).astype(np.float64)


def calibrated(log_rate: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Probabilities of at least one flare of rates, each corrected by a line in its logarithm; M never more than C.

    Parameters
    ----------
    log_rate : (N, 2) ndarray
    scale : (2, 2) ndarray, slope and offset of C and of M
    """
    probability = -np.expm1(-np.exp(np.clip(log_rate * scale[:, 0] + scale[:, 1], -14, 5)))
    return np.stack([probability[:, 0], np.minimum(probability[:, 0], probability[:, 1])], axis=1)
