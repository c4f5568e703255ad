from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save
from spectrograms import START, add_type_three, quiet_digits, spectrogram

from models.errors import ModelUnavailable
from models.radio.gate import RadioGate
from models.radio.origin_recipe import OriginRecipe
from models.radio.prepare import prepare
from models.radio.spectrogram import PreparedSpectrogram
from models.verdict import Verdict
from models.weights_file import WEIGHTS


@pytest.fixture(scope="module")
def gate() -> RadioGate:
    return RadioGate()


@pytest.fixture(scope="module")
def quiet() -> PreparedSpectrogram:
    return prepare(spectrogram(quiet_digits()))


@pytest.fixture(scope="module")
def burst() -> PreparedSpectrogram:
    digits = quiet_digits(seed=1)
    add_type_three(digits, 300, 6)
    return prepare(spectrogram(digits))


def judge(gate: RadioGate, observations: Sequence[object]) -> list[Verdict]:
    return gate.judge(observations)


def test_a_burst_scores_above_the_threshold_and_quiet_time_below(
    gate: RadioGate, quiet: PreparedSpectrogram, burst: PreparedSpectrogram
) -> None:
    verdicts = gate.judge([quiet, burst])
    assert [verdict.label for verdict in verdicts] == ["quiet", "burst"]
    assert [verdict.positive for verdict in verdicts] == [False, True]


def test_the_best_detection_lies_on_the_burst(gate: RadioGate, burst: PreparedSpectrogram) -> None:
    best = gate.judge([burst])[0].detections[0]
    assert best.t_start and best.t_peak and best.t_end and best.box
    assert best.label == "unclassified"
    assert START + timedelta(seconds=285) < best.t_start < best.t_peak < best.t_end < START + timedelta(seconds=330)
    frequency = np.linspace(45, 445, 200)
    assert best.frequency_low_mhz == pytest.approx(frequency[20], abs=25) and best.frequency_high_mhz == pytest.approx(
        frequency[150], abs=25
    )
    x0, y0, x1, y1 = best.box
    assert burst.frequency_mhz[int(y0)] == best.frequency_low_mhz and burst.frequency_mhz[int(y1) - 1] == best.frequency_high_mhz
    assert best.t_start == START + timedelta(seconds=x0) and best.t_end == START + timedelta(seconds=x1)
    assert best.attributes["peak_db"] == pytest.approx(6, abs=1.5)


def test_detections_come_best_first_and_show_a_thing_once(gate: RadioGate, burst: PreparedSpectrogram) -> None:
    detections = gate.judge([burst])[0].detections
    scores = [item.score for item in detections]
    assert scores == sorted(scores, reverse=True) and 0 <= min(scores) <= max(scores) <= 1
    peak = START + timedelta(seconds=304)
    strong = [item for item in detections if item.t_start and item.t_end and item.t_start < peak < item.t_end and item.score > 0.3]
    assert len(strong) == 1


def test_order_and_company_of_a_batch_change_nothing(
    gate: RadioGate, quiet: PreparedSpectrogram, burst: PreparedSpectrogram
) -> None:
    assert gate.judge([burst, quiet, burst]) == [gate.judge([item])[0] for item in (burst, quiet, burst)]


@pytest.mark.parametrize("classifier", [RadioGate, OriginRecipe])
def test_what_cannot_be_judged_is_declined_with_a_sentence(
    classifier: type[RadioGate] | type[OriginRecipe], quiet: PreparedSpectrogram
) -> None:
    few = np.zeros(200, dtype=bool)
    few[:10] = True
    cases = {
        "polarisation": replace(quiet, product="polarisation"),
        "too short: 9 s": replace(quiet, n_bins=9),
        "too few channels with sky data: 10": replace(quiet, good=few),
        "a picture without axes": object(),
    }
    for reason, verdict in zip(cases, classifier("cpu").judge(list(cases.values())), strict=True):
        assert verdict.state == "declined" and reason in verdict.reason and verdict.score is None


def test_the_shortest_and_narrowest_files_are_judged(gate: RadioGate) -> None:
    tiny = prepare(spectrogram(quiet_digits(20, 240)))
    dead = prepare(spectrogram(np.full((200, 3600), 120, np.float32)))
    assert [verdict.state for verdict in gate.judge([tiny, dead])] == ["judged", "judged"]


def test_missing_weights_make_the_model_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"weights radio-gate\.safetensors are missing"):
        RadioGate("cpu", tmp_path)


def test_corrupt_weights_make_the_model_unavailable(tmp_path: Path) -> None:
    (tmp_path / "radio-gate.safetensors").write_bytes((WEIGHTS / "radio-gate.safetensors").read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        RadioGate("cpu", tmp_path)


def test_weights_for_other_preparation_make_the_model_unavailable(tmp_path: Path) -> None:
    arrays = load((WEIGHTS / "radio-gate.safetensors").read_bytes())
    arrays["preprocessing"] = np.frombuffer(b"radio-0", dtype=np.uint8)
    (tmp_path / "radio-gate.safetensors").write_bytes(save(arrays))
    with pytest.raises(ModelUnavailable, match="radio-0"):
        RadioGate("cpu", tmp_path)


def test_the_origin_recipe_judges_without_places(quiet: PreparedSpectrogram, burst: PreparedSpectrogram) -> None:
    for verdict in OriginRecipe().judge([quiet, burst]):
        assert verdict.state == "judged" and not verdict.detections and verdict.label in ("burst", "quiet")
