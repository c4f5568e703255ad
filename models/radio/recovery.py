"""Whether a burst that was injected was found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.verdict import Detection

if TYPE_CHECKING:
    from models.simulate.spectrogram import BurstTruth  # whose import takes seconds, which who only compares types need not spend


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a model made of an injected burst.

    Attributes
    ----------
    recovered : whether the surest detection that touches it reached the threshold
    score, label : of that detection; None where none touches it
    """

    recovered: bool
    score: float | None
    label: str | None


def recover(truth: "BurstTruth", detections: Sequence[Detection], threshold: float) -> Recovery:
    """Look for an injected burst among the detections of the copy that it was put into.

    A detection is of the burst where it shares time and frequencies with it. How much of them is left open: nothing was found at
    that time without the burst, by the choice of its place.

    Parameters
    ----------
    truth : the burst
    detections : of the copy, candidates below the threshold among them
    threshold : score from which a detection counts

    Returns
    -------
    Recovery
    """
    best = max((found for found in detections if _touches(truth, found)), key=lambda found: found.score, default=None)
    return Recovery(best.score >= threshold, best.score, best.label) if best else Recovery(False, None, None)


def same_type(kind: str, label: str | None) -> bool:
    """Whether a label names a type; where a group of type III begins is taste.

    Parameters
    ----------
    kind : type of the burst
    label : of the detection, None where there is none
    """
    return label is not None and label.removesuffix("g") == kind.removesuffix("g")


def _touches(truth: "BurstTruth", found: Detection) -> bool:
    if found.t_start is None or found.t_end is None or found.frequency_low_mhz is None or found.frequency_high_mhz is None:
        return False
    at_once = found.t_start < truth.t_end and truth.t_start < found.t_end
    # Edges are middles of channels: what shares one channel shares it.
    return at_once and found.frequency_low_mhz <= truth.frequency_high_mhz and truth.frequency_low_mhz <= found.frequency_high_mhz
