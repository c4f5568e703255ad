"""The bundle of a night: its tables as Parquet in S3 and a manifest of them, from which the database can be rebuilt."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Connection

from db import objects
from db.bundle import BUNDLE, FORMAT, from_parquet, night_tables, to_parquet
from db.holdings import held_tables
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.restore import nights_known, restore_night
from db.session import transaction
from models.errors import Inconsistent
from tasks.source import Source

PARQUET, MANIFEST = "application/vnd.apache.parquet", "application/json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One bundle: key of its manifest, whose night it holds, keys of its tables, and the bundle that it took the place of."""

    key: str
    archive: str
    night: date
    tables: dict[str, str]
    supersedes: str | None
    fingerprint: str


@task(cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def store_bundle(source: Source) -> str:
    """Write the night's bundle, unless it would be that which is there; return the key of its manifest."""
    with transaction() as connection:
        tables = {
            **night_tables(connection, source.night, source.archive),
            **held_tables(connection, source.archive, source.night),
        }
        known = night_artifacts(connection, source.archive, source.night)
    files = {name: to_parquet(rows) for name, rows in sorted(tables.items())}
    fingerprint = hashlib.sha256(json.dumps({name: _sha256(data) for name, data in files.items()}).encode()).hexdigest()
    before = known.get(BUNDLE)
    if before and before["fingerprint"] == fingerprint:
        return before["key"]
    stored = {name: objects.put("bundle", data, ".parquet", PARQUET) for name, data in files.items()}
    manifest = {
        "format": FORMAT,
        "archive": source.archive,
        "night": source.night.isoformat(),
        "tables": {name: item.key for name, item in stored.items()},
        "supersedes": before["key"] if before else None,
        "fingerprint": fingerprint,
    }
    written = objects.put("bundle", json.dumps(manifest, indent=1, sort_keys=True).encode(), ".json", MANIFEST)
    with transaction() as connection:
        record_artifacts(connection, [*stored.values(), written])
        entry = {"key": written.key, "fingerprint": fingerprint}
        write_artifacts(connection, source.archive, source.night, known | {BUNDLE: entry})
    return written.key


def latest_bundles() -> list[Manifest]:
    """Return the bundle of every night that S3 has, by night and archive.

    Of several bundles of a night that is taken which no other took the place of; should there be two of these, because a night was
    observed anew instead of being rebuilt, the one written last.

    Raises
    ------
    Inconsistent
        If an object among the bundles is no manifest.
    """
    listed = sorted((item for item in objects.listing("bundle/") if item.key.endswith(".json")), key=lambda item: item.modified)
    manifests = [_manifest(item.key) for item in listed]
    replaced = {item.supersedes for item in manifests}
    latest = {(item.night, item.archive): item for item in manifests if item.key not in replaced}
    return [latest[place] for place in sorted(latest)]


def rebuild(bundles: list[Manifest]) -> Iterator[tuple[Manifest, bool]]:
    """Restore nights from their bundles, one transaction each; yield each bundle, and whether the database lacked its night."""
    with transaction() as connection:
        known = nights_known(connection)
    for manifest in bundles:
        lacking = (manifest.archive, manifest.night) not in known
        if lacking:
            with transaction() as connection:
                _restore(connection, manifest)
        yield manifest, lacking


def _restore(connection: Connection, manifest: Manifest) -> None:
    files = {name: objects.get(key) for name, key in manifest.tables.items()}
    held = [objects.address("bundle", data, ".parquet", PARQUET) for data in files.values()]
    changed = set(manifest.tables.values()) - {item.key for item in held}  # keys are hashes of what they name
    if changed:
        raise Inconsistent(
            f"{manifest.archive} {manifest.night}: {', '.join(sorted(changed))} is not what was written; take it from a backup"
        )
    tables = {name: from_parquet(data) for name, data in files.items()}
    restore_night(connection, tables, {"key": manifest.key, "fingerprint": manifest.fingerprint})
    record_artifacts(connection, [*held, objects.address("bundle", objects.get(manifest.key), ".json", MANIFEST)])


def _manifest(key: str) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(objects.get(key))
        night = date.fromisoformat(told["night"])
        return Manifest(key, told["archive"], night, told["tables"], told["supersedes"], told["fingerprint"])
    except (ValueError, KeyError, TypeError) as error:
        raise Inconsistent(f"{key} is no manifest of a night ({type(error).__name__}: {error}); restore or delete it") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
