import csv
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from models import registry
from models.errors import ModelUnavailable
from models.sun.active import SunActive
from models.sun.active_learning import training
from models.sun.active_learning.mcintosh import with_reports
from models.sun.prepare import prepare
from models.weights_file import read_card
from tasks.readers.sun.image import read_sun_image
from tests.unit.sun.disks import disk, labelled, unheard


def test_the_headline_of_the_sun_is_sun_active() -> None:
    first = registry.headline("sun")
    assert first is SunActive


def test_a_disk_with_a_large_core_is_more_probably_active_than_a_quiet_one() -> None:
    quiet, active = SunActive().judge([disk(), disk([(0.2, 0.3, 0.15)])])
    assert quiet.score is not None and active.score is not None
    assert quiet.score < active.score and active.label == "active"
    for verdict in (quiet, active):
        assert verdict.positive == (verdict.score >= verdict.threshold)
        assert verdict.scores["active"] > verdict.scores["flare_m_24h"] > verdict.scores["flare_x_24h"] > 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"channel": "171"}, "channel 171: trained on 211"),
        ({"channel": ""}, "channel unknown"),
        ({"unit": "G"}, "in G"),
        ({"unfit": "a cut-out"}, "a cut-out"),
        ({"picture": disk().picture * 0}, "nothing is seen"),
    ],
)
def test_what_it_was_not_trained_on_is_declined_with_a_reason(change: dict[str, object], reason: str) -> None:
    (verdict,) = SunActive().judge([replace(disk(), **change)])  # type: ignore[arg-type]
    assert verdict.state == "declined" and reason in verdict.reason


def test_something_else_than_a_sun_is_declined() -> None:
    (verdict,) = SunActive().judge([object()])  # type: ignore[list-item]
    assert verdict.state == "declined" and "no image of the Sun" in verdict.reason


def test_without_weights_the_user_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nightshift train sun-active DATA"):
        SunActive("cpu", tmp_path)


def test_training_writes_weights_and_a_card_that_belong_together(tmp_path: Path) -> None:
    figures = training.train(labelled(60), tmp_path, "nightshift train sun-active DATA", "simulated", unheard)
    model, card = SunActive("cpu", tmp_path), read_card("sun-active", tmp_path)
    assert card["threshold"] == pytest.approx(model.threshold) and card["version"] == SunActive.version
    text = (tmp_path / "sun-active.md").read_text()
    assert f"{figures['sun-active_M_auc']:.3f}" in text and "persistence 24 h" in text and "nan" not in text
    assert "| McIntosh–Poisson | no SRS of these days |" in text


def test_where_reports_are_held_mcintosh_poisson_stands_beside_the_others(tmp_path: Path) -> None:
    # Groups of the disks whose flares are large flare often.
    disks = [replace(item, mcintosh=("Ekc",) if item.flux_w_m2 > 1e-6 else ("Axx",)) for item in labelled(24, step_days=32.0)]
    training.train(disks, tmp_path, "nightshift train sun-active DATA", "simulated", unheard)
    text = (tmp_path / "sun-active.md").read_text()
    row = next(line for line in text.splitlines() if line.startswith("| McIntosh–Poisson, "))
    assert float(row.split("|")[2].split()[0]) > 0.9 and "no SRS" not in text
    half = [replace(item, mcintosh=item.mcintosh if item.t_start.year > 2011 else None) for item in disks]
    assert with_reports(half) == []


def test_real_disks_are_read_and_judged(real_data: Path) -> None:
    folder = real_data / "sun"
    if not (folder / "aia211_full_disk_2010_2014.tar").exists():
        pytest.skip(f"no disks in {folder}")
    with (folder / "aia211_full_disk_2010_2014.csv").open() as labels:
        rows = sorted(csv.DictReader(labels), key=lambda row: float(row["max24h_flux"]))
    chosen = rows[:4] + rows[-4:]
    with tarfile.open(folder / "aia211_full_disk_2010_2014.tar") as tar:
        suns = [prepare(read_sun_image(tar.extractfile(row["file"]).read(), row["file"])) for row in chosen]  # type: ignore[union-attr]
    scores = [verdict.score for verdict in SunActive().judge(suns)]
    # In sample: the shipped weights learnt from these.
    assert all(score is not None for score in scores) and max(scores[:4]) < max(scores[4:])  # type: ignore[type-var]
