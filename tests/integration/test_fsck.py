"""What was lost is named with whose it was; what is left over goes, in time; what is well is not mentioned."""

from datetime import UTC, datetime, timedelta

import pytest
from rows import NIGHT, NOON, remote, stored, stored_object
from sqlalchemy import Connection

from db import objects
from db.fsck import Trouble, check_nights, check_objects, used_keys
from db.ledger import Ledger, record_artifacts
from db.nights import NightRecord, write_artifacts, write_night
from db.objects import Listed, StoredObject
from db.session import transaction
from models.errors import Inconsistent
from tasks.fsck import sweep

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=60)


def listed(item: StoredObject, **changes: object) -> Listed:
    return Listed(**({"key": item.key, "bytes": item.bytes, "modified": LONG_AGO} | changes))  # type: ignore[arg-type]


def shards(connection: Connection, archive: str, *names: str) -> list[StoredObject]:
    """Shards of stored files of an archive's night, by name."""
    ledger = Ledger(connection, archive, NIGHT)
    ended = [stored(item, archive) for item in ledger.register([remote(name) for name in names])]
    ledger.settle([settlement for settlement, _ in ended], [shard for _, shard in ended])
    return [shard for _, shard in ended]


def test_lost_and_changed_objects_are_named_with_whose_they_were(connection: Connection, archive: str) -> None:
    well, lost, changed = shards(connection, archive, "A_11", "B_12", "C_13")
    bucket = [listed(well), listed(changed, bytes=changed.bytes + 1)]
    told = {item.where: item for item in check_objects(connection, bucket, [], NOW)}
    assert well.key not in told
    assert told[lost.key].kind == "missing" and f"{archive} {NIGHT}, B_12" in told[lost.key].line
    assert told[changed.key].kind == "changed" and told[changed.key].is_damage


def test_what_nobody_names_is_left_over_and_what_is_under_way_is_not_mentioned(connection: Connection, archive: str) -> None:
    unused, table = (stored_object(f"{archive} {name}") for name in ("unused", "table of a bundle"))
    record_artifacts(connection, [unused, table])
    old, young = Listed(f"shard/{archive}-old", 1, LONG_AGO), Listed(f"shard/{archive}-young", 1, NOW - timedelta(hours=1))
    told = {
        item.where: item.kind for item in check_objects(connection, [listed(unused), listed(table), old, young], [table.key], NOW)
    }
    assert (told[unused.key], told[old.key]) == ("unused", "orphan")
    assert table.key not in told and young.key not in told


def night(archive: str, stored: int) -> NightRecord:
    times = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    return NightRecord(archive, NIGHT, *times, "complete", "", stored, stored, 0, 0, 0, 0, 0, 0, 0)


def of(archive: str, troubles: list[Trouble]) -> list[str]:
    return [item.line for item in troubles if item.where == f"{archive} {NIGHT}"]


def test_a_night_is_counted_once_more_and_must_have_a_bundle(connection: Connection, archive: str) -> None:
    (shard,) = shards(connection, archive, "A_11")
    (cut_off,) = of(archive, check_nights(connection))
    assert "no row" in cut_off and f"nightshift night --night {NIGHT}" in cut_off
    write_night(connection, night(archive, 2))
    count, bundle = of(archive, check_nights(connection))
    assert "2 stored in its row, 1 in the ledger" in count and "no bundle" in bundle
    write_night(connection, night(archive, 1))
    picture = stored_object(f"{archive} picture")
    entries = {"bundle": {"key": shard.key, "fingerprint": ""}, "coverage": {"key": picture.key, "fingerprint": ""}}
    write_artifacts(connection, archive, NIGHT, entries)
    assert of(archive, check_nights(connection)) == []
    assert {shard.key, picture.key} <= used_keys(connection)


@pytest.mark.usefixtures("stores")
def test_nothing_is_swept_while_a_night_is_in_the_bucket_alone(archive: str) -> None:
    orphan = objects.put("raw", f"{archive} of a lost night".encode(), ".txt", "text/plain")
    troubles = [Trouble("orphan", orphan.key, ""), Trouble("lost", f"{archive} {NIGHT}", "")]
    with pytest.raises(Inconsistent, match=f"{archive} {NIGHT}.*nightshift rebuild"):
        sweep(troubles, NOW + timedelta(days=1))
    assert objects.get(orphan.key)


@pytest.mark.usefixtures("stores")
def test_only_what_is_left_over_and_old_is_swept(archive: str) -> None:
    held, gone, orphan = (
        objects.put("raw", f"{archive} {name}".encode(), ".txt", "text/plain") for name in ("held", "gone", "orphan")
    )
    with transaction() as connection:
        record_artifacts(connection, [held, gone])
    troubles = [Trouble("missing", held.key, ""), Trouble("unused", gone.key, ""), Trouble("orphan", orphan.key, "")]
    assert sweep(troubles, LONG_AGO) == 0 and {held.key, gone.key, orphan.key} <= set(objects.keys())
    assert sweep(troubles, NOW + timedelta(days=1)) == 2
    assert {held.key, gone.key, orphan.key} & set(objects.keys()) == {held.key}
    with transaction() as connection:
        told = check_objects(connection, [], [], NOW)
    assert held.key in {item.where for item in told} and gone.key not in {item.where for item in told}
