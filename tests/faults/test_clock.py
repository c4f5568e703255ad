"""A clock is wrong, or put forward or back: no night is called complete before it has ended, and none loses an hour."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from db.session import transaction
from db.settings import load_settings
from deployments.simulated.archive import SimulatedArchive
from tasks.archives.ecallisto import ECALLISTO
from tests.e2e.conftest import simulated_night
from tests.faults.disturbed import ARCHIVE, COSTS, Disturbed

CAMERA = replace(ECALLISTO, name="camera", instrument="sky", site=ZoneInfo("Europe/Zurich"))
FORWARD, BACK = date(2024, 3, 30), date(2024, 10, 26)  # nights in which Swiss clocks were put forward and back
DAY, YEAR = timedelta(days=1), timedelta(days=365)
# A clock for one process: what it asks of the C library is shifted by CLOCK_AHEAD_S seconds.
SHIFT = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long ahead(void) { const char *said = getenv("CLOCK_AHEAD_S"); return said ? atol(said) : 0; }
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += ahead();
    return status;
}
time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
int gettimeofday(struct timeval *kept, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    kept->tv_sec = now.tv_sec;
    kept->tv_usec = now.tv_nsec / 1000;
    return 0;
}
"""


def hours(night: date) -> float:
    start, end = CAMERA.bounds(night)
    return (end - start).total_seconds() / 3600


def test_a_night_at_a_site_lasts_from_noon_to_noon_of_its_own_clocks() -> None:
    assert (hours(FORWARD), hours(BACK), hours(date(2024, 7, 1))) == (23, 25, 24)
    assert CAMERA.bounds(FORWARD) == (datetime(2024, 3, 30, 11, tzinfo=UTC), datetime(2024, 3, 31, 10, tzinfo=UTC))
    nights = [date(2024, 1, 1) + timedelta(days=day) for day in range(366)]
    assert all(CAMERA.bounds(one)[1] == CAMERA.bounds(two)[0] for one, two in pairwise(nights))


@pytest.mark.parametrize("night", [FORWARD, FORWARD + DAY, BACK, BACK + DAY])
def test_a_radio_night_is_a_day_of_utc_whatever_clocks_do(night: date) -> None:
    start, end = ECALLISTO.bounds(night)
    assert (start, end - start) == (datetime(night.year, night.month, night.day, tzinfo=UTC), DAY)


@contextmanager
def tiny(stack: Path, folder: Path, night: date, seed: str) -> Iterator[Disturbed]:
    """A tiny night of its own, observed undisturbed once and forgotten."""
    archive = SimulatedArchive(folder, stations=2, files_per_station=2, faults=())
    with simulated_night(archive, stack, night) as served:
        found = Disturbed(served, "", random.Random(seed), COSTS)
        assert served.observe().returncode == 0
        found.undisturbed = served.export()
        found.forget()
        yield found
        found.forget()


@pytest.fixture
def last_night(stack: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Disturbed]:
    """The last night that has ended by the true clock."""
    seed = f"{request.config.getoption('--fault-seed')} {request.node.name}"
    with tiny(stack, tmp_path, datetime.now(UTC).date() - DAY, seed) as found:
        yield found


@pytest.mark.faults
@pytest.mark.parametrize("wrong", [DAY, YEAR], ids=["a day", "a year"])
def test_a_night_that_has_not_ended_by_the_archives_clock_is_incomplete(last_night: Disturbed, wrong: timedelta) -> None:
    night = last_night.night
    night.archive.clock_ahead = -wrong  # seen from there, this machine's clock is ahead
    with last_night.run() as first:
        pass
    assert first.returncode == 1
    last_night.explained(f"{ARCHIVE} {night.date} is incomplete", "by the clock of the archive it is", "`nightshift doctor`")
    skew = "24.0 h" if wrong == DAY else "365.0 days"
    assert f"this machine's clock is {skew} ahead of that of the archive" in last_night.said[-1]
    night.archive.clock_ahead = timedelta()
    last_night.strike()
    last_night.finish(first, f"this machine's clock {wrong.days} days ahead of the archive's")


@pytest.mark.faults
def test_a_clock_that_is_behind_is_named_by_the_night_and_by_the_doctor(last_night: Disturbed) -> None:
    night = last_night.night
    night.archive.clock_ahead = YEAR
    root = f'{{"ecallisto": "{night.url}/visit-1/solarradio/"}}'
    told = night.run("doctor", env={"NIGHTSHIFT_ARCHIVE_ROOTS": root})
    (line,) = [line for line in told.stdout.splitlines() if line.split()[1:2] == ["clock"]]
    assert told.returncode == 1 and line.startswith("BAD") and line.endswith("set the clock")
    last_night.strike()
    with last_night.run() as first:
        pass
    assert f"{ARCHIVE} {night.date}: this machine's clock is 365.0 days behind that of the archive" in last_night.said[-1]
    last_night.finish(first, "this machine's clock 365 days behind the archive's: said, the night is whole")


@pytest.mark.faults
def test_the_databases_clock_is_asked_too(last_night: Disturbed) -> None:
    secret = load_settings().database_url
    assert secret
    with transaction() as connection:
        connection.execute(text("CREATE SCHEMA behind"))
        connection.execute(
            text(
                "CREATE FUNCTION behind.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
                " $$ SELECT pg_catalog.clock_timestamp() - interval '1 day' $$"
            )
        )
    address = f"{secret.get_secret_value()}?options=-csearch_path%3Dbehind,pg_catalog,public"
    try:
        with last_night.run(NIGHTSHIFT_DATABASE_URL=address) as first:
            pass
        told = last_night.night.run("doctor", env={"NIGHTSHIFT_DATABASE_URL": address})
    finally:
        with transaction() as connection:
            connection.execute(text("DROP SCHEMA behind CASCADE"))
    assert first.returncode == 1
    last_night.explained("is incomplete", "by the clock of the database it is")
    assert any(line.startswith("BAD   database clock") and "set the clock" in line for line in told.stdout.splitlines())
    last_night.strike()
    last_night.finish(first, "the database's clock a day behind")


@pytest.mark.faults
@pytest.mark.parametrize("sign", [1, -1], ids=["ahead", "behind"])
def test_the_clock_of_the_process_is_wrong(last_night: Disturbed, tmp_path: Path, sign: int) -> None:
    ahead = sign * last_night.random.choice([DAY, YEAR])
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("shifting the clock of one process needs a C compiler")
    source, library = tmp_path / "shift.c", tmp_path / "shift.so"
    source.write_text(SHIFT)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    wrong = {"LD_PRELOAD": str(library), "CLOCK_AHEAD_S": f"{ahead.total_seconds():.0f}"}
    by_its_clock = replace(last_night.night, date=last_night.night.date + ahead)
    late = Disturbed(by_its_clock, "", last_night.random, [])
    last_night.strike()
    with late.run(**wrong) as first:
        pass
    said = late.said[-1]
    if ahead > timedelta():
        assert first.returncode == 1, said
        late.explained(f"{by_its_clock.date}", "`nightshift doctor`")
    late.forget()
    last_night.finish(None, f"the flow's own clock {ahead.days:+d} days")


@pytest.mark.faults
@pytest.mark.parametrize("night", [FORWARD + DAY, BACK + DAY], ids=["forward", "back"])
def test_a_night_in_whose_listing_clocks_were_put_forward_or_back_is_observed_once(
    stack: Path, tmp_path: Path, night: date
) -> None:
    with tiny(stack, tmp_path, night, "summer time") as found:
        found.strike()
        found.finish(None, f"summer time: the listing of {night} in Swiss local time", most_runs=1)
        assert found.night.observe().returncode == 0
        found.compare()
