"""sun-day at its smallest, on the suite's stack."""

from pathlib import Path

import pytest

from deployments.bench.own_stack import KINDS, environment
from deployments.bench.sun_day import ALONE, NOBODY, OURS, contestants, observe_synoptic, step_table
from deployments.bench.synoptic import synoptic_day
from models.registry import describe
from tasks.readers.sun.prepared import read_prepared_sun

Day = tuple[Path, list[Path]]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return synoptic_day(tmp_path_factory.mktemp("bench"), channels=3, images=1)


def test_a_synoptic_day_is_watched_from_listing_to_report(stack: Path, day: Day) -> None:
    rows, tables = observe_synoptic(stack, environment(stack, **NOBODY), day[0])
    assert rows[0].name == OURS and all(row.seconds and row.seconds > 0 for row in rows)
    night = {row["what"]: row["figure"] for row in tables["The night"]}
    assert (night["outcome"], night["listed"], night["stored"]) == ("complete", "3", "3")
    assert int(str(night["judged"])) + int(str(night["declined"])) == 3 * len(describe("sun"))
    assert {row["processes of"] for row in tables["Where the processor time went"]} == {"flow (nightshift night)", *KINDS.values()}


def test_files_of_the_day_are_read_whole_and_corrected(day: Day) -> None:
    for path in day[1]:
        sun = read_prepared_sun(path.read_bytes(), path.name)
        assert not sun.unfit and sun.unit == "DN/s" and sun.origin.degradation < 1


def test_peers_treat_the_same_files_and_every_step_is_timed(day: Day) -> None:
    rows, left_out = contestants(day[1], 1)
    assert left_out == {} and rows[0].name == ALONE and rows[0].n == 3
    assert all(row.n == 3 if row.seconds else "not installed" in row.note or "cannot be imported" in row.note for row in rows)
    steps = {row["step"] for row in step_table(day[1])}
    assert steps >= {"read, exposure, degradation", "pack a shard", *(f"judge: {model.name}" for model in describe("sun"))}
