from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.radio.blobs import Blob
from models.radio.evaluation import Judged, figures, quiet_here_alone
from models.radio.gate import RadioGate
from models.radio.gate_training import fold_of_day, quiet_quantile, train
from models.radio.labelled import BurstBox, LabelledSpectrogram, blob_labels, marked_elsewhere, minute_truth
from models.radio.prepare import prepare
from models.weights_file import read_card, sha256

SECOND = 300.0
HOUR = timedelta(hours=1)


def box(start: float, end: float, confidence: str = "sure") -> BurstBox:
    return BurstBox("III", START + timedelta(seconds=start), START + timedelta(seconds=end), 85.0, 345.0, confidence)


def example(number: int, *boxes: BurstBox, label: str = "burst", confidence: str = "sure") -> LabelledSpectrogram:
    digits = quiet_digits(60, 2400, seed=number)
    generator = np.random.default_rng(number)
    for _ in range(12):  # patches of interference for the trees to tell from bursts
        row, column = int(generator.integers(0, 50)), int(generator.integers(0, 2300))
        digits[row : row + 7, column : column + 60] += generator.uniform(2, 20)
    if label == "burst":
        add_type_three(digits, SECOND, 8, 6, 45)
    day = f"2024-05-{10 + number % 6}"
    return LabelledSpectrogram(f"{number}.fit.gz", prepare(spectrogram(digits)), label, confidence, day, tuple(boxes))


def blob(x0: int, x1: int, y0: int = 10, y1: int = 40) -> Blob:
    return Blob(x0, y0, x1, y1, np.ones((y1 - y0, x1 - x0), dtype=bool))


def test_spots_are_bursts_by_where_people_drew_them() -> None:
    drawn = example(0, box(100, 130), box(400, 430, "unsure"))
    spots = [blob(102, 128), blob(300, 330), blob(405, 425), blob(60, 110, 0, 60)]
    assert blob_labels(drawn, spots).tolist() == [1, 0, -1, -1]
    assert blob_labels(example(0, box(100, 130), confidence="unsure"), spots).tolist() == [-1] * 4


def test_minutes_are_true_where_a_box_fills_five_seconds() -> None:
    truth = minute_truth(example(0, box(50, 66), box(178, 182), box(300, 330, "unsure")))
    # Minutes 2, 3 are touched by less than five seconds, minute 5 by an unsure box alone.
    assert truth == [(0, 60, True), (60, 120, True), (240, 300, False), (360, 420, False), (420, 480, False), (480, 540, False),
                     (540, 600, False)]  # fmt: skip


def test_files_of_a_day_are_never_in_two_folds() -> None:
    fold = fold_of_day(["a"] * 9 + ["b"] * 3 + ["c"] * 3 + list("defgh"))
    assert set(fold) == set("abcdefgh") and len(set(fold.values())) == 6


def test_the_threshold_is_what_as_many_quiet_files_reach_as_may_raise_an_alarm() -> None:
    quiet, burst, unsure = example(0, label="quiet"), example(1), example(2, label="quiet", confidence="unsure")
    judged = [Judged(quiet, number / 100, ()) for number in range(101)]
    judged += [Judged(burst, 0.999, ()), Judged(unsure, 0.999, ())] * 50
    assert quiet_quantile(judged) == 0.9 and quiet_quantile(judged, 0.05) == 0.95


def test_perfect_verdicts_have_perfect_figures() -> None:
    judged = [
        Judged(example(1, box(295, 325)), 1.0, ((290.0, 330.0, 1.0),)),
        Judged(example(2, label="quiet"), 0.0, ()),
        Judged(example(3, label="odd"), 0.5, ()),
    ]
    found = figures(judged, 0.5)
    assert (found["files"], found["file_auc"], found["file_ap"], found["minute_auc"]) == (2, 1, 1, 1)
    assert (found["recall"], found["false_alarms"], found["file_brier"], found["minute_false_alarms_at_recall_0.8"]) == (1, 0, 0, 0)


def at(station: str, file: LabelledSpectrogram) -> LabelledSpectrogram:
    return replace(file, prepared=replace(file.prepared, station=station))


def test_minutes_that_are_quiet_at_one_station_alone_are_left_out_of_the_figures_in_which_stations_agree() -> None:
    here = example(0, box(50, 66))
    assert quiet_here_alone(here, [here]) == [False] * 10, "what is drawn here is no other's"
    there = at("OOTY", example(1, box(62, 100), box(185, 190), box(243, 247), box(300, 330, "unsure")))
    # Minute 2 is a burst's here as well, minute 5 is touched by less than five seconds, minute 6 by an unsure box alone.
    assert np.flatnonzero(quiet_here_alone(here, [here, there])).tolist() == [3]
    for low_mhz, high_mhz in ((446.0, 800.0), (20.0, 44.0)):
        unheard = tuple(replace(one, frequency_low_mhz=low_mhz, frequency_high_mhz=high_mhz) for one in there.boxes)
        assert marked_elsewhere(here, [replace(there, boxes=unheard)]) == []
    later = tuple(replace(one, t_end=one.t_end + HOUR, t_start=one.t_start + HOUR) for one in there.boxes)
    earlier = tuple(replace(one, t_end=one.t_end - HOUR, t_start=one.t_start - HOUR) for one in there.boxes)
    assert marked_elsewhere(here, [replace(there, boxes=later + earlier), at("BIR", there)]) == []
    assert marked_elsewhere(here, [here, there]) == list(there.boxes[:3])

    alarms = ((50.0, 66.0, 1.0), (186.0, 189.0, 1.0))
    judged = [Judged(here, 1.0, alarms), Judged(there, 1.0, ((62.0, 100.0, 1.0), (185.0, 190.0, 1.0))), Judged(quiet(), 0.0, ())]
    found = figures(judged, 0.5)
    assert found["minute_auc"] < 1 == found["minute_auc_agreed"]
    assert found["minutes"] - found["minutes_agreed"] == 4, "the one above, the first minute there, two of the quiet file"
    assert found["minute_false_alarms_agreed"] == 0 < found["minute_false_alarms_at_recall_0.8"]


def quiet() -> LabelledSpectrogram:
    return replace(example(2, label="quiet"), day="2024-06-01")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("weights")
    files = [example(n, box(SECOND - 5, SECOND + 15)) if n % 4 < 2 else example(n, label="quiet") for n in range(24)]
    return folder, train(files, folder, "nightshift train radio-gate DATA", "made up")


def test_training_writes_weights_that_the_gate_loads_and_a_card_of_them(trained: tuple[Path, dict[str, float]]) -> None:
    folder, found = trained
    card = read_card("radio-gate", folder)
    assert card["sha256"] == sha256("radio-gate.safetensors", folder) and card["data"] == "made up"
    assert card["threshold"] == pytest.approx(RadioGate("cpu", folder).threshold)
    assert f"{found['file_auc']:.3f}" in (folder / "radio-gate.md").read_text(encoding="utf-8")


def test_training_tells_bursts_from_interference_on_days_it_has_not_seen(trained: tuple[Path, dict[str, float]]) -> None:
    assert trained[1]["file_auc"] > 0.95
