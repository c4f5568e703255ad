"""What one real file shows, added to another."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from labelled_examples import quietly
from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.radio.burst_learning.sets import LONGEST, TRANSPLANTS, VARIANTS, real_set
from models.radio.burst_learning.transplants import transplant
from models.radio.burst_planes import LAYERS
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare

LATER = timedelta(days=3, seconds=7)
BAND = np.linspace(40, 400, 200)


def made(name: str, *strokes: int, frequency_mhz: np.ndarray = BAND, later: timedelta = timedelta()) -> LabelledSpectrogram:
    """A file with strokes of type III, each in its box."""
    digits, start = quiet_digits(seed=len(name)), START + later
    for second in strokes:
        add_type_three(digits, second, 8)
    low, high = float(frequency_mhz[0]), float(frequency_mhz[-1])
    boxes = tuple(
        BurstBox("III", start + timedelta(seconds=second - 5), start + timedelta(seconds=second + 20), low, high, "sure")
        for second in strokes
    )
    prepared = prepare(spectrogram(digits, frequency_mhz=frequency_mhz))
    prepared = replace(prepared, t_start=prepared.t_start + later, t_end=prepared.t_end + later)
    return LabelledSpectrogram(name, prepared, "burst" if strokes else "quiet", "sure", "2024-05-14", boxes)


def columns(truth: np.ndarray, layer: str = "burst") -> set[int]:
    """Cells of the map, of four seconds, that hold a burst."""
    return set(np.flatnonzero((truth[LAYERS.index(layer)] == 1).any(axis=0)).tolist())


def test_the_burst_of_the_donor_is_in_the_planes_and_in_the_truth_at_its_second_of_the_file() -> None:
    quiet, donor = made("quiet"), made("donor", 300, later=LATER)
    alone, silent = transplant(quiet, [quiet], 8)
    planes, truth = transplant(quiet, [donor], 8)
    assert not columns(silent) and columns(truth) and columns(truth) == columns(truth, "III")
    assert columns(truth) <= set(range(73, 83))  # 292 to 332 s
    gained = planes[0].mean(axis=0) - alone[0].mean(axis=0)
    assert 295 <= int(gained[:900].argmax()) <= 320 and planes.dtype == np.float32 and truth.dtype == np.int8


def test_bursts_of_both_files_are_there_and_the_same_is_drawn_again() -> None:
    first, donor = made("first", 600), made("donor", 300)
    planes, truth = transplant(first, [donor], 9)
    again = transplant(first, [donor], 9)
    assert np.array_equal(planes, again[0]) and np.array_equal(truth, again[1])
    assert any(70 <= place <= 85 for place in columns(truth)) and any(145 <= place <= 160 for place in columns(truth))


def test_a_donor_of_another_band_one_that_does_not_count_and_the_file_itself_are_not_taken() -> None:
    quiet = made("quiet")
    far, unsure = made("far", 300, frequency_mhz=np.linspace(600, 900, 200)), replace(made("unsure", 300), confidence="unsure")
    alone = transplant(quiet, [quiet], 10)
    for donor in (far, unsure, replace(made("other", 300), name="quiet")):
        planes, truth = transplant(quiet, [donor], 10)
        assert np.array_equal(planes, alone[0]) and np.array_equal(truth, alone[1]), donor.name


def test_donors_are_of_the_same_fold() -> None:
    files = [made("quiet"), made("loud one", 300), made("silent")]
    each = VARIANTS + LONGEST * TRANSPLANTS

    def bursts(fold: list[int]) -> set[int]:
        truth = real_set(files, np.array(fold), quietly).truth[VARIANTS:each]
        return {place for cells in truth for place in columns(cells)}

    assert not bursts([0, 1, 0]) and bursts([0, 0, 1])
