"""The recipe of the project this one grew from, as the baseline to beat."""

from collections.abc import Sequence
from typing import ClassVar

from models.classifier import Classifier
from models.sky.clear import check_frame, cloud_or_clear
from models.sky.frame import PreparedFrame
from models.sky.origin_mask import origin_mask, origin_quality
from models.verdict import Verdict


class SkyOrigin(Classifier):
    """The origin's mask on every frame, ungated; the share that it marks stands in for a probability.

    Its metrics keep the origin's names: what it calls sky quality is its share of cloud, and rises with worse sky.
    """

    name: ClassVar[str] = "sky-origin"
    version: ClassVar[str] = "1"
    instrument: ClassVar[str] = "sky"
    rank: ClassVar[int] = -1
    threshold = 0.5

    def check(self, observation: object) -> None:
        """Decline what `sky-clear` declines, so that both are judged on the same frames."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        return [self._verdict(frame) for frame in observations]

    def _verdict(self, frame: PreparedFrame) -> Verdict:
        share, blobs = origin_quality(origin_mask(frame.adu))
        return cloud_or_clear(self, share, {"origin_quality": round(share, 4), "origin_blobs": blobs})
