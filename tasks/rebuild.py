"""The database from the bundles in S3. Imports no Prefect."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db import objects
from db.bundle import from_parquet
from db.ledger import record_artifacts
from db.restore import nights_known, restore_night
from db.session import night_lock, transaction
from models.errors import Inconsistent

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


def rebuild(bundles: Sequence[Manifest]) -> Iterator[tuple[Manifest, bool]]:
    """Restore nights from their bundles, one transaction each; yield each bundle, and whether the database lacked its night."""
    missing = lacking(bundles)
    for manifest in bundles:
        if manifest in missing:
            with night_lock(manifest.archive, manifest.night), transaction() as connection:
                _restore(connection, manifest)
        yield manifest, manifest in missing


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


def lacking(bundles: Sequence[Manifest]) -> list[Manifest]:
    """Those of the bundles whose nights the database lacks."""
    with transaction() as connection:
        known = nights_known(connection)
    return [item for item in bundles if (item.archive, item.night) not in known]
