"""The second network of the project this one grew from, as the baseline to beat."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from models.classifier import Classifier
from models.sun.active import active_or_quiet, check_disk
from models.sun.browse import as_browse
from models.sun.found_regions import FoundRegion, find_regions
from models.sun.image import PreparedSun
from models.sun.origin_recipe import load_origin, origin_scores
from models.sun.prepare import SIZE
from models.sun.region import region_attributes
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS

# A quarter of the picture, 600 arcsec: a large region with its loops.
CUT_PX = 64


class SunFlareOrigin(Classifier):
    """Cut-outs of 250 x 250 pixels through 11,278 weights; the disk's score is that of its best region, not calibrated."""

    name: ClassVar[str] = "sun-flare-origin"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "sun"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = "sun-flare-origin.safetensors"
    needs_torch: ClassVar[bool] = True
    threshold = 0.5

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        from models.networks.origin_sun import REGION_SIDE, OriginSun

        self.network: Any = load_origin(OriginSun(REGION_SIDE), self.weights or "", folder).to(device)

    def check(self, observation: object) -> None:
        """Decline what `sun-flare` declines, so that both are judged on the same disks."""
        check_disk(observation)

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image, with a detection for each region."""
        return [self._verdict(as_browse(sun)) for sun in observations]

    def _verdict(self, sun: PreparedSun) -> Verdict:
        regions = find_regions(sun)
        pictures = [cut_out(sun, region) for region in regions]
        said = origin_scores(self.network, np.stack(pictures), self.device) if pictures else np.zeros(0)
        found = [self._detection(region, float(score), sun) for region, score in zip(regions, said, strict=True)]
        verdict = active_or_quiet(self, float(max(said, default=0.0)), {}, {"regions": len(regions)})
        return replace(verdict, detections=tuple(sorted(found, key=lambda detection: -detection.score)))

    def _detection(self, region: FoundRegion, score: float, sun: PreparedSun) -> Detection:
        label = "flaring" if score >= self.threshold else "quiet"
        return Detection(label, score, sun.t_start, None, sun.t_end, box=region.box, attributes=region_attributes(region, sun))


def cut_out(sun: PreparedSun, region: FoundRegion) -> np.ndarray:
    """(250, 250) float32 ndarray, 0 to 1: 64 pixels of the prepared picture around a region's box, enlarged."""
    from models.networks.origin_sun import REGION_SIDE

    x0, y0, x1, y1 = region.box
    column, row = (int(np.clip((low + high) / 2 - CUT_PX / 2, 0, SIZE - CUT_PX)) for low, high in ((x0, x1), (y0, y1)))
    part = sun.picture[row : row + CUT_PX, column : column + CUT_PX]
    return np.asarray(cv2.resize(part, (REGION_SIDE, REGION_SIDE), interpolation=cv2.INTER_LINEAR))
