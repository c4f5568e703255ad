"""Which region will flare: each one's own probability, learnt from disks alone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.classifier import Classifier
from models.sun.active import active_or_quiet, check_disk
from models.sun.browse import as_browse
from models.sun.flare_law import C1_W_M2, M1_W_M2, FlareLaw, law_arrays
from models.sun.found_regions import FoundRegion, find_regions
from models.sun.image import PreparedSun
from models.sun.region import region_attributes
from models.sun.region_activity import REGION_ACTIVITY, region_activity
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS

ARRAYS = ("mean", "spread", "weight", "law", "threshold", "preprocessing")


class SunFlare(Classifier):
    """A law of flares for every region; those of all regions add up to the disk's, from which it was learnt."""

    name: ClassVar[str] = "sun-flare"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "sun"
    rank: ClassVar[int] = 1
    weights: ClassVar[str | None] = "sun-flare.safetensors"

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = law_arrays(self.name, ARRAYS, len(REGION_ACTIVITY), folder)
        self.law = FlareLaw.from_arrays(arrays)
        self.threshold = float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what `sun-active` declines: it learnt from the same disks."""
        check_disk(observation)

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image, with a detection for each region, the most probable first."""
        return [self._verdict(as_browse(sun)) for sun in observations]

    def _verdict(self, sun: PreparedSun) -> Verdict:
        regions = find_regions(sun)
        values = np.stack([region_activity(sun, region) for region in regions]) if regions else np.zeros((0, len(REGION_ACTIVITY)))
        common, strong = (self.law.expected(values, flux) for flux in (C1_W_M2, M1_W_M2))
        score, strong_score = (float(-np.expm1(-self.law.of_all(values, flux))) for flux in (C1_W_M2, M1_W_M2))
        found = [self._detection(*told, sun) for told in zip(regions, common, strong, strict=True)]
        verdict = active_or_quiet(self, score, {"flare_m_24h": strong_score}, {"regions": len(regions)})
        return replace(verdict, detections=tuple(sorted(found, key=lambda detection: -detection.score)))

    def _detection(self, region: FoundRegion, common: float, strong: float, sun: PreparedSun) -> Detection:
        score = float(-np.expm1(-common))
        attributes = region_attributes(region, sun) | {"flare_m_24h": round(float(-np.expm1(-strong)), 4)}
        label = "flaring" if score >= self.threshold else "quiet"
        return Detection(label, score, sun.t_start, None, sun.t_end, box=region.box, attributes=attributes)
