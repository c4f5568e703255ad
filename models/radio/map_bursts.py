"""Bursts as the network's map has them: in one piece, and those that no spot shows."""

from typing import NamedTuple

import numpy as np

from models.radio.blobs import Blob, lies_within, shared_of_union
from models.radio.burst_evidence import EVIDENCE, evidence_table
from models.radio.burst_planes import CELL_SECONDS, TYPES
from models.radio.burst_types import label_of, type_of
from models.radio.candidates import Candidate
from models.radio.gate import seen_again
from models.radio.map_spots import map_spots
from models.radio.seen import Seen
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram

# A spot whose box shares this much of its union with that of the map, or that lasts longer, is the burst: it is drawn finer than
# the map, and its doubtful ends are known.
SAME = 0.7
# Where the map alone sees a burst, and nothing is listed: 83 of 187 real ones are bursts (left out by day).
ON_THE_MAP = 0.4
# Of so many cells, a spot's worth, a type that the map names within bursts of other types is a burst of its own.
LEAST_CELLS = 8


class TypedSpot(NamedTuple):
    """A spot, a part of one, a patch of the map or a storm, before it is measured.

    Attributes
    ----------
    candidate : box, pixels and measures
    score : probability of a burst
    shares : (5,) ndarray, share of each of `TYPES`
    label : type
    """

    candidate: Candidate
    score: float
    shares: np.ndarray
    label: str


def in_one_piece(prepared: PreparedSpectrogram, seen: Seen, typed: list[TypedSpot]) -> list[TypedSpot]:
    """Each burst as one, as surely as the surest of the spots of its type in it, where the map names the type throughout.

    What lasts becomes the quiet level of its file, and only what rises above it, now and then, is a spot. Strokes of a group of
    type III stay beside it, each with its drift; noise storms are judged on their own.
    """
    for kind, name in enumerate(TYPES):
        if name == STORM:
            continue
        named = (seen.evidence.log_odds > 0) & (seen.evidence.named >> kind & 1 == 1)
        for blob in map_spots(named, seen.evidence, prepared.n_bins):
            pieces = [item for item in typed if item.label.removesuffix("g") == name and lies_within(item.candidate.blob, blob)]
            if not pieces:
                continue
            whole = max((item for item in pieces if _is_the_burst(item.candidate.blob, blob)), key=_score, default=None)
            whole = whole or _patch(prepared, seen, blob, kind, 0.0)
            gone = [item for item in pieces if item.label == whole.label]
            typed = [item for item in typed if not any(item is piece for piece in gone)]
            typed.append(whole._replace(score=max(map(_score, pieces))))
    return typed


def on_the_map_alone(prepared: PreparedSpectrogram, seen: Seen, listed: list[TypedSpot], file_score: float) -> list[TypedSpot]:
    """What the map takes for bursts where nothing is listed: it stands out in no channel, but in many together."""
    blobs = map_spots(seen.evidence.log_odds > 0, seen.evidence, prepared.n_bins)
    again = seen_again([*(item.candidate.blob for item in listed), *blobs])[len(listed) :, : len(listed)]
    fresh = [blob for blob, known in zip(blobs, again, strict=True) if not known.any()]
    return [_patch(prepared, seen, blob, None, min(ON_THE_MAP, file_score)) for blob in fresh]


def of_other_types(prepared: PreparedSpectrogram, seen: Seen, listed: list[TypedSpot], file_score: float) -> list[TypedSpot]:
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
                new.append(_patch(prepared, seen, blob, kind, min(ON_THE_MAP, file_score)))
    return new


def duration_s(prepared: PreparedSpectrogram, blob: Blob) -> float:
    """How long a spot lasts."""
    return (blob.x1 - blob.x0) * prepared.bin_s


def _is_the_burst(spot: Blob, patch: Blob) -> bool:
    """Whether a spot is the burst that the map has, or more."""
    return spot.x1 - spot.x0 >= patch.x1 - patch.x0 or shared_of_union(spot.box, patch.box) >= SAME


def _patch(prepared: PreparedSpectrogram, seen: Seen, blob: Blob, kind: int | None, score: float) -> TypedSpot:
    """A spot of the map as a burst of a type, an index into `TYPES`, or of the one that it has most of."""
    (candidate,) = seen.view.measured([blob], lasting=1)
    (shares,) = evidence_table([candidate], seen.evidence)[:, len(EVIDENCE) :]
    lasts = duration_s(prepared, blob)
    return TypedSpot(candidate, score, shares, type_of(shares, lasts) if kind is None else label_of(kind, lasts))


def _score(item: TypedSpot) -> float:
    return item.score
