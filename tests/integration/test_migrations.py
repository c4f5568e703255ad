"""Migrations go up, down and up, say what the schema says, and one run at a time holds a night."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from db.migrate import alembic_config, upgrade
from db.schema import Base
from db.session import engine, night_lock
from models.errors import Inconsistent

NIGHT = date(2024, 5, 14)
HOLD = """
import sys, time
from datetime import date
from db.session import night_lock
with night_lock(sys.argv[1], date(2024, 5, 14)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def empty(stores: Path) -> Iterator[str]:
    """Address of a new, empty database on the suite's server."""
    name = f"empty_{uuid4().hex[:8]}"
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = engine().url.set(database=name).render_as_string(hide_password=False)
    try:
        yield url
    finally:
        engine(url).dispose()
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def tables(url: str) -> set[str]:
    opened = create_engine(url)
    try:
        found = inspect(opened)
        return {*found.get_table_names(), *found.get_view_names()}
    finally:
        opened.dispose()


def test_the_database_goes_up_down_and_up(empty: str) -> None:
    made = {*Base.metadata.tables, "alembic_version", "flare_forecast"}
    upgrade(empty)
    upgrade(empty)
    assert tables(empty) == made
    command.downgrade(alembic_config(empty), "base")
    assert tables(empty) == {"alembic_version"}
    upgrade(empty)
    assert tables(empty) == made
    command.check(alembic_config(empty))  # raises where schema and migrations differ


def test_a_night_is_held_by_one_run_at_a_time(archive: str, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.session.LOCK_POLL_S", 0.05)
    order: list[str] = []

    def second() -> None:
        with night_lock(archive, NIGHT):
            order.append("second")

    with night_lock(archive, NIGHT):
        waiting = threading.Thread(target=second)
        waiting.start()
        with night_lock(archive, date(2024, 5, 15)), night_lock(f"{archive}-simulated", NIGHT):
            time.sleep(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


def test_who_waits_too_long_for_a_night_is_told(archive: str, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.session.LOCK_POLL_S", 0.05)
    with night_lock(archive, NIGHT), pytest.raises(Inconsistent, match="another run"), night_lock(archive, NIGHT, wait_s=0.1):
        pass
    with night_lock(archive, NIGHT, wait_s=0):
        pass


def test_a_killed_process_leaves_its_night(archive: str, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.session.LOCK_POLL_S", 0.05)
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", HOLD, archive], stdout=subprocess.PIPE, cwd=root) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        with pytest.raises(Inconsistent), night_lock(archive, NIGHT, wait_s=0.1):
            pass
        other.kill()
    with night_lock(archive, NIGHT, wait_s=10):
        pass
