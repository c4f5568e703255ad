"""radio-classify at its smallest: every classifier and batch size has a row."""

from deployments.bench.radio_classify import OURS, radio_classify
from models import registry


def test_every_classifier_is_timed_with_each_batch() -> None:
    told: list[tuple[int, int]] = []
    result = radio_classify(1, 1, lambda *far: told.append(far))
    names = {row.name.split(",")[0] for row in result.rows}
    assert names == {kind.name for kind in registry.classifiers("radio")} | {"plain open_clip loop"}
    assert OURS in {row.name for row in result.rows} and all(row.seconds and row.n == 1 for row in result.rows)
    assert told[-1][0] == told[-1][1]
