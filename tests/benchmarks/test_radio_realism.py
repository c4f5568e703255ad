"""radio-realism says what it needs; on two real stations every judge gives its figure, and twins are what they promise."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from deployments.bench import radio_realism as benchmark
from deployments.bench import realism_judges
from deployments.bench.radio_realism import radio_realism
from deployments.bench.realism_bursts import burst_boxes
from deployments.bench.realism_files import START, RealFile, naive_twin, real_files, twin
from deployments.bench.realism_judges import Pair, forest_auc, single_features
from deployments.bench.realism_patches import OF_FILE, places, real_patches, simulated_patches
from models.errors import ConfigurationError
from models.radio.labelled import BurstBox
from models.radio.spectrogram import Spectrogram
from models.simulate.bursts import draw_burst
from models.simulate.realism import forest, network
from models.simulate.realism.patch import SAMPLES
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import simulate_spectrogram
from models.simulate.tables import gain_profiles


def quietly(done: int = 0, of: int = 0) -> None:
    pass


def made_up(number: int, station: str) -> RealFile:
    """A simulated file in the place of a real one: 5 minutes with a type III near the middle, which has a box."""
    rng = np.random.default_rng([7, number])
    receiver = draw_receiver(rng, 20.0, 90.0)
    burst = draw_burst(rng, "III", START + timedelta(seconds=150), peak_sfu=4000.0)
    digits = simulate_spectrogram(rng, receiver, START, times=1200, bursts=[burst]).digits
    observation = Spectrogram(
        digits, receiver.frequency_mhz, np.arange(1200) / 4, START, START + timedelta(seconds=300), station, "59", "intensity",
        receiver.sky,
    )  # fmt: skip
    box = BurstBox("III", START + timedelta(seconds=140), START + timedelta(seconds=175), 25.0, 80.0, "sure")
    return RealFile(observation, station, f"2024-05-{14 + number % 2}", (box,))


@pytest.fixture(scope="module")
def files() -> list[RealFile]:
    return [made_up(number, f"S{number % 3}") for number in range(6)]


def test_without_real_files_it_says_what_it_needs(tmp_path: Path) -> None:
    for data in (None, tmp_path):
        with pytest.raises(ConfigurationError, match=r"labels"):
            radio_realism(data, 1, quietly)


def test_patches_keep_clear_of_boxes_and_twins_have_as_many(files: list[RealFile]) -> None:
    cut = places(files, 3)
    assert cut == places(files, 3) and 6 <= len(cut) <= 6 * OF_FILE
    for index, start in cut:
        assert not files[index].blocked()[start : start + SAMPLES].any()
    real = real_patches(files, cut, 3)
    simulated = simulated_patches(files, cut, 3, naive_twin, quietly)
    assert simulated.stations == real.stations and simulated.names == real.names
    folds = {"S0": 0, "S1": 1, "S2": 2}
    naive = Pair.of(real, simulated, folds)
    # Even 20 patches show that receivers are no equal white noise.
    assert forest_auc(naive, 0) > 0.95
    assert single_features(naive, 0)["mean single-feature AUC"] > 0.7


def test_a_twin_is_the_same_for_its_seed_and_can_do_without_stations(files: list[RealFile]) -> None:
    first, again = (twin(files[0], np.random.default_rng(1))[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    near = {profile.station for profile in gain_profiles() if 10 < profile.low_mhz < 30 and 60 < profile.high_mhz < 110}
    assert not np.array_equal(first, twin(files[0], np.random.default_rng(1), near)[0])


def test_simulated_bursts_stand_beside_boxes_of_their_day(files: list[RealFile]) -> None:
    boxes = burst_boxes(files, "III", 3, quietly)
    assert (~boxes.simulated).sum() == 6 and 6 <= boxes.simulated.sum() <= 18
    assert np.isfinite(boxes.features).all() and set(boxes.days) == {"2024-05-14", "2024-05-15"}


def test_every_judge_gives_its_figure(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = list(real_files(real_data))[::5]
    monkeypatch.setattr(benchmark, "real_files", lambda _: iter(some))
    for module, name, few in (
        (network, "STEPS", 10),
        (forest, "TREES", 20),
        (realism_judges, "ROUNDS", 5),
        (realism_judges, "HALVES", 2),
    ):
        monkeypatch.setattr(module, name, few)
    result = radio_realism(real_data, 1, quietly)
    background, telling, bursts, shapes = result.tables.values()
    assert background[0]["simulated"] == "equal white noise on a line" and len(background) == 4
    assert background[0]["forest AUC"] > 0.95 and all(0 <= row["network AUC"] <= 1 for row in background[:3])
    assert all(0.4 < row["mean single-feature AUC"] < 1 for row in [*background, *bursts])
    assert telling and shapes and {row.role for row in result.rows} == {"ours", "bound"}
