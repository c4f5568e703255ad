"""The headline of the Sun: will there be a flare within a day, by how active the disk looks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from models.classifier import Classifier
from models.errors import Declined
from models.sun.activity import ACTIVITY, activity
from models.sun.browse import CHANNEL, as_browse
from models.sun.flare_law import C1_W_M2, M1_W_M2, X1_W_M2, FlareLaw, law_arrays
from models.sun.image import PreparedSun
from models.verdict import Verdict
from models.weights_file import WEIGHTS

ARRAYS = ("profile", "mean", "spread", "weight", "law", "threshold", "preprocessing")
# It learnt from SDO's browse pictures; images in DN/s are shown to it as these.
UNITS = ("display", "DN/s")


class SunActive(Classifier):
    """Four measures of a full disk, and a law of flares: Poisson in time, a power law in flux."""

    name: ClassVar[str] = "sun-active"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "sun"
    rank: ClassVar[int] = 2
    weights: ClassVar[str | None] = "sun-active.safetensors"

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = law_arrays(self.name, ARRAYS, len(ACTIVITY), folder)
        self.profile = arrays["profile"]
        self.law = FlareLaw.from_arrays(arrays)
        self.threshold = float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what is no full disk of the channel it was trained on."""
        check_disk(observation)

    def score(self, observations: Sequence[PreparedSun]) -> list[Verdict]:
        """One verdict per image."""
        return [self._verdict(as_browse(sun)) for sun in observations]

    def _verdict(self, sun: PreparedSun) -> Verdict:
        values = activity(sun, self.profile)
        score, strong, extreme = (float(self.law.probability(values[None], flux)[0]) for flux in (C1_W_M2, M1_W_M2, X1_W_M2))
        metrics = {key: round(float(value), 4) for key, value in zip(ACTIVITY, values, strict=True)}
        return active_or_quiet(self, score, {"flare_m_24h": strong, "flare_x_24h": extreme}, metrics)


def active_or_quiet(model: Classifier, score: float, scores: Mapping[str, float], metrics: Mapping[str, Any]) -> Verdict:
    """Verdict of any model of full disks.

    Parameters
    ----------
    model : whose verdict it is, with its threshold
    score : probability that a flare of C1 or more is in progress or comes within 24 h
    scores : of other classes
    metrics : measures of the disk
    """
    label = "active" if score >= model.threshold else "quiet"
    said = {"active": score, "quiet": 1 - score, **scores}
    return Verdict(
        model.name, model.version, "judged", label=label, score=score, threshold=model.threshold, scores=said, metrics=metrics
    )


def check_disk(observation: object) -> None:
    """Raise `Declined` unless ``observation`` is a whole disk of the channel trained on, and can be shown as its pictures."""
    if not isinstance(observation, PreparedSun):
        raise Declined("no image of the Sun")
    if observation.unfit:
        raise Declined(observation.unfit)
    if observation.channel != CHANNEL:
        raise Declined(f"channel {observation.channel or 'unknown'}: trained on {CHANNEL} angstrom alone")
    if observation.unit not in UNITS:
        raise Declined(
            f"in {observation.unit or 'an unknown unit'}: trained on browse pictures, and on nothing that can be shown as they are"
        )
    if not np.any(observation.picture[observation.present]):
        raise Declined("nothing is seen in it")
