"""The bursts of a file as they are listed: spots with a type, cut apart, cut to what is sure, none twice."""

from dataclasses import replace

import numpy as np

from models.radio.blobs import cut, lies_within
from models.radio.burst_parts import parts_of
from models.radio.burst_planes import TYPES
from models.radio.burst_types import TypeTrees, label_of, type_of
from models.radio.candidates import MEASURES
from models.radio.gate import LEAST_SCORE, detection_of, distinct, seen_again
from models.radio.map_bursts import TypedSpot, duration_s, in_one_piece, of_other_types, on_the_map_alone
from models.radio.measurement import measure_burst
from models.radio.seen import Seen
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import StormJudge, Storms
from models.radio.sure_parts import sure_parts
from models.verdict import Detection

# Drift, speeds and the like cost 1 ms a burst and more, and say nothing of what is none.
MEASURED_FROM = 0.5


def detections(
    prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, file_score: float, types: TypeTrees, storms: StormJudge
) -> tuple[Detection, ...]:
    """The distinct spots with their types, best first; ``scores`` holds (N,) probabilities, ``file_score`` that of any burst.

    Of spots in which the network sees several types each burst is a detection, with the best score of its spots and the network's
    type. What the map has in one piece is one burst, see `in_one_piece`. Those of type I that lie in a storm are the storm's; it
    has a score of its own. No burst is surer than that the file holds any, see `not_surer`, and it is shown as long as it is sure,
    see `sure_parts`. What shows again a better one of its type is left out. What the map alone takes for a burst is shown beside
    them, and what it names within bursts of other types.
    """
    typed = in_one_piece(prepared, seen, _spots_with_types(prepared, seen, scores, types))
    typed = _with_storms(typed, seen.storms, storms.scores(seen.storms))
    lowered = not_surer(np.array([item.score for item in typed]), file_score).tolist()
    parts = [
        (number, part)
        for number, (item, score) in enumerate(zip(typed, lowered, strict=True))
        for part in _sure(prepared, seen, item._replace(score=score))
    ]
    parts.sort(key=lambda item: -item[1].score)
    again = seen_again([part.candidate.blob for _, part in parts])
    shown: list[int] = []
    for place, (burst, part) in enumerate(parts):
        better = [other for other in shown if again[place, other] and parts[other][1].label == part.label]
        if all(parts[other][0] == burst for other in better):
            shown.append(place)
    listed = [parts[place][1] for place in shown]
    listed += on_the_map_alone(prepared, seen, listed, file_score)
    listed += of_other_types(prepared, seen, listed, file_score)
    return tuple(_detection(prepared, item) for item in sorted(listed, key=lambda item: -item.score))


def not_surer(scores: np.ndarray, most: float) -> np.ndarray:
    """Lower probabilities alike, in log odds, until none is above ``most``.

    The best of a file's many spots looks better than it is, which the file's scale knows and that of spots does not; by as much as
    it does the others do.

    Parameters
    ----------
    scores : (N,) ndarray
    most : probability, below 1

    Returns
    -------
    (N,) ndarray; ``scores`` where none is above ``most``
    """
    best = scores.max(initial=0.0)
    if best <= most:
        return scores
    odds, less = scores / (1 - scores), most / (1 - most) * (1 - best) / best
    return np.asarray(np.minimum(odds * less / (1 + odds * less), most))


def _spots_with_types(prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, types: TypeTrees) -> list[TypedSpot]:
    """The distinct spots, cut where the network sees several types in them."""
    kept = distinct(seen.found, scores)
    if not kept:
        return []
    shares = types.shares(seen.table[kept, : len(MEASURES)], seen.said[kept])
    parts = parts_of([seen.found[index].blob for index in kept], seen.evidence)
    in_parts = {spot for part in parts for spot in part.spots}
    typed = [
        TypedSpot(found, float(scores[index]), share, type_of(share, duration_s(prepared, found.blob)))
        for spot, (index, share) in enumerate(zip(kept, shares, strict=True))
        if spot not in in_parts
        for found in [seen.found[index]]
    ]
    for part in parts:
        best = kept[min(part.spots)]
        (found,) = seen.view.measured([part.blob], int(seen.found[best].measures["lasting"]))
        typed.append(TypedSpot(found, float(scores[best]), part.shares, label_of(part.kind, duration_s(prepared, part.blob))))
    return typed


def _with_storms(typed: list[TypedSpot], storms: Storms, scores: np.ndarray) -> list[TypedSpot]:
    """Storms that are hopeful beside the bursts that are not theirs."""
    for candidate, share, score in zip(storms.found, storms.shares, scores.tolist(), strict=True):
        if score >= LEAST_SCORE:
            rest = [item for item in typed if item.label != STORM or not lies_within(item.candidate.blob, candidate.blob)]
            typed = [*rest, TypedSpot(candidate, score, share, STORM)]
    return typed


def _sure(prepared: PreparedSpectrogram, seen: Seen, whole: TypedSpot) -> list[TypedSpot]:
    """A burst without the ends that the map doubts, see `sure_parts`; not of type I, whose storms are judged as a whole."""
    blob, shown = whole.candidate.blob, []
    if whole.label == STORM:
        return [whole]
    for x0, x1, score in sure_parts(blob, whole.score, seen.evidence):
        candidate, label = whole.candidate, whole.label
        if not blob.mask[:, x0 - blob.x0 : x1 - blob.x0].any():  # between two spots that are parts of one burst
            continue
        if (x0, x1) != (blob.x0, blob.x1):
            (candidate,) = seen.view.measured([cut(blob, x0, x1)], int(candidate.measures["lasting"]))
        if label == "IIIg":
            label = label_of(TYPES.index("III"), (x1 - x0) * prepared.bin_s)
        shown.append(TypedSpot(candidate, score, whole.shares, label))
    return shown or [whole]


def _detection(prepared: PreparedSpectrogram, typed: TypedSpot) -> Detection:
    """A spot with its type, and measured if it is likely real."""
    found = detection_of(prepared, typed.candidate, typed.score)
    named = {"type_shares": {kind: round(float(share), 3) for kind, share in zip(TYPES, typed.shares, strict=True)}}
    measured = measure_burst(prepared, found.box, typed.label) if found.box and typed.score >= MEASURED_FROM else {}
    return replace(found, label=typed.label, attributes={**found.attributes, **named, **measured})
