"""The whole training on little data: from simulated and made-up files to weights that judge, and a card of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from labelled_examples import example, quietly

import models.training
from models.networks.burst_map import BurstMap
from models.radio import gate_training
from models.radio.burst import ARRAYS, RadioBurst, load_networks, network_arrays, run_networks
from models.radio.burst_learning import networks, sets, storm_training, type_training
from models.radio.burst_learning.networks import RELIEF, Material, refined
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_learning.sets import (
    BATCH,
    LONGEST,
    QUIET,
    REAL,
    SIMULATED,
    TRANSPLANTS,
    VARIANTS,
    Effort,
    MapSet,
    draw_mixed,
    draw_simulated,
    quiet_set,
    real_set,
    simulated_set,
)
from models.radio.burst_learning.training import evaluate, train
from models.radio.burst_planes import (
    CELL_ROWS,
    CELL_SECONDS,
    COLUMNS,
    DOUBTFUL,
    MAP_COLUMNS,
    MAP_ROWS,
    PLANES,
    ROWS,
    TYPES,
    planes_of,
)
from models.radio.labelled import LabelledSpectrogram
from models.radio.spots import spots_of
from models.weights_file import load_arrays, read_card, sha256

EFFORT = Effort(files=4, base_steps=1, real_steps=1, test_files=3)


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Fewer files and shallower trees: what is tested is that all parts fit, not what they are worth."""
    patch.setattr(type_training, "SIMULATED_FILES", 4)
    patch.setattr(type_training, "ROUNDS", 8)
    patch.setattr(storm_training, "SIMULATED_FILES", 4)
    patch.setattr(sets, "VARIANTS", 2)
    patch.setattr(sets, "TRANSPLANTS", 1)
    patch.setattr(sets, "QUIET_FILES", 2)
    patch.setitem(gate_training.BOOSTING, "n_estimators", 20)


def test_the_simulated_set_is_drawn_once(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first = simulated_set(tmp_path, 2, lambda _, *far: told.append(far))
    again = simulated_set(tmp_path, 2, lambda _, *far: told.append(far))
    assert told == [(1, 2), (2, 2)] and np.array_equal(first.planes, again.planes) and np.array_equal(first.truth, again.truth)


def test_batches_are_the_same_for_the_same_generator_and_hold_no_file_that_is_kept_back() -> None:
    real = real_set([example(number, loud=True) for number in range(3)], np.array([0, 0, 1]), quietly)
    real.truth[2 * (VARIANTS + LONGEST * TRANSPLANTS) :] = 77  # of the third file
    simulated = MapSet(np.zeros_like(real.planes[:4]), np.full_like(real.truth[:4], DOUBTFUL))
    quiet = MapSet(simulated.planes, np.zeros_like(simulated.truth))
    days, kept = ["a", "a", "b"], np.array([0, 1])
    one, other = (draw_mixed(real, days, kept, simulated, quiet, np.random.default_rng(5), 1) for _ in range(2))
    assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])
    assert len(one[0]) == REAL + SIMULATED + QUIET and one[1].max() == 1
    still = one[1][REAL + SIMULATED :]
    assert (one[1][REAL : REAL + SIMULATED] == DOUBTFUL).all() and (still == 0).any() and set(np.unique(still)) <= {0, DOUBTFUL}


def test_who_learns_longer_learns_from_more_transplants_and_each_from_the_first_ones() -> None:
    each = VARIANTS + LONGEST * TRANSPLANTS
    number = np.tile(np.arange(each), 2)  # of each variant of two files
    real = MapSet(np.zeros((2 * each, 5, ROWS, COLUMNS), np.float16), np.zeros((2 * each, 6, MAP_ROWS, MAP_COLUMNS), np.int8))
    real.truth[:] = number[:, None, None, None]
    nothing = MapSet(real.planes[:1], real.truth[:1])
    for times in range(1, LONGEST + 1):
        rng = np.random.default_rng(times)
        batches = [draw_mixed(real, ["a", "b"], np.arange(2), nothing, nothing, rng, times) for _ in range(40)]
        drawn = np.concatenate([truth[:REAL].max(axis=(1, 2, 3)) for _, truth in batches])
        assert set(drawn) == set(range(VARIANTS + times * TRANSPLANTS))


def test_who_learns_longer_asks_for_the_files_of_who_learns_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(networks, "draw_mixed", lambda *given: asked.append((plans[-1].steps, given[-1])))
    plans: list[models.training.Plan] = []

    def drawn_once(network: object, draw: Callable[[object], object], _: object, plan: models.training.Plan, **__: object) -> None:
        plans.append(plan)
        draw(np.random.default_rng(0))

    monkeypatch.setattr(models.training, "train_network", drawn_once)
    bases = [{name: tensor.numpy() for name, tensor in BurstMap(relief=told).state_dict().items()} for told in RELIEF]
    simulated = MapSet(np.zeros((1, 5, ROWS, COLUMNS), np.float16), np.zeros((1, 6, MAP_ROWS, MAP_COLUMNS), np.int8))
    material = Material([example(0, loud=True)], np.zeros(1, int), lambda: simulated, simulated, simulated, bases)
    refined(material, np.arange(1), tmp_path, "all", EFFORT, quietly, "cpu")
    assert asked == [(times * EFFORT.real_steps, times) for times in range(1, LONGEST + 1)] * len(RELIEF)


def test_each_network_has_the_mean_weights_of_all_who_learn_shorter_and_longer_and_begins_elsewhere(
    trained: tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]],
) -> None:
    folder, work, _, _ = trained
    shipped = network_arrays(load_arrays("radio-burst.safetensors", ARRAYS, folder))
    name = "head.weight"
    for number, (own, told) in enumerate(zip(shipped, RELIEF, strict=True)):
        states = [torch.load(work / f"all-{number}-{times}.pt", weights_only=True) for times in range(1, LONGEST + 1)]
        assert [state["step"] for state in states] == [times * EFFORT.real_steps for times in range(1, LONGEST + 1)]
        of_each = [state["network"][name].numpy() for state in states]
        assert not any(np.allclose(of_each[0], other) for other in of_each[1:])
        np.testing.assert_allclose(own[name], sum(of_each) / LONGEST, rtol=1e-6)
        assert own["stem.convolution.weight"].shape[1] == len(PLANES) + told
        assert {state["plan"]["seed"] for state in states} == {number}, "batches come in another order"
    bases = [torch.load(work / f"base-{number}.pt", weights_only=True) for number in range(len(RELIEF))]
    assert [base["plan"]["seed"] for base in bases] == [0, 1, 2]
    begun = [base["network"][name].numpy() for base in bases]
    assert not np.allclose(begun[0], begun[1], atol=0.1)
    for own, base, other in zip(shipped, begun, [*begun[1:], begun[0]], strict=True):
        assert np.abs(own[name] - base).mean() < 0.5 * np.abs(own[name] - other).mean(), "learnt on from its own base"


def test_each_network_judges_on_a_cpu_by_its_own_weights_in_whole_numbers(
    trained: tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]],
) -> None:
    folder, _, _, files = trained
    own, planes = network_arrays(load_arrays("radio-burst.safetensors", ARRAYS, folder)), [planes_of(files[0].prepared)]
    whole = [run_networks([session], planes, "cpu")[0] for session in load_networks(own, "cpu")]
    exact = [run_networks([network], planes, "cpu:0")[0] for network in load_networks(own, "cpu:0")]  # by torch
    apart = (exact[0] - exact[1]).std()
    for one, same, other in zip(whole, exact, [*exact[1:], exact[0]], strict=True):
        assert 0 < (one - same).std() < 0.3 * apart < (one - other).std()


def test_quiet_files_hold_no_burst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "QUIET_FILES", 6)
    assert draw_scene(sets.QUIET_SEED, 5).bursts  # where it may
    quiet = quiet_set(tmp_path, quietly)
    assert len(quiet.planes) == 6 and not (quiet.truth == 1).any() and (quiet.truth == 0).mean() > 0.9
    assert np.ptp(quiet.planes[0]) > 0 and not np.array_equal(quiet.planes[0], quiet.planes[1])


def test_simulated_files_are_varied_with_their_truth_and_the_set_stays_as_it_is() -> None:
    planes, truth = np.zeros((1, 5, ROWS, COLUMNS), np.float16), np.zeros((1, 6, MAP_ROWS, MAP_COLUMNS), np.int8)
    column = 40  # of the map: a stroke through all rows
    planes[:, 0, :, column * CELL_SECONDS : (column + 1) * CELL_SECONDS], truth[:, 0, :, column] = 1, 1
    drawn, known = draw_simulated(MapSet(planes, truth), np.random.default_rng(0))
    assert len(drawn) == BATCH and planes.max() == 1 and truth.min() == 0
    strokes = [set(np.flatnonzero((cells[0] == 1).any(axis=0)).tolist()) for cells in known]
    assert all(len(stroke) == 1 for stroke in strokes) and len(set.union(*strokes)) > 3  # begun at other moments
    for item, cells, (place,) in zip(drawn, known, strokes, strict=True):
        lit, there = item[0, :, place * CELL_SECONDS] > 0, np.repeat(cells[0, :, place] == 1, CELL_ROWS)
        np.testing.assert_array_equal(lit, there)  # rows that are missing are unknown, and those alone
        assert set(np.unique(cells[0, :, place])) <= {1, DOUBTFUL}
    assert any((cells == DOUBTFUL).any() for cells in known) and len(np.unique(drawn[:, 0].max(axis=(1, 2)))) > 3


def test_a_spot_has_the_type_of_the_box_that_it_fills() -> None:
    kinds = type_training.spot_types(spots_of(example(4, loud=True)))
    assert TYPES.index("III") in set(kinds) <= {-1, TYPES.index("III")}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]]:
    folder, work = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("work")
    files = [example(number, loud=number % 4 < 2) for number in range(24)]
    with pytest.MonkeyPatch.context() as fewer:
        make_small(fewer)
        figures = train(files, folder, "nightshift train radio-burst DATA", "made up", work=work, progress=quietly, effort=EFFORT)
    return folder, work, figures, files


def test_training_writes_weights_that_judge_and_a_card_of_them(
    trained: tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]],
) -> None:
    folder, _, figures, files = trained
    card = read_card("radio-burst", folder)
    assert card["sha256"] == sha256("radio-burst.safetensors", folder) and card["data"] == "made up"
    model = RadioBurst("cpu", folder)
    assert card["threshold"] == pytest.approx(model.threshold)
    assert {verdict.state for verdict in model.judge([file.prepared for file in files[:4]])} == {"judged"}
    assert f"{figures['file_auc']:.3f}" in (folder / "radio-burst.md").read_text(encoding="utf-8")


def test_evaluation_finds_the_same_figures_again_and_leaves_the_weights_alone(
    trained: tuple[Path, Path, dict[str, float], list[LabelledSpectrogram]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, work, figures, files = trained
    make_small(monkeypatch)
    before = sha256("radio-burst.safetensors", folder)
    again = evaluate(files, folder, "nightshift train radio-burst DATA", "made up", work=work, progress=quietly, effort=EFFORT)
    assert again == pytest.approx(figures, nan_ok=True) and sha256("radio-burst.safetensors", folder) == before
