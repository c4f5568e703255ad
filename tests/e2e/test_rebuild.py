"""A database that was lost comes back from the bundles, and the next night goes on where it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import NIGHT, SimulatedNight
from sqlalchemy import text

from db import objects
from db.schema import Base
from db.session import transaction
from tasks.bundle import latest_bundles

LOST = [table.name for table in Base.metadata.sorted_tables if table.name != "run"]
ARCHIVE = "ecallisto-simulated"


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but `run`, without ids and what a run leaves of its own duration."""
    left_out = {"id", "source_file_id", "model_version_id", "timings"}
    rows = {}
    with transaction() as connection:
        for name in LOST:
            table = Base.metadata.tables[name]
            columns = [column for column in table.c if column.name not in left_out]
            found = connection.execute(table.select().with_only_columns(*columns))
            rows[name] = sorted(tuple(json.dumps(value, default=str, sort_keys=True) for value in row) for row in found)
    return rows


def lose() -> None:
    with transaction() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(LOST)} CASCADE"))


def test_a_lost_database_is_rebuilt_from_the_bundles_alone(night: SimulatedNight) -> None:
    before, export, keys = contents(), night.export(), objects.keys()
    lose()
    assert not night.query("files")
    rebuilt = night.run("rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert f"{ARCHIVE} {NIGHT}: restored" in rebuilt.stdout
    after = contents()
    bundles = [row for row in before["artifact"] if "bundle/" in str(row[0])]
    assert {name: rows for name, rows in after.items() if name != "artifact"} == {
        name: rows for name, rows in before.items() if name != "artifact"
    }
    assert set(after["artifact"]) <= set(before["artifact"]), "what no night names any more is not brought back"
    assert len(bundles) >= 10 and night.export() == export
    again = night.run("rebuild")
    assert again.returncode == 0 and "0 nights restored" in again.stdout, again.stdout
    observed = night.observe()
    assert observed.returncode == 0, observed.stderr
    assert night.export() == export and objects.keys() == keys


@contextmanager
def changed(key: str) -> Iterator[None]:
    """Put something else under a key for a while."""
    body = objects.get(key)
    bucket = objects.load_settings().s3_bucket
    objects.client().put_object(Bucket=bucket, Key=key, Body=body + b" ")
    try:
        yield
    finally:
        objects.client().put_object(Bucket=bucket, Key=key, Body=body)


def test_a_bundle_that_was_changed_in_s3_is_refused_by_name(night: SimulatedNight) -> None:
    (bundle,) = [item for item in latest_bundles() if item.archive == ARCHIVE and item.night == NIGHT]
    lose()
    with changed(bundle.tables["score"]):
        refused = night.run("rebuild")
    assert refused.returncode == 1 and bundle.tables["score"] in refused.stderr, refused.stderr
    assert not night.query("files"), "nothing of the night is restored"
    assert night.run("rebuild").returncode == 0 and night.query("files")


def test_the_bundle_names_the_one_that_it_took_the_place_of(night: SimulatedNight) -> None:
    first = {item.key for item in latest_bundles()}
    with transaction() as connection:
        connection.execute(text("UPDATE source_file SET url = url || '?' WHERE archive = :archive"), {"archive": ARCHIVE})
    assert night.observe().returncode == 0
    second = {item.key: item for item in latest_bundles()}
    (new,) = set(second) - first
    assert second[new].supersedes in first and second[new].supersedes not in second


def test_fsck_names_the_night_whose_object_is_lost(night: SimulatedNight) -> None:
    row = next(row for row in night.query("files") if row["state"] == "stored")
    assert row["shard_key"] not in night.run("fsck").stdout
    body = objects.get(row["shard_key"])
    objects.delete([row["shard_key"]])
    told = night.run("fsck")
    assert objects.put("shard", body, ".npz", "application/x-npz").key == row["shard_key"]
    assert told.returncode == 1
    assert f"DAMAGE  {row['shard_key']}: is in the tables ({ARCHIVE} {NIGHT}, " in told.stdout


@pytest.fixture(autouse=True)
def _whole(night: SimulatedNight) -> Iterator[None]:
    """Leave the night as it was for the tests of other modules."""
    yield
    assert night.query("nights", "--night", NIGHT.isoformat())[0]["outcome"] == "complete"
