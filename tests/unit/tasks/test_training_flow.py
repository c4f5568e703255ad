from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from test_render import START, observation

from models.errors import ConfigurationError
from models.radio.evaluation import Judged
from models.radio.labelled import BurstBox, LabelledSpectrogram, fingerprint
from models.verdict import Detection
from tasks import misjudged, training
from tasks.misjudged import draw_misjudged
from tasks.render import Mark


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


def test_alarms_in_minutes_that_are_quiet_at_one_station_alone_are_drawn_with_what_was_drawn_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minute = timedelta(minutes=1)
    box = BurstBox("II", START + 2 * minute, START + 3 * minute, 100.0, 200.0, "sure")
    cases = (
        ("a.fit", "BIR", (box,), "burst", 2), ("b.fit", "OOTY", (), "burst", 2), ("c.fit", "SSRT", (), "burst", 4),
        ("d.fit", "KASI", (replace(box, type="IV"),), "odd", 2),
    )  # fmt: skip
    judged = []
    for name, station, boxes, label, begin in cases:
        file = LabelledSpectrogram(name, replace(observation(), station=station), label, "sure", "2024-05-14", boxes)
        alarm = Detection("III", 0.9, START + begin * minute, START, START + (begin + 1) * minute, 100.0, 200.0)
        judged.append(Judged.from_detections(file, 0.9, (alarm, replace(alarm, score=0.3))))
    shown = []

    def drawn(name: str, _: object, marks: list[Mark]) -> bytes:
        shown.append((name, [(mark.label, mark.sure) for mark in marks]))
        return b"a picture"

    monkeypatch.setattr(misjudged, "draw_quick_look", drawn)
    draw_misjudged(judged, 0.8, tmp_path)
    assert [path.name for path in tmp_path.glob("elsewhere-*")] == ["elsewhere-b.fit.png"], "not where it was drawn, nor elsewhen"
    assert shown[-1] == ("b.fit", [("III", True), ("II", False), ("IV", False)]), "an odd file's boxes count as well"
    draw_misjudged(judged, 0.95, tmp_path / "surer")
    assert not list((tmp_path / "surer").glob("elsewhere-*")), "nothing reaches the threshold"
