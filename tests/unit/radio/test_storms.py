"""Noise storms: where the map proposes them, and what tells them from carriers."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from labelled_examples import example
from spectrograms import START, quiet_digits, spectrogram

from models.radio.blobs import Blob, lies_within, shared_of_union
from models.radio.burst import RadioBurst
from models.radio.burst_evidence import Evidence
from models.radio.burst_learning.storm_training import LabelledStorms, fit_storms
from models.radio.burst_planes import CELL_SECONDS, MAP_COLUMNS, MAP_ROWS, TYPES
from models.radio.candidates import Candidate, View, view_of
from models.radio.labelled import BurstBox
from models.radio.map_spots import BRIDGE, bridged
from models.radio.prepare import prepare
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import COLUMNS, GAP, LEAST_CELLS, StormJudge, Storms, alike, storms_of
from models.simulate.bursts import SolarBurst, draw_burst
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import simulate_spectrogram

CHANNELS = 64  # four a cell
STEP_S = 0.25


@pytest.fixture(scope="module")
def view() -> View:
    return view_of(prepare(spectrogram(quiet_digits(CHANNELS))))


def evidence(*places: tuple[slice, slice], kind: str = STORM) -> Evidence:
    """A map that is sure of type I, or another, in some cells and of nothing elsewhere."""
    shares = np.full((len(TYPES), MAP_ROWS, MAP_COLUMNS), 0.02, dtype=np.float32)
    for place in places:
        shares[TYPES.index(kind), *place] = 0.9
    return Evidence(
        np.zeros((MAP_ROWS, MAP_COLUMNS), np.float32), shares, np.zeros((MAP_ROWS, MAP_COLUMNS), np.uint8), np.arange(64) // 4
    )


def boxes(storms: Storms) -> list[tuple[int, int, int, int]]:
    return [item.blob.box for item in storms.found]


def test_only_what_lies_between_cells_that_are_near_is_bridged() -> None:
    cells = np.zeros((2, 60), dtype=bool)
    cells[0, [3, 3 + BRIDGE, 50]] = True
    expected = np.zeros_like(cells)
    expected[0, 3 : 4 + BRIDGE] = expected[0, 50] = True
    assert np.array_equal(bridged(cells), expected)
    assert bridged(cells, BRIDGE - 1).sum() == 3


def test_grains_with_gaps_are_one_storm_from_the_first_to_the_last(view: View) -> None:
    grains = [(slice(4, 9), slice(start, start + 5)) for start in range(10, 200, 5 + GAP - 1)]
    (box,) = boxes(storms_of(view, evidence(*grains)))
    assert box[0] == 10 * CELL_SECONDS and box[2] >= 180 * CELL_SECONDS and box[1::2] == (16, 36)


def test_grains_that_are_far_apart_and_bursts_of_other_types_are_no_storm(view: View) -> None:
    apart = [(slice(4, 9), slice(start, start + 5)) for start in range(0, 200, 5 + GAP)]
    assert boxes(storms_of(view, evidence(*apart))) == []
    long = (slice(4, 9), slice(0, LEAST_CELLS))
    assert boxes(storms_of(view, evidence(long, kind="IV"))) == [] and len(boxes(storms_of(view, evidence(long)))) == 1
    assert boxes(storms_of(view, evidence((slice(4, 9), slice(0, LEAST_CELLS - 1))))) == []


def test_a_storm_ends_where_the_file_does(view: View) -> None:
    (box,) = boxes(storms_of(view, evidence((slice(4, 9), slice(100, MAP_COLUMNS)))))
    assert box[2] == view.scene.z.shape[1] == 900
    assert len(storms_of(view, evidence()).table) == 0
    short, beyond = (slice(4, 9), slice(180, 201)), (slice(4, 9), slice(225, MAP_COLUMNS))
    assert boxes(storms_of(view, evidence(short, beyond))) == [], "nothing beyond the file makes one longer"


def test_channels_that_share_grains_are_alike_and_those_with_carriers_of_their_own_are_not() -> None:
    rng = np.random.default_rng(3)
    noise, grains, carriers = (rng.normal(size=(60, 900)).astype(np.float32) for _ in range(3))
    for second in range(5, 890, 7):
        first = int(rng.integers(0, 54))
        grains[first : first + 6, second : second + 2] += 6
        carriers[rng.integers(0, 60, 6), second : second + 2] += 6
    whole = Blob(0, 0, 900, 60, np.ones((60, 900), dtype=bool))
    near = [alike(values, whole, 1.0)[0] for values in (noise, grains, carriers)]
    assert near[1] > near[2] + 0.2 and near[1] > near[0] + 0.2
    assert alike(noise, Blob(0, 0, 900, 1, np.ones((1, 900), dtype=bool)), 1.0) == (0, 0, 0)


def storms_like(value: float, count: int) -> Storms:
    blob = Blob(0, 5, 900, 30, np.ones((25, 900), dtype=bool))
    table = np.zeros((count, len(COLUMNS)))
    table[:, COLUMNS.index("kinship")] = value
    return Storms([Candidate(blob, {})] * count, np.zeros((count, len(TYPES)), np.float32), table)


def test_the_judge_learns_from_boxes_of_type_one_alone_and_comes_back_from_its_arrays() -> None:
    quiet = example(1, loud=False)
    frequency = quiet.prepared.frequency_mhz[quiet.prepared.good]
    whole = BurstBox(STORM, START, START + timedelta(seconds=900), float(frequency[5]), float(frequency[29]), "sure")
    storm, other = (replace(quiet, label="burst", boxes=(replace(whole, type=kind),)) for kind in (STORM, "IV"))
    learnt = [(storm, 0.9), (other, 0.3), (quiet, 0.3), (replace(quiet, confidence="unsure"), 5.0)]
    files = [LabelledStorms(file, storms_like(value, 8), 1.0) for file, value in learnt]
    assert [item.label[0] for item in files] == [1, 0, 0, -1]
    judge = fit_storms(files)
    again = StormJudge.from_arrays(judge.arrays())
    for value, least, most in ((0.9, 0.6, 1.0), (0.3, 0.0, 0.4)):
        assert least < judge.scores(storms_like(value, 1))[0] < most
        assert np.array_equal(again.scores(storms_like(value, 1)), judge.scores(storms_like(value, 1)))
    assert fit_storms(files[:1]).scores(storms_like(0.3, 1))[0] > 0.9 > 0.1 > fit_storms(files[1:]).scores(storms_like(0.9, 1))[0]


def test_what_lies_mostly_in_a_storm_is_its_own() -> None:
    storm, inside, beside = (
        Blob(*box, np.ones((1, 1), dtype=bool)) for box in ((0, 0, 100, 50), (80, 0, 110, 50), (90, 0, 120, 50))
    )
    assert lies_within(inside, storm) and not lies_within(beside, storm) and not lies_within(storm, inside)
    assert shared_of_union(storm.box, inside.box) == shared_of_union(inside.box, storm.box) == pytest.approx(1000 / 5500)


def file_with(bursts: list[SolarBurst], rng: np.random.Generator) -> PreparedSpectrogram:
    """A quarter of an hour of a simulated receiver of 45 to 180 MHz."""
    receiver = draw_receiver(rng, 45, 180)
    digits = simulate_spectrogram(rng, receiver, START, times=3600, step_s=STEP_S, bursts=bursts).digits
    return prepare(spectrogram(digits, frequency_mhz=receiver.frequency_mhz, good=receiver.sky))


@pytest.mark.parametrize(("waning", "least"), [(True, 8), (False, 7)])
def test_a_storm_that_fills_a_file_is_one_detection_and_a_quiet_receiver_has_none(waning: bool, least: int) -> None:
    model = RadioBurst()
    scores = []
    for number in range(8):
        rng = np.random.default_rng([81, number])
        storm = draw_burst(rng, "I", START - timedelta(seconds=400), peak_sfu=150, duration_s=1800, waning=waning)
        loud, quiet = model.judge([file_with([storm], rng), file_with([], rng)])
        assert not [item for item in quiet.detections if item.label == STORM and item.score > 0.3]
        whole = [item for item in loud.detections if item.label == STORM and item.score > 0.3]
        if len(whole) == 1 and whole[0].t_start and whole[0].t_end:
            assert whole[0].t_end - whole[0].t_start > timedelta(seconds=800)
            scores.append(whole[0].score)
    assert len(scores) >= least and np.mean(scores) > 0.7, scores
