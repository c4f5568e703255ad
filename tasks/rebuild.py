"""The database from the bundles in S3. Imports no Prefect."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class Bundles:
    """What S3 holds of bundles.

    Attributes
    ----------
    latest : that of every night, by night and archive
    damaged : key and trouble of each object among them that is no manifest any more
    """

    latest: tuple[Manifest, ...]
    damaged: tuple[tuple[str, str], ...]


def read_bundles() -> Bundles:
    """Read the manifests of all bundles.

    Of several bundles of a night that is taken which no other took the place of; should there be two of these, because a night was
    observed anew instead of being rebuilt, the one written last.
    """
    listed = sorted((item for item in objects.listing("bundle/") if item.key.endswith(".json")), key=lambda item: item.modified)
    manifests, damaged = [], []
    for item in listed:
        try:
            manifests.append(_manifest(item.key))
        except Inconsistent as error:
            damaged.append((item.key, str(error)))
    replaced = {item.supersedes for item in manifests}
    latest = {(item.night, item.archive): item for item in manifests if item.key not in replaced}
    return Bundles(tuple(latest[place] for place in sorted(latest)), tuple(damaged))


def rebuild(bundles: Sequence[Manifest]) -> Iterator[tuple[Manifest, Literal["restored", "there"] | Inconsistent]]:
    """Restore nights from their bundles, one transaction each; yield how each ended: what is wrong with one keeps no other back."""
    missing = lacking(bundles)
    for manifest in bundles:
        if manifest not in missing:
            yield manifest, "there"
            continue
        end: Literal["restored", "there"] | Inconsistent
        try:
            with night_lock(manifest.archive, manifest.night):
                end = _restore(manifest)
        except Inconsistent as error:
            end = error
        yield manifest, end


def _restore(manifest: Manifest) -> Literal["restored", "there"]:
    files = {name: objects.get(key) for name, key in manifest.tables.items()}
    held = [objects.address("bundle", data, ".parquet", PARQUET) for data in files.values()]
    changed = set(manifest.tables.values()) - {item.key for item in held}  # keys are hashes of what they name
    if changed:
        raise Inconsistent(
            f"{manifest.archive} {manifest.night}: {', '.join(sorted(changed))} is not what was written; take it from a backup"
        )
    tables = {name: from_parquet(data) for name, data in files.items()}
    with transaction() as connection:
        if (manifest.archive, manifest.night) in nights_known(connection):  # a run was quicker
            return "there"
        restore_night(connection, tables, {"key": manifest.key, "fingerprint": manifest.fingerprint})
        record_artifacts(connection, [*held, objects.address("bundle", objects.get(manifest.key), ".json", MANIFEST)])
    return "restored"


def _manifest(key: str) -> Manifest:
    data = objects.get(key)
    if objects.address("bundle", data, ".json", MANIFEST).key != key:
        raise Inconsistent(f"{key} is not what was written; take it from a backup, or delete it and run its night again")
    try:
        told: dict[str, Any] = json.loads(data)
        night = date.fromisoformat(told["night"])
        return Manifest(key, told["archive"], night, told["tables"], told["supersedes"], told["fingerprint"])
    except (ValueError, KeyError, TypeError) as error:
        raise Inconsistent(f"{key} is no manifest of a night ({type(error).__name__}: {error}); restore or delete it") from error


def lacking(bundles: Sequence[Manifest]) -> list[Manifest]:
    """Those of the bundles whose nights the database lacks."""
    with transaction() as connection:
        known = nights_known(connection)
    return [item for item in bundles if (item.archive, item.night) not in known]
