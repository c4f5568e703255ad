from datetime import timedelta

import numpy as np
import pytest
from spectrograms import START, quiet_digits, spectrogram

from models.radio.burst_learning import scenes
from models.radio.burst_learning.coronae import in_denser_corona, through_corona
from models.radio.burst_learning.scenes import BurstScene, burst_truth, draw_scene, layers_of, prepared_rows
from models.radio.burst_learning.suns import draw_crowd
from models.radio.burst_planes import DOUBTFUL, LAYERS, MAP_COLUMNS, MAP_ROWS
from models.radio.prepare import prepare
from models.simulate import lookalikes
from models.simulate.bursts import draw_burst
from models.simulate.receiver import system_flux_sfu


def test_a_scene_is_the_same_whatever_else_is_drawn() -> None:
    one, other = draw_scene(5, 3), draw_scene(5, 3)
    assert np.array_equal(one.truth, other.truth) and np.array_equal(one.prepared.mean_db, other.prepared.mean_db)
    assert not np.array_equal(one.prepared.mean_db, draw_scene(5, 4).prepared.mean_db)


def test_truth_lies_where_the_burst_shines_and_knows_its_type() -> None:
    prepared = prepare(spectrogram(quiet_digits()))
    burst = draw_burst(np.random.default_rng(0), "II", START + timedelta(seconds=300), peak_sfu=2000)
    truth, (seen,) = burst_truth(prepared, [burst], system_flux_sfu(prepared_rows(prepared)))
    assert truth.shape == (len(LAYERS), MAP_ROWS, MAP_COLUMNS)
    shown = np.flatnonzero((truth != 0).any(axis=(1, 2))).tolist()
    assert shown == [0, LAYERS.index("II")] and (truth[LAYERS.index("II")] == 1).sum() > 4 and np.array_equal(truth[0], truth[2])
    columns = np.flatnonzero((truth[0] > 0).any(axis=0))
    assert seen.kind == "II" and (seen.first_s, seen.last_s) == (4 * columns[0], 4 * (columns[-1] + 1))
    assert 290 <= seen.first_s < seen.last_s and 45 <= seen.low_mhz < seen.high_mhz and seen.peak_db > 0.12
    assert not truth[:, :, :72].any()


def test_a_cell_holds_every_type_that_shows_and_doubts_what_is_faint_or_drowned() -> None:
    names = ("I", "II", "III", "IV", "V")
    cells: list[tuple[dict[str, float], dict[str, int]]] = [
        ({}, {}),
        ({"III": 0.08}, {"burst": DOUBTFUL, "III": DOUBTFUL}),
        ({"II": 3.0, "IV": 2.0}, {"burst": 1, "II": 1, "IV": 1}),
        ({"II": 15.0, "IV": 1.0}, {"burst": 1, "II": 1, "IV": DOUBTFUL}),
        ({"V": 1.0, "III": 0.02}, {"burst": 1, "V": 1}),
    ]
    excess = np.array([[[given.get(name, 0.0) for given, _ in cells]] for name in names], dtype=np.float32)
    truth = layers_of(excess)[:, 0]
    for column, (_, wanted) in enumerate(cells):
        assert {name: int(value) for name, value in zip(LAYERS, truth[:, column], strict=True) if value} == wanted


def test_a_denser_corona_shifts_a_burst_in_frequency() -> None:
    burst = draw_burst(np.random.default_rng(1), "III", START, peak_sfu=1000)
    frequency, time = np.geomspace(10, 300, 200), np.arange(0.0, 60)
    middle = [
        float((np.log(frequency)[:, None] * flux).sum() / flux.sum())
        for flux in (through_corona(burst, "saito", fold).flux_sfu(frequency, time) for fold in (1.0, 4.0))
    ]
    assert middle[1] - middle[0] > 0.3  # four times the density is twice the frequency


def test_scenes_to_learn_from_have_many_bands_and_none_near_the_unseen_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def bands() -> np.ndarray:
        good = [scene.prepared.frequency_mhz[scene.prepared.good] for scene in (draw_scene(8, n, quiet=True) for n in range(24))]
        return np.array([(frequency.min(), frequency.max()) for frequency in good])

    monkeypatch.setattr(scenes, "PART_SHARE", 0.0)
    whole = bands()
    monkeypatch.setattr(scenes, "PART_SHARE", 1.0)
    parts = bands()
    octaves, before = np.log2(parts[:, 1] / parts[:, 0]), np.log2(whole[:, 1] / whole[:, 0])
    cut = octaves < before - 0.05
    assert cut.sum() >= 12 and (octaves[cut] > scenes.LEAST_OCTAVES - 0.06).all()  # the lowest rows may be no sky
    assert (parts[:, 0] > 0.95 * whole[:, 0]).all() and (parts[:, 1] < 1.05 * whole[:, 1]).all()
    monkeypatch.setattr(scenes, "UNSEEN_BANDS", tuple(map(tuple, whole)) + tuple(map(tuple, parts)))
    assert np.allclose(bands(), whole), "what is near an unseen band is not taken"


def test_scenes_to_learn_from_are_of_coronae_of_many_densities_and_hold_what_looks_like_a_burst(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    burst = draw_burst(np.random.default_rng(1), "III", START, peak_sfu=1000)
    frequency, time = np.geomspace(20, 100, 50), np.arange(0.0, 60)
    assert np.allclose(in_denser_corona(burst, 4.0).flux_sfu(2 * frequency, time), burst.flux_sfu(frequency, time), rtol=1e-4)
    monkeypatch.setattr(scenes, "FOLDS", (1.0, 1.0))
    thin, test = [draw_scene(5, number) for number in range(4)], draw_scene(5, 0, unseen=True)
    monkeypatch.setattr(scenes, "FOLDS", (4.0, 4.0))
    thick = [draw_scene(5, number) for number in range(4)]
    assert any(one.boxes != other.boxes for one, other in zip(thin, thick, strict=True))
    monkeypatch.setattr(lookalikes, "BLOCK_SHARE", 1.0)
    blocked = [draw_scene(5, number) for number in range(4)]
    monkeypatch.setattr(lookalikes, "SWING_SHARE", 1.0)
    swinging = [draw_scene(5, number) for number in range(4)]
    for before, after in ((thick, blocked), (blocked, swinging)):
        assert all(one.boxes == other.boxes for one, other in zip(before, after, strict=True))
        assert not any(np.array_equal(*(item.prepared.mean_db for item in pair)) for pair in zip(before, after, strict=True))
    assert np.array_equal(draw_scene(5, 0, unseen=True).prepared.mean_db, test.prepared.mean_db), "the test is as it was"


def test_crowded_scenes_hold_more_cells_of_several_types() -> None:
    def several(*, crowded: bool) -> float:
        layers = np.stack([draw_scene(6, number, crowded=crowded).truth[1:] == 1 for number in range(24)])
        return float((layers.sum(axis=1) > 1).sum() / layers.any(axis=1).sum())

    assert several(crowded=True) > 2 * several(crowded=False)


def test_a_crowd_is_upon_something_that_lasts_and_a_continuum_sometimes_upon_a_storm() -> None:
    kinds = [[burst.kind for burst in draw_crowd(np.random.default_rng(number))] for number in range(400)]
    assert {crowd[0] for crowd in kinds} == {"I", "IV", "V"} and all(2 <= len(crowd) <= 5 for crowd in kinds)
    stormy = [crowd for crowd in kinds if crowd[0] == "IV" and crowd[1] == "I"]
    assert len(stormy) == pytest.approx(0.15 * len(kinds), abs=3 * np.sqrt(400 * 0.15 * 0.85))
    assert all(set(crowd[1:]) <= {"II", "III", "IIIg"} for crowd in kinds if crowd not in stormy)
    assert all(set(crowd[1:]) == {"III"} for crowd in kinds if crowd[0] == "V")


def test_a_receiver_with_busy_carriers_sees_the_same_bursts_and_more_interference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "BUSY_SHARE", 0.0)
    calm = [draw_scene(7, number) for number in range(8)]
    monkeypatch.setattr(scenes, "BUSY_SHARE", 1.0)
    busy = [draw_scene(7, number) for number in range(8)]
    assert [[seen.kind for seen in scene.bursts] for scene in calm] == [[seen.kind for seen in scene.bursts] for scene in busy]

    def outliers(scene: BurstScene) -> float:
        seen = scene.prepared
        return float((seen.mean_db[seen.good] > 6 * seen.sigma_db[seen.good, None]).mean())

    assert sum(map(outliers, busy)) > 1.5 * sum(map(outliers, calm))


def test_a_storm_goes_on_between_its_grains_and_a_group_of_strokes_does_not() -> None:
    excess = np.zeros((5, 1, 60), dtype=np.float32)
    excess[0, 0, [3, 10]] = excess[2, 0, [30, 37]] = 1.0
    truth = layers_of(excess)
    assert truth[0, 0].nonzero()[0].tolist() == [*range(3, 11), 30, 37]
    assert truth[1, 0].nonzero()[0].tolist() == list(range(3, 11)) and truth[3, 0].nonzero()[0].tolist() == [30, 37]
