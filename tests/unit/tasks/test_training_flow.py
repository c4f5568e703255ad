from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from test_render import START, observation

from models.errors import ConfigurationError
from models.radio.evaluation import Judged
from models.radio.labelled import BurstBox, LabelledSpectrogram, fingerprint
from models.verdict import Detection
from tasks import training
from tasks.misjudged import draw_misjudged


def quietly(stage: str, done: int, of: int) -> None:
    raise AssertionError(stage)


@pytest.mark.parametrize("recipe", [training.train, training.evaluate])
def test_a_model_without_a_recipe_is_answered_with_those_that_have_one(recipe: object, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"radio-burst, .*radio-gate"):
        recipe("radio-moon", tmp_path, tmp_path, tmp_path, quietly)  # type: ignore[operator]


def test_an_evaluation_by_station_leaves_out_whole_stations_and_the_card_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LabelledSpectrogram("a.fit", observation(), "quiet", "sure", "2024-05-14", ())
    assert file.by_station().day == file.prepared.station != file.day and fingerprint([file]) != fingerprint([file.by_station()])
    weights, seen = tmp_path / "weights", []
    weights.mkdir()
    (weights / "toy.md").write_text("the card", encoding="utf-8")

    def recipe(_data: Path, folder: Path, *rest: object) -> dict[str, float]:
        seen.append(rest[-1])
        (folder / "toy.md").write_text("another card", encoding="utf-8")
        return {}

    monkeypatch.setitem(training.EVALUATIONS, "toy", recipe)
    training.evaluate("toy", tmp_path, weights, tmp_path, quietly, by="station")
    assert seen == ["station"] and (weights / "toy.md").read_text(encoding="utf-8") == "the card"
    training.evaluate("toy", tmp_path, weights, tmp_path, quietly)
    assert seen == ["station", "day"] and (weights / "toy.md").read_text(encoding="utf-8") == "another card"


def test_missing_labels_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"labels\.csv is missing"):
        training.train("radio-gate", tmp_path, tmp_path, tmp_path, quietly)


def test_the_worst_misjudgements_are_drawn_first_and_doubtful_files_not_at_all(tmp_path: Path) -> None:
    found = (Detection("III", 0.9, START, START, START, 100.0, 200.0), Detection("unclassified", 0.5))
    judged = [
        Judged.from_detections(LabelledSpectrogram(name, observation(), label, confidence, "2024-05-14", ()), score, found)
        for name, label, confidence, score in (
            ("a.fit", "burst", "sure", 0.7),
            ("b.fit", "quiet", "likely", 0.9),
            ("c.fit", "burst", "unsure", 0.0),
        )
    ]
    draw_misjudged(judged, 0.8, tmp_path / "worst")
    assert sorted(path.name for path in (tmp_path / "worst").iterdir()) == ["01-quiet-0.90-b.fit.png", "02-burst-0.70-a.fit.png"]


def test_alarms_in_minutes_that_are_quiet_at_one_station_alone_are_drawn_with_what_was_drawn_elsewhere(tmp_path: Path) -> None:
    minute = timedelta(minutes=1)
    box = BurstBox("II", START + 2 * minute, START + 3 * minute, 100.0, 200.0, "sure")
    judged = []
    for name, station, boxes, begin in (("a.fit", "BIR", (box,), 2), ("b.fit", "OOTY", (), 2), ("c.fit", "SSRT", (), 4)):
        seen = replace(observation(), station=station)
        found = (Detection("II", 0.9, START + begin * minute, START, START + (begin + 1) * minute, 100.0, 200.0),)
        judged.append(Judged.from_detections(LabelledSpectrogram(name, seen, "burst", "sure", "2024-05-14", boxes), 0.9, found))
    drawn = [path.name for threshold in (0.8, 0.95) for path in drawings(judged, threshold, tmp_path / str(threshold))]
    assert drawn == ["elsewhere-b.fit.png"], "not where it was drawn, nor where another minute alarms, nor below the threshold"


def drawings(judged: list[Judged], threshold: float, folder: Path) -> list[Path]:
    draw_misjudged(judged, threshold, folder)
    return sorted(folder.glob("elsewhere-*"))
