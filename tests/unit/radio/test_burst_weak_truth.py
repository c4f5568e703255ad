from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.radio.burst_learning.weak_truth import box_truth, variant
from models.radio.burst_planes import DOUBTFUL, LAYERS, MAP_COLUMNS, planes_of
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare

THREE, FOUR = LAYERS.index("III"), LAYERS.index("IV")


def example(kind: str = "III", confidence: str = "sure", certainty: str = "sure") -> LabelledSpectrogram:
    digits = quiet_digits()
    add_type_three(digits, 300, 6)
    box = BurstBox(kind, START + timedelta(seconds=295), START + timedelta(seconds=320), 85, 350, confidence)
    return LabelledSpectrogram("made.fit", prepare(spectrogram(digits)), "burst", certainty, "2024-05-14", (box,))


def truth_of(made: LabelledSpectrogram) -> np.ndarray:
    return box_truth(made, planes_of(made.prepared))


def test_bright_cells_of_a_box_have_its_type_the_rest_of_it_is_doubtful_and_all_else_quiet() -> None:
    truth = truth_of(example())
    assert set(np.unique(truth[0, :, 72:82])) == set(np.unique(truth[THREE, :, 72:82])) == {DOUBTFUL, 0, 1}
    assert (truth[0] == 1).sum() > 8 and np.array_equal(truth[0] == 1, truth[THREE] == 1)
    assert not truth[[layer for layer in range(1, len(LAYERS)) if layer != THREE], :, :225].any()
    assert not truth[:, :, :70].any() and not truth[:, :, 84:220].any()


def test_padding_is_doubtful() -> None:
    assert (truth_of(example())[:, :, 225:MAP_COLUMNS] == DOUBTFUL).all()


def test_groups_are_type_three_and_other_bursts_have_no_type() -> None:
    assert (truth_of(example("IIIg"))[THREE] == 1).any()
    other = truth_of(example("other"))
    assert (other[0] == 1).any() and (other[1:, other[0] == 1] == DOUBTFUL).all() and not (other[1:] == 1).any()


def test_a_continuum_is_doubtful_where_a_stroke_within_it_is_bright() -> None:
    made = example()
    around = BurstBox("IV", START + timedelta(seconds=100), START + timedelta(seconds=700), 60, 450, "sure")
    truth = truth_of(replace(made, boxes=(*made.boxes, around)))
    stroke = truth[THREE] == 1
    assert stroke.any() and (truth[FOUR][stroke] == DOUBTFUL).all() and (truth[FOUR] == 1).any() and (truth[0][stroke] == 1).all()


def test_a_storm_is_truth_between_its_grains_and_between_strokes_nobody_knows() -> None:
    digits = quiet_digits()
    for second in (300, 340):
        add_type_three(digits, second, 6)
    prepared = prepare(spectrogram(digits))
    between = {}
    for kind in ("I", "III"):
        box = BurstBox(kind, START + timedelta(seconds=295), START + timedelta(seconds=360), 85, 350, "sure")
        truth = truth_of(LabelledSpectrogram("made.fit", prepared, "burst", "sure", "2024-05-14", (box,)))
        between[kind] = truth[[0, LAYERS.index(kind)], 6, 79:84]  # 316 to 336 s, in the middle of the band
    assert (between["I"] == 1).all() and (between["III"] == DOUBTFUL).all()


@pytest.mark.parametrize("made", [example(confidence="unsure"), example(certainty="unsure")])
def test_what_the_reader_was_not_sure_of_teaches_nothing(made: LabelledSpectrogram) -> None:
    assert not (truth_of(made) > 0).any()


def test_a_variant_is_the_same_each_time_and_some_have_more_bursts() -> None:
    made = example()
    planes, truth = variant(made, 3)
    again = variant(made, 3)
    assert np.array_equal(planes, again[0]) and np.array_equal(truth, again[1])
    more = [(variant(made, number)[1][0] > 0).sum() for number in range(1, 8)]
    assert max(more) > 2 * (variant(made, 0)[1][0] > 0).sum()
