"""Bring the tables of a database to the newest migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from db.session import engine


def alembic_config(url: str) -> Config:
    """Return the configuration of our migrations for the database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str | None = None) -> None:
    """Bring the database's tables to the newest migration; one process at a time, by an advisory lock."""
    address = engine(url).url.render_as_string(hide_password=False)
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('nightshift migrations'), 0)"))
        try:
            command.upgrade(alembic_config(address), "head")
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('nightshift migrations'), 0)"))
