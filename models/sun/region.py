"""Where the active regions are: a classical search in ultraviolet light and in magnetograms, with nothing learnt."""

from collections.abc import Sequence
from typing import Any, ClassVar

from models.classifier import Classifier
from models.errors import Declined
from models.sun.found_regions import CORONAL, MAGNETIC, FoundRegion, find_regions, oriented
from models.sun.image import PreparedSun
from models.verdict import Detection, Verdict


class SunRegion(Classifier):
    """What stands out of the quiet Sun; its score tells how far, and is no calibrated probability."""

    name: ClassVar[str] = "sun-region"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "sun"
    # Half of the score: the strongest place stands out twice as far as the edge, in coronal light ten times as bright as the disk.
    threshold = 0.5

    def check(self, observation: object) -> None:
        """Decline what is no full disk in one of the channels in which regions stand out."""
        if not isinstance(observation, PreparedSun):
            raise Declined("no image of the Sun")
        if observation.unfit:
            raise Declined(observation.unfit)
        if observation.channel not in (*CORONAL, MAGNETIC):
            raise Declined(f"channel {observation.channel or 'unknown'}: regions are sought in coronal light and in magnetograms")

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image, with a detection for each region, the largest first."""
        return [self._verdict(sun) for sun in observations]

    def _verdict(self, sun: PreparedSun) -> Verdict:
        regions = find_regions(sun)
        detections = tuple(_detection(region, sun) for region in regions)
        best = max((found.score for found in detections), default=0.0)
        metrics: dict[str, Any] = {
            "regions": len(regions),
            "regions_north": sum(region.hemisphere == "north" for region in regions),
            "area_msh": round(sum(region.area_msh for region in regions), 1),
        }
        label = "active" if best >= self.threshold else "quiet"
        return Verdict(
            self.name, self.version, "judged", label=label, score=best, threshold=self.threshold, detections=detections,
            metrics=metrics,
        )  # fmt: skip


def strength(region: FoundRegion) -> float:
    """Between 0 and 1: a third at the edge's own level, half where the strongest place stands out twice as far."""
    return region.peak / (region.peak + 2.0)


def region_attributes(region: FoundRegion, sun: PreparedSun) -> dict[str, Any]:
    """Place and size of a region, as a detection carries them."""
    attributes: dict[str, Any] = {
        "latitude_deg": round(region.latitude_deg, 2),
        "longitude_deg": round(region.longitude_deg, 2),
        "area_msh": round(region.area_msh, 1),
        "hemisphere": region.hemisphere,
        "peak": round(region.peak, 2),
    }
    central = oriented(sun).l0_deg
    if central is not None:
        attributes["carrington_deg"] = round((central + region.longitude_deg) % 360, 2)
    return attributes


def _detection(region: FoundRegion, sun: PreparedSun) -> Detection:
    attributes = region_attributes(region, sun)
    return Detection("region", strength(region), sun.t_start, None, sun.t_end, box=region.box, attributes=attributes)
