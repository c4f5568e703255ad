"""A spot in which the network's map shows bursts of several types."""

import numpy as np

from models.radio.blobs import Blob
from models.radio.burst import RadioBurst
from models.radio.burst_evidence import Evidence
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_parts import LEAST_PIXELS, parts_of
from models.radio.burst_planes import CELL_SECONDS, MAP_COLUMNS, MAP_ROWS, TYPES

CHANNELS = 64  # four a cell


def evidence(kinds: dict[str, tuple[slice, slice]], rest: str = "III", *, above: bool = False) -> Evidence:
    """A map that is sure of ``rest`` everywhere but in the cells of ``kinds``, or there too if they are ``above`` it."""
    there = np.zeros((len(TYPES), MAP_ROWS, MAP_COLUMNS), dtype=bool)
    there[TYPES.index(rest)] = True
    for name, place in kinds.items():
        if not above:
            there[:, *place] = False
        there[TYPES.index(name), *place] = True
    shares = np.where(there, 0.7, 0.05).astype(np.float32)
    named = np.packbits(there, axis=0, bitorder="little")[0]
    return Evidence(np.ones((MAP_ROWS, MAP_COLUMNS), np.float32), shares, named, np.arange(CHANNELS) // 4)


def blob(x0: int, y0: int, x1: int, y1: int) -> Blob:
    return Blob(x0, y0, x1, y1, np.ones((y1 - y0, x1 - x0), dtype=bool))


def test_a_type_five_behind_its_group_is_a_part_of_its_own() -> None:
    seen = evidence({"V": (slice(None), slice(30, None))})
    strokes, tail = parts_of([blob(100, 8, 180, 40)], seen)
    assert strokes.blob.box == (100, 8, 30 * CELL_SECONDS, 40) and TYPES[strokes.kind] == "III"
    assert tail.blob.box == (30 * CELL_SECONDS, 8, 180, 40) and TYPES[tail.kind] == "V"
    assert np.isclose(tail.shares.sum(), 1) and np.isclose(tail.shares.max(), 0.7 / 0.9)


def test_a_lane_within_a_continuum_and_the_whole_continuum_are_parts_that_share_pixels() -> None:
    lane, continuum = parts_of([blob(100, 0, 300, 64)], evidence({"II": (slice(4, 7), slice(30, 60))}, "IV", above=True))
    assert lane.blob.box == (30 * CELL_SECONDS, 16, 60 * CELL_SECONDS, 28) and TYPES[lane.kind] == "II"
    assert continuum.blob.box == (100, 0, 300, 64) and TYPES[continuum.kind] == "IV" and continuum.blob.mask.all()


def test_a_spot_of_one_type_has_no_parts_nor_has_one_with_a_ragged_edge() -> None:
    assert parts_of([blob(100, 8, 180, 40)], evidence({})) == []
    edge = evidence({"V": (slice(0, 3), slice(25, 26))})  # 16 pixels of the spot
    assert 4 * CELL_SECONDS < LEAST_PIXELS and parts_of([blob(100, 8, 180, 40)], edge) == []


def test_strokes_apart_from_each_other_are_parts_of_their_own_and_only_pixels_of_the_spot_count() -> None:
    strokes = evidence({"III": (slice(None), slice(30, 32)), "IV": (slice(None), slice(32, 38))}, "IV")
    strokes.named[:, 38:40] = 1 << TYPES.index("III")
    spot = blob(100, 0, 180, 64)
    spot.mask[:, 56:] = False
    found = [(TYPES[part.kind], part.blob.box) for part in parts_of([spot], strokes)]
    assert found == [("III", (120, 0, 128, 64)), ("III", (152, 0, 156, 64)), ("IV", (100, 0, 120, 64)), ("IV", (128, 0, 152, 64))]


def test_a_burst_seen_in_two_spots_is_one_part_and_spots_of_one_type_beside_them_are_left_alone() -> None:
    seen = evidence({"V": (slice(8, None), slice(None))})
    spots = [blob(100, 16, 140, 64), blob(150, 16, 180, 64), blob(200, 0, 240, 30)]
    strokes, tail = parts_of(spots, seen)
    assert (strokes.blob.box, tail.blob.box) == ((100, 16, 180, 32), (100, 32, 180, 64))
    assert strokes.spots == tail.spots == (0, 1) and not tail.blob.mask[:, 40:50].any() and tail.blob.mask[:, :40].all()


def test_where_no_burst_is_likely_nothing_is_cut() -> None:
    seen = evidence({"V": (slice(None), slice(30, None))})
    seen.log_odds[:] = -1
    assert parts_of([blob(100, 8, 180, 40)], seen) == []


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
