"""The bundle of a night: its tables as Parquet in S3 and a manifest of them, from which the database can be rebuilt."""

import hashlib
import json
from datetime import date

from db import objects
from db.bundle import BUNDLE, FORMAT, night_tables, to_parquet
from db.holdings import held_tables
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.session import transaction
from tasks.rebuild import MANIFEST, PARQUET


def write_bundle(archive: str, night: date) -> str:
    """Write a night's bundle, unless it would be that which is there; return the key of its manifest. Imports no Prefect."""
    with transaction() as connection:
        tables = {
            **night_tables(connection, night, archive),
            **held_tables(connection, archive, night),
        }
        known = night_artifacts(connection, archive, night)
    files = {name: to_parquet(rows) for name, rows in sorted(tables.items())}
    fingerprint = hashlib.sha256(json.dumps({name: _sha256(data) for name, data in files.items()}).encode()).hexdigest()
    before = known.get(BUNDLE)
    if before and before["fingerprint"] == fingerprint:
        return before["key"]
    stored = {name: objects.put("bundle", data, ".parquet", PARQUET) for name, data in files.items()}
    manifest = {
        "format": FORMAT,
        "archive": archive,
        "night": night.isoformat(),
        "tables": {name: item.key for name, item in stored.items()},
        "supersedes": before["key"] if before else None,
        "fingerprint": fingerprint,
    }
    written = objects.put("bundle", json.dumps(manifest, indent=1, sort_keys=True).encode(), ".json", MANIFEST)
    with transaction() as connection:
        record_artifacts(connection, [*stored.values(), written])
        entry = {"key": written.key, "fingerprint": fingerprint}
        write_artifacts(connection, archive, night, known | {BUNDLE: entry})
    return written.key


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
