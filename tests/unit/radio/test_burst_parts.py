"""A spot in which the network's map shows bursts of several types."""

import numpy as np

from models.radio.blobs import Blob
from models.radio.burst import RadioBurst
from models.radio.burst_evidence import Evidence
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_parts import LEAST_PIXELS, parts_of
from models.radio.burst_planes import CELL_SECONDS, MAP_COLUMNS, MAP_ROWS
from models.radio.burst_types import TYPES

CHANNELS = 64  # four a cell


def evidence(kinds: dict[str, tuple[slice, slice]], rest: str = "III") -> Evidence:
    """A map that is sure of ``rest`` everywhere but in the cells of ``kinds``, later ones over earlier ones."""
    kind = np.full((MAP_ROWS, MAP_COLUMNS), TYPES.index(rest), dtype=np.int8)
    for name, place in kinds.items():
        kind[place] = TYPES.index(name)
    shares = np.stack([np.where(kind == place, 0.7, 0.05) for place in range(len(TYPES))]).astype(np.float32)
    return Evidence(np.zeros_like(kind, dtype=np.float32), shares, kind, np.arange(CHANNELS) // 4)


def blob(x0: int, y0: int, x1: int, y1: int) -> Blob:
    return Blob(x0, y0, x1, y1, np.ones((y1 - y0, x1 - x0), dtype=bool))


def test_a_type_five_behind_its_group_is_a_part_of_its_own() -> None:
    seen = evidence({"V": (slice(None), slice(30, None))})
    strokes, tail = parts_of(blob(100, 8, 180, 40), seen)
    assert strokes.blob.box == (100, 8, 30 * CELL_SECONDS, 40) and TYPES[int(strokes.shares.argmax())] == "III"
    assert tail.blob.box == (30 * CELL_SECONDS, 8, 180, 40) and TYPES[int(tail.shares.argmax())] == "V"
    assert np.isclose(tail.shares.sum(), 1) and np.isclose(tail.shares.max(), 0.7 / 0.9)


def test_a_spot_of_one_type_has_no_parts_nor_has_one_with_a_ragged_edge() -> None:
    assert parts_of(blob(100, 8, 180, 40), evidence({})) == []
    edge = evidence({"V": (slice(0, 3), slice(25, 26))})  # 16 pixels of the spot
    assert 4 * CELL_SECONDS < LEAST_PIXELS and parts_of(blob(100, 8, 180, 40), edge) == []


def test_strokes_and_lanes_are_never_taken_apart() -> None:
    patches = evidence({"II": (slice(0, 6), slice(None))})
    assert parts_of(blob(100, 0, 180, 48), patches) == []
    (all_strokes, continuum) = parts_of(
        blob(100, 0, 180, 48), evidence({"II": (slice(0, 3), slice(None)), "IV": (slice(None), slice(35, None))})
    )
    assert all_strokes.blob.box == (100, 0, 140, 48) and continuum.blob.box == (140, 0, 180, 48)


def test_of_scattered_pixels_the_largest_connected_ones_count_and_only_those_of_the_spot() -> None:
    scattered = evidence({"V": (slice(None), slice(35, 41)), "IV": (slice(None), slice(37, 38))}, rest="III")
    spot = blob(100, 0, 180, 64)
    spot.mask[:, 76:] = False
    kinds = [TYPES[int(part.shares.argmax())] for part in parts_of(spot, scattered)]
    boxes = [part.blob.box for part in parts_of(spot, scattered)]
    assert kinds == ["III", "V"] and boxes == [(100, 0, 140, 64), (152, 0, 164, 64)]
    assert [int(part.mask.sum()) for part in (item.blob for item in parts_of(spot, scattered))] == [40 * 64, 12 * 64]


def test_no_detection_shows_again_what_a_better_one_of_its_type_shows() -> None:
    model = RadioBurst()
    for number in range(12):
        (verdict,) = model.judge([draw_scene(55, number).prepared])
        boxes = [(found.label, found.box) for found in verdict.detections]
        assert len(set(boxes)) == len(boxes)
        for place, (label, box) in enumerate(boxes):
            for other_label, other in boxes[:place]:
                assert not (label == other_label and box and other and within(box, other) > 0.85), (number, box, other)


def within(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Share of ``box`` that lies within ``other``."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    return max(width, 0) * max(height, 0) / ((box[2] - box[0]) * (box[3] - box[1]))
