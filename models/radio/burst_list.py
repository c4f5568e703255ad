"""The bursts of a file as they are listed: spots with a type, cut apart, cut to what is sure, none twice."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from models.radio.blobs import Blob, cut
from models.radio.burst_evidence import EVIDENCE, evidence_table
from models.radio.burst_parts import parts_of
from models.radio.burst_planes import CELL_SECONDS, TYPES
from models.radio.burst_types import TypeTrees, label_of, type_of
from models.radio.candidates import MEASURES, Candidate
from models.radio.gate import LEAST_SCORE, detection_of, distinct, seen_again
from models.radio.map_spots import map_spots
from models.radio.measurement import measure_burst
from models.radio.seen import Seen
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import StormJudge, Storms, lies_within
from models.radio.sure_parts import sure_parts
from models.verdict import Detection

# Drift, speeds and the like cost 1 ms a burst and more, and say nothing of what is none.
MEASURED_FROM = 0.5
# Where the map alone sees a burst, and nothing is listed: 83 of 187 real ones are bursts (left out by day).
ON_THE_MAP = 0.4
# Of so many cells, a spot's worth, a type that the map names within bursts of other types is a burst of its own.
LEAST_CELLS = 8


class _Typed(NamedTuple):
    """A spot, a part of one, or a storm, before it is measured."""

    candidate: Candidate
    score: float
    shares: np.ndarray
    label: str


def detections(
    prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, file_score: float, types: TypeTrees, storms: StormJudge
) -> tuple[Detection, ...]:
    """The distinct spots with their types, best first; ``scores`` holds (N,) probabilities, ``file_score`` that of any burst.

    Of spots in which the network sees several types each burst is a detection, with the best score of its spots and the network's
    type. Those of type I that lie in a storm are the storm's; it has a score of its own. No burst is surer than that the file holds
    any, see `not_surer`, and it is shown as long as it is sure, see `sure_parts`. What shows again a better one of its type is left
    out. What the map alone takes for a burst is shown beside them, and what it names within bursts of other types.
    """
    typed = _with_storms(_spots_with_types(prepared, seen, scores, types), seen.storms, storms.scores(seen.storms))
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
    listed += _on_the_map_alone(prepared, seen, listed, file_score)
    listed += _of_other_types(prepared, seen, listed, file_score)
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


def _spots_with_types(prepared: PreparedSpectrogram, seen: Seen, scores: np.ndarray, types: TypeTrees) -> list[_Typed]:
    """The distinct spots, cut where the network sees several types in them."""
    kept = distinct(seen.found, scores)
    if not kept:
        return []
    shares = types.shares(seen.table[kept, : len(MEASURES)], seen.said[kept])
    parts = parts_of([seen.found[index].blob for index in kept], seen.evidence)
    in_parts = {spot for part in parts for spot in part.spots}
    typed = [
        _Typed(found, float(scores[index]), share, type_of(share, _duration_s(prepared, found.blob)))
        for spot, (index, share) in enumerate(zip(kept, shares, strict=True))
        if spot not in in_parts
        for found in [seen.found[index]]
    ]
    for part in parts:
        best = kept[min(part.spots)]
        (found,) = seen.view.measured([part.blob], int(seen.found[best].measures["lasting"]))
        typed.append(_Typed(found, float(scores[best]), part.shares, label_of(part.kind, _duration_s(prepared, part.blob))))
    return typed


def _with_storms(typed: list[_Typed], storms: Storms, scores: np.ndarray) -> list[_Typed]:
    """Storms that are hopeful beside the bursts that are not theirs."""
    for candidate, share, score in zip(storms.found, storms.shares, scores.tolist(), strict=True):
        if score >= LEAST_SCORE:
            rest = [item for item in typed if item.label != STORM or not lies_within(item.candidate.blob, candidate.blob)]
            typed = [*rest, _Typed(candidate, score, share, STORM)]
    return typed


def _on_the_map_alone(prepared: PreparedSpectrogram, seen: Seen, listed: list[_Typed], file_score: float) -> list[_Typed]:
    """What the map takes for bursts where nothing is listed: it stands out in no channel, but in many together."""
    blobs = map_spots(seen.evidence.log_odds > 0, seen.evidence, prepared.n_bins)
    again = seen_again([*(item.candidate.blob for item in listed), *blobs])[len(listed) :, : len(listed)]
    found = seen.view.measured([blob for blob, known in zip(blobs, again, strict=True) if not known.any()], lasting=1)
    shares = evidence_table(found, seen.evidence)[:, len(EVIDENCE) :]
    return [
        _Typed(candidate, min(ON_THE_MAP, file_score), share, type_of(share, _duration_s(prepared, candidate.blob)))
        for candidate, share in zip(found, shares, strict=True)
    ]


def _of_other_types(prepared: PreparedSpectrogram, seen: Seen, listed: list[_Typed], file_score: float) -> list[_Typed]:
    """What the map names where bursts of other types alone are listed: strokes in a continuum, a continuum behind strokes."""
    boxes = np.array([item.candidate.blob.box for item in listed]).reshape(-1, 4)
    labels = np.array([item.label.removesuffix("g") for item in listed])
    likely = seen.evidence.log_odds > 0
    new = []
    for kind, name in enumerate(TYPES):
        cells = likely & (seen.evidence.shares[kind] > 0.5 / (1 + np.exp(-seen.evidence.log_odds)))
        x0, y0, x1, y1 = boxes[labels == name].T
        for blob in map_spots(cells, seen.evidence, prepared.n_bins):
            known = (x0 < blob.x1) & (x1 > blob.x0) & (y0 < blob.y1) & (y1 > blob.y0)
            rows = slice(seen.evidence.row[blob.y0], seen.evidence.row[blob.y1 - 1] + 1)
            count = np.count_nonzero(cells[rows, blob.x0 // CELL_SECONDS : -(-blob.x1 // CELL_SECONDS)])
            if not known.any() and count >= LEAST_CELLS:
                (candidate,) = seen.view.measured([blob], lasting=1)
                (share,) = evidence_table([candidate], seen.evidence)[:, len(EVIDENCE) :]
                label = label_of(kind, _duration_s(prepared, blob))
                new.append(_Typed(candidate, min(ON_THE_MAP, file_score), share, label))
    return new


def _sure(prepared: PreparedSpectrogram, seen: Seen, whole: _Typed) -> list[_Typed]:
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
        shown.append(_Typed(candidate, score, whole.shares, label))
    return shown or [whole]


def _duration_s(prepared: PreparedSpectrogram, blob: Blob) -> float:
    return (blob.x1 - blob.x0) * prepared.bin_s


def _detection(prepared: PreparedSpectrogram, typed: _Typed) -> Detection:
    """A spot with its type, and measured if it is likely real."""
    found = detection_of(prepared, typed.candidate, typed.score)
    named = {"type_shares": {kind: round(float(share), 3) for kind, share in zip(TYPES, typed.shares, strict=True)}}
    measured = measure_burst(prepared, found.box, typed.label) if found.box and typed.score >= MEASURED_FROM else {}
    return replace(found, label=typed.label, attributes={**found.attributes, **named, **measured})
