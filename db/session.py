"""Connections: one engine per process, a transaction that rolls back unless told to commit, a lock per night."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from db.settings import load_settings
from models.errors import ConfigurationError, Inconsistent

log = logging.getLogger(__name__)

LOCK_POLL_S = 2.0


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """Return this process's engine for ``url``, by default that of the settings.

    Raises
    ------
    ConfigurationError
        If no database is set.
    """
    secret = load_settings().database_url
    address = url or (secret.get_secret_value() if secret else None)
    if not address:
        raise ConfigurationError("NIGHTSHIFT_DATABASE_URL is not set and no local stack is up; run `nightshift up`")
    return create_engine(address, pool_pre_ping=True, pool_size=4, max_overflow=4, connect_args={"connect_timeout": 10})


@contextmanager
def transaction() -> Iterator[Connection]:
    """Open a connection and commit at the end; an exception rolls all of it back."""
    with engine().begin() as connection:
        yield connection


@contextmanager
def night_lock(archive: str, night: date, *, wait_s: float = 7200.0) -> Iterator[None]:
    """Hold the advisory lock of one night, so that one run at a time touches it, whatever started it.

    The lock belongs to a connection of its own: it ends with this process, however that ends.

    Raises
    ------
    Inconsistent
        If another run still holds the night after ``wait_s`` seconds.
    """
    key = {"archive": archive, "night": night.toordinal()}
    statement = text("SELECT pg_try_advisory_lock(hashtext(:archive), :night)")
    deadline = time.monotonic() + wait_s
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        said = False
        while not connection.scalar(statement, key):
            if not said:
                log.warning("%s %s: another run holds this night; waiting for it to end", archive, night)
                said = True
            if time.monotonic() > deadline:
                raise Inconsistent(f"{archive} {night}: another run has held this night for {wait_s:.0f} s; look for it in Prefect")
            time.sleep(LOCK_POLL_S)
        try:
            yield
        finally:
            try:
                connection.execute(text("SELECT pg_advisory_unlock(hashtext(:archive), :night)"), key)
            except DBAPIError:  # what the night came to is told by its rows, not by this
                log.warning("%s %s: the database restarted, and the lock of this night ended before its run", archive, night)
