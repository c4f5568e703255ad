"""Nights that may have changed are visited again, newest first; many nights are asked for once."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from db.nights import NightRecord, unfinished, write_night
from db.schema import Night
from db.session import transaction
from tests.e2e.conftest import NIGHT, SimulatedNight
from tests.e2e.test_prefect import api  # noqa: F401  (a fixture)

OLD = date(2024, 2, 3)
REVISIT_DAYS = 14


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror that has the months of all nights to visit, and not one file."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    for night in [OLD, *(yesterday - timedelta(days=back) for back in range(REVISIT_DAYS + 1))]:
        (tmp_path / "data" / "2002-20yy_Callisto" / f"{night:%Y}" / f"{night:%m}").mkdir(parents=True, exist_ok=True)
    return tmp_path


def test_reconcile_visits_the_last_fortnight_and_what_was_never_whole(night: SimulatedNight, mirror: Path) -> None:
    noon = datetime(2024, 2, 3, 12, tzinfo=UTC)
    bounds = (noon - timedelta(hours=12), noon + timedelta(hours=12))
    with transaction() as connection:
        write_night(connection, NightRecord("ecallisto", OLD, *bounds, "incomplete", "a broken listing", 0, 0, 0, 0, 0, 0, 0, 0, 0))
        elsewhere = set(unfinished(connection, "ecallisto", date(2026, 1, 1))) - {OLD}
        connection.execute(delete(Night).where(Night.archive == "ecallisto", Night.night.in_(elsewhere)))
        assert unfinished(connection, "ecallisto", OLD) == [], "only earlier nights count"
    visited = night.run("reconcile", "--archive", str(mirror))
    assert visited.returncode == 0, visited.stdout + visited.stderr
    lines = [line for line in visited.stdout.splitlines() if line.startswith("ecallisto ")]
    nights = [line.split()[1].rstrip(":") for line in lines]
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert nights == [(yesterday - timedelta(days=back)).isoformat() for back in range(REVISIT_DAYS)] + [OLD.isoformat()]
    assert all(line.endswith("empty") for line in lines), lines


def test_a_backfill_asked_for_twice_is_done_once(night: SimulatedNight, api: httpx.Client) -> None:  # noqa: F811
    address = f"{night.url}/visit-1/solarradio/"
    asked = [night.run("backfill", NIGHT.isoformat(), NIGHT.isoformat(), "--archive", address) for _ in range(2)]
    assert [item.returncode for item in asked] == [0, 0], asked[0].stderr + asked[1].stderr
    assert "1 nights wait for the worker, 0 had been asked for" in asked[0].stdout
    assert "0 nights wait for the worker, 1 had been asked for" in asked[1].stdout
    wanted = {"flow_runs": {"tags": {"all_": ["backfill"]}}}
    deadline = time.monotonic() + 180
    while (runs := api.post("/flow_runs/filter", json=wanted).json())[0]["state"]["type"] not in ("COMPLETED", "FAILED", "CRASHED"):
        assert time.monotonic() < deadline, runs[0]["state"]
        time.sleep(1)
    (run,) = runs
    assert run["state"]["type"] == "COMPLETED" and run["parameters"]["night"] == NIGHT.isoformat()


@pytest.mark.parametrize(
    ("first", "last"), [("2024-05-15", "2024-05-14"), ("2024-05-14", "2999-01-01"), ("yesterday", "2024-05-14")]
)
def test_a_wrong_span_of_nights_is_refused(night: SimulatedNight, first: str, last: str) -> None:
    refused = night.run("backfill", first, last)
    assert refused.returncode == 2 and refused.stderr.startswith("nightshift: ")
