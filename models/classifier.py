"""What every classifier is: a name, a version, a batch of observations in, a verdict each out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from models.errors import Declined
from models.verdict import Verdict


class Classifier(ABC):
    """One model version, loaded.

    A subclass is one file in ``models/<instrument>/``; `models.registry` finds it there. It states the class attributes, loads its
    weights in ``__init__`` (raising `ModelUnavailable` where they cannot be had) and judges batches in `score`. Heavy libraries are
    imported inside ``__init__``, so that listing the classifiers stays quick.

    Attributes
    ----------
    name, version : as stored in `model_version`; a change of weights, threshold or preparation needs a new version
    instrument : "radio", "sun" or "sky"
    rank : of all enabled classifiers of an instrument the one with the highest rank is the headline; baselines are negative
    weights : file name in ``models/weights``, None where there is nothing to load
    needs_torch : runs on torch, so that a device is worth looking for
    fetched : its weights are not shipped; it is loaded with ``checkpoint``, the path of their file
    optional : it is listed only where the file of its weights lies in ``models/weights``, for those who train it themselves
    embedding_size : numbers of the embedding in its verdicts, None where they have none
    cadence_s : seconds of a night in which one file at most is judged, 0 for all of them; the setting ``cadences`` overrides it
    beside : by channel of an image of the Sun, the channels whose images of about its time are given with it
    threshold : stored with the version; a verdict is positive where score >= threshold
    """

    name: ClassVar[str]
    version: ClassVar[str]
    instrument: ClassVar[str]
    rank: ClassVar[int] = 0
    weights: ClassVar[str | None] = None
    needs_torch: ClassVar[bool] = False
    fetched: ClassVar[bool] = False
    optional: ClassVar[bool] = False
    embedding_size: ClassVar[int | None] = None
    cadence_s: ClassVar[float] = 0.0
    beside: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    threshold: float

    def __init__(self, device: str) -> None:
        self.device = device

    def check(self, observation: Any) -> None:  # noqa: B027  (most models take whatever their instrument has)
        """Raise `Declined` with a reason where this model should not judge ``observation``."""

    @abstractmethod
    def score(self, observations: Sequence[Any]) -> list[Verdict]:
        """Judge a batch that `check` has let pass; one verdict each, in order."""

    def judge(self, observations: Sequence[Any]) -> list[Verdict]:
        """Verdicts of a batch, in order: declined where `check` says so, else from `score`."""
        verdicts: dict[int, Verdict] = {}
        accepted = []
        for index, observation in enumerate(observations):
            try:
                self.check(observation)
                accepted.append(index)
            except Declined as reason:
                verdicts[index] = Verdict.declined(self.name, self.version, str(reason))
        if accepted:
            scored = self._score_what_fits([observations[index] for index in accepted])
            verdicts.update(zip(accepted, scored, strict=True))
        return [verdicts[index] for index in range(len(observations))]

    def _score_what_fits(self, observations: Sequence[Any]) -> list[Verdict]:
        """Judge a batch; where memory does not suffice, in halves, down to single observations."""
        try:
            return self.score(observations)
        except Exception as error:
            # torch's error is known by name, so that models without torch do not import it.
            if not (isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError") or len(observations) == 1:
                raise
        half = len(observations) // 2
        return self._score_what_fits(observations[:half]) + self._score_what_fits(observations[half:])
