"""A connection whose changes last, and a name of its own for each test's archive."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from db.session import transaction


@pytest.fixture
def connection(stores: Path) -> Iterator[Connection]:
    """A transaction on the suite's database, rolled back where the test fails."""
    with transaction() as opened:
        yield opened


@pytest.fixture
def archive() -> str:
    """Name of an archive that no other test uses."""
    return f"archive-{uuid4().hex[:12]}"
