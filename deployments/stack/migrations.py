"""Brings the tables to the newest migration, and knows when they are, because asking Alembic takes a second or two."""

import hashlib
from pathlib import Path

from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT


def migrate(home: Path, url: str) -> bool:
    """Migrate the database at ``url``, unless the same migrations brought it to the revision it says it has.

    Returns
    -------
    Whether Alembic was asked.
    """
    known_file = home / "run" / "migrations.json"
    sources = b"".join(path.name.encode() + path.read_bytes() for path in sorted((ROOT / "db" / "migrations").rglob("*.py")))
    fingerprint = hashlib.sha256(sources + url.encode()).hexdigest()
    known = read_json(known_file)
    if known.get("fingerprint") == fingerprint and known.get("revision") == _revision(url):
        return False
    from db.migrate import upgrade
    from db.session import engine

    upgrade(url)
    engine(url).dispose()  # its connections would otherwise stay open for as long as we live
    write_json(known_file, {"fingerprint": fingerprint, "revision": _revision(url)})
    return True


def _revision(url: str) -> str | None:
    """Return the revision that the database says it has."""
    import psycopg

    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
