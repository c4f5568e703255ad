from pathlib import Path

import pytest

from models.sun.crop_learning.physics import USUAL
from models.sun.found_regions import MAGNETIC
from models.sun.region_examined import CHANNELS, NIGHTS, Pair, Searched, evaluate, examine, figures_of
from tests.unit.sun.disks import unheard


def test_regions_are_found_missed_or_false_and_every_one_is_counted_once() -> None:
    searched = examine(USUAL, NIGHTS[:4], lambda *_: None)
    assert tuple(searched) == CHANNELS
    for channel, one in searched.items():
        figures = figures_of(one)
        sized = sum(value for name, value in figures.items() if name.startswith("regions "))
        assert sized == len(one.pairs) and figures["missed"] == sum(not pair.found for pair in one.pairs)
        assert one.found >= one.merged + one.false
        assert figures["apart_median_deg"] < 3 and figures["same_hemisphere"] > 0.9, channel
    assert figures_of(searched[MAGNETIC])["missed"] < figures_of(searched["171"])["missed"]


def test_figures_are_those_of_the_pairs() -> None:
    pairs = [Pair(15.0), Pair(100.0, 1.0, 2000.0, True, True), Pair(300.0, 3.0, 3000.0, False, True), Pair(50.0, found=True)]
    figures = figures_of(Searched(pairs, found=3, merged=1, false=1))
    assert figures["recall 10 to 20"] == 0 and figures["recall 20 to 60"] == 1 and figures["missed"] == 1
    assert figures["apart_median_deg"] == 2.0 and figures["same_hemisphere"] == 0.5
    assert figures["area_ratio"] == pytest.approx(15) and figures["area_rank_correlation"] == pytest.approx(1)


def test_the_card_tells_what_was_found(tmp_path: Path) -> None:
    figures = evaluate(tmp_path, unheard, {"a.jpg": [2], "disks": [1, 4]}, NIGHTS[:4])
    text = (tmp_path / "sun-region.md").read_text()
    assert f"{figures['this Sun 193 apart_median_deg']:.1f}, " in text and "### Another sun" in text
    assert "| disks | 2 | 1 to 4 | 2.5 |" in text
