"""Connections whose changes last, or not, and a name of its own for each test's archive."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from db.session import engine, transaction


@pytest.fixture
def connection(stores: Path) -> Iterator[Connection]:
    """A transaction on the suite's database, rolled back where the test fails."""
    with transaction() as opened:
        yield opened


@pytest.fixture
def fleeting(stores: Path) -> Iterator[Connection]:
    """A transaction that leaves nothing behind: in it the headline may be another one."""
    with engine().connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def archive() -> str:
    """Name of an archive that no other test uses."""
    return f"archive-{uuid4().hex[:12]}"
