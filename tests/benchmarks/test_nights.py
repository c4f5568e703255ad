"""radio-day and radio-year at their smallest, on the suite's stack."""

from pathlib import Path

import pytest

from deployments.bench.archive_process import served
from deployments.bench.own_stack import KINDS, environment
from deployments.bench.radio_day import OURS, contestants, observe_day
from deployments.bench.radio_year import growth_table, observe_nights
from deployments.bench.spectrograms import files_of_day, simulated_day
from deployments.bench.steps import step_table
from models.registry import describe


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_day(tmp_path_factory.mktemp("bench"), 1, 2)


def test_a_day_is_watched_from_crawl_to_report(stack: Path, day: Path) -> None:
    size = ("--stations", "1", "--files", "2", "--sound")
    with served("deployments.simulated.server", "--home", str(day), *size) as (address, server):
        rows, tables = observe_day(stack, environment(stack), address, server)
    assert rows[0].name == OURS
    assert all(row.seconds and row.seconds > 0 for row in rows)
    assert {row["step"] for row in tables["Steps of the flow"]} >= {"crawl", "ingest", "infer", "pictures", "report"}
    night = {row["what"]: row["figure"] for row in tables["The night"]}
    assert (night["outcome"], night["listed"], night["stored"]) == ("complete", "2", "2")
    assert 0 < int(str(night["Prefect task runs"])) <= 200
    costs = {row["processes of"]: row for row in tables["Where the processor time went"]}
    assert set(costs) == {"flow (nightshift night)", "archive server", *KINDS.values()}
    assert all(float(str(row["peak MB"])) > 0 for row in costs.values())
    assert float(str(costs["flow (nightshift night)"]["CPU s"])) > 0


def test_peers_and_bounds_are_scaled_to_the_whole_day(day: Path) -> None:
    rows, left_out = contestants(files_of_day(day))
    assert left_out == {}
    assert {row.role for row in rows} == {"ours", "peer", "bound"}
    assert all(row.n == 2 if row.seconds else "not installed" in row.note for row in rows)


def test_every_step_of_a_file_is_timed_alone(day: Path) -> None:
    rows = {row["step"]: row for row in step_table(files_of_day(day), 100, 3)}
    judges = {f"judge: {model.name}" for model in describe("radio")}
    assert judges and set(rows) == {
        "inflate and read", "clean and pool", "pack a shard", "unpack a shard", "draw a quick-look", *judges
    }  # fmt: skip
    assert all(row["CPU s a day"] == pytest.approx(row["CPU ms each"] * row["of a day"] / 1e3) for row in rows.values())


def test_nights_follow_each_other_in_one_process(stack: Path, day: Path) -> None:
    done: list[tuple[int, int]] = []
    with served("deployments.bench.year_archive", "--day", str(day)) as (address, _):
        seen = list(observe_nights(stack, environment(stack), address, 2, lambda *counted: done.append(counted)))
    assert done == [(1, 2), (2, 2)]
    assert [(night["night"], night["outcome"], night["stored"]) for night in seen] == [
        ("2021-01-01", "complete", 2),
        ("2021-01-02", "complete", 2),
    ]
    figures = {row["figure"] for row in growth_table(seen)}
    assert {"seconds", "flow, MB", "Dask workers, MB", "Postgres, MB", "database nightshift, MB", "database prefect, MB"} <= figures
