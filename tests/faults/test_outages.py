"""What a night needs goes away for a while, or gives half an answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from db.session import engine
from db.settings import load_settings
from deployments.stack.processes import Process
from tests.e2e.conftest import SimulatedNight
from tests.faults.disturbed import Disturbed
from tests.faults.kills import kill, pid_of
from tests.faults.other_home import Answers, answers, other_home

__all__ = ["answers", "other_home"]

pytestmark = pytest.mark.faults

AWAY_S = 20.0
KEPT_FREE = 14  # connections, with which a night can begin
COMMITTING = "SELECT pid FROM pg_stat_activity WHERE datname = 'nightshift' AND state = 'active' AND query ILIKE 'commit%'"


def login() -> str:
    secret = load_settings().database_url
    assert secret
    return secret.get_secret_value().replace("postgresql+psycopg", "postgresql", 1)


@contextmanager
def slow_commits() -> Iterator[None]:
    """Let Postgres wait 0.1 s in the middle of every commit, before it is on the disk."""
    with psycopg.connect(login(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET commit_delay = 100000")
        connection.execute("ALTER SYSTEM SET commit_siblings = 0")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with psycopg.connect(login(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_reload_conf()")


def committing_backend(number: int) -> int:
    """The backend that is in its commit, when that is seen for the ``number``-th time."""
    deadline = time.monotonic() + 60
    last = 0
    with psycopg.connect(login(), autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(COMMITTING).fetchone()
            number -= bool(row and row[0] != last)
            last = row[0] if row else 0
            if row and number <= 0:
                return int(row[0])
    pytest.fail("no commit was seen within a minute")


@pytest.mark.parametrize("victim", ["the server", "its process of that connection"])
def test_postgres_killed_in_the_middle_of_a_commit(disturbed: Disturbed, victim: str) -> None:
    with slow_commits(), disturbed.run() as night:
        disturbed.wait_for("crawled", night)
        backend = committing_backend(disturbed.random.randint(1, 8))
        disturbed.strike()
        if victim == "the server":
            kill(pid_of(disturbed.night, "postgres"))
        else:
            psutil.Process(backend).kill()
        disturbed.up()
    disturbed.finish(night, f"Postgres in mid-commit: {victim} killed")
    if night.returncode:
        disturbed.explained("database|Prefect")


def test_postgres_restarted(disturbed: Disturbed) -> None:
    moment = disturbed.random.choice(["preparing", "judging", "settled"])
    with disturbed.run() as night:
        disturbed.wait_for(moment, night, jitter_s=0.5)
        disturbed.strike()
        assert Process(disturbed.night.home, "postgres").stop()
        time.sleep(disturbed.random.uniform(0, 5))
        disturbed.up()
    disturbed.finish(night, f"Postgres stopped, while {moment}, and started by `up`")
    if night.returncode:
        disturbed.explained("database|Prefect")


def take(held: list[psycopg.Connection], for_s: float) -> None:
    """Take every connection that Postgres gives."""
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        try:
            held.append(psycopg.connect(login()))
        except psycopg.OperationalError:
            time.sleep(0.02)


def test_connections_exhausted(disturbed: Disturbed) -> None:
    held: list[psycopg.Connection] = []
    engine().dispose()
    take(held, 10.0)
    for connection in held[:KEPT_FREE]:
        connection.close()
    with disturbed.run(PREFECT_LOGGING_LEVEL="INFO") as night:
        disturbed.wait_for("crawled", night)
        disturbed.strike()
        engine().dispose()
        take(held, disturbed.random.uniform(8, 12))
        for connection in held:
            connection.close()
    assert len(held) > 100
    disturbed.finish(night, "all connections of Postgres taken by others, for 8 to 12 s")
    assert "too many clients already" in disturbed.said[0], "it was hit"
    if night.returncode:
        disturbed.explained("database|Prefect")


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_s3_away_for_20_s(disturbed: Disturbed, how: str) -> None:
    moment = disturbed.random.choice(["crawled", "preparing", "judging", "settled"])
    with disturbed.run() as night:
        disturbed.wait_for(moment, night)
        disturbed.strike()
        s3 = pid_of(disturbed.night, "s3")
        if how == "killed":
            kill(s3)
        else:
            psutil.Process(s3).suspend()
        time.sleep(AWAY_S)
        if how == "killed":
            disturbed.up()
        else:
            psutil.Process(s3).resume()
    disturbed.finish(night, f"S3 {how}, when {moment}, for {AWAY_S:.0f} s")
    if night.returncode:
        disturbed.explained("S3")


def test_s3_stores_but_loses_the_answer(disturbed: Disturbed, other_home: SimulatedNight, answers: Answers) -> None:
    with answers.lost(disturbed.random, share=0.3), disturbed.run(night=other_home) as night:
        disturbed.strike()
    assert answers.count > 5, "answers were lost"
    disturbed.finish(night, f"S3 stored, but its answer was lost ({answers.count} times)")
