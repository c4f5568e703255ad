"""A database that was lost comes back from the bundles, and the next night goes on where it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update

from db import objects
from db.schema import Base, CatalogueEntry, Detection, Injection, ModelVersion, Night, Score, SourceFile, Verification
from db.session import transaction
from models.radio.prepare import PREPROCESSING_VERSION
from tasks.rebuild import Manifest, read_bundles
from tests.e2e.conftest import NIGHT, SimulatedNight

LOST = [table.name for table in Base.metadata.sorted_tables if table.name != "run"]
ARCHIVE = "ecallisto-simulated"


def contents() -> dict[str, list[tuple[str, ...]]]:
    """The night's rows of every table, without ids and how long the run took; other tests have archives of their own."""
    left_out = {"id", "source_file_id", "model_version_id", "timings"}
    mine = select(SourceFile.id).where(SourceFile.archive == ARCHIVE)
    where = {
        "source_file": SourceFile.archive == ARCHIVE,
        "night": Night.archive == ARCHIVE,
        "model_version": ModelVersion.id.in_(select(Score.model_version_id).where(Score.source_file_id.in_(mine))),
        "score": Score.source_file_id.in_(mine),
        "detection": Detection.source_file_id.in_(mine),
        "injection": Injection.source_file_id.in_(mine),
        "catalogue_event": CatalogueEntry.catalogue.in_(select(Verification.catalogue).where(Verification.archive == ARCHIVE)),
        "verification": Verification.archive == ARCHIVE,
    }
    rows = {}
    with transaction() as connection:
        for name, condition in where.items():
            columns = [column for column in Base.metadata.tables[name].c if column.name not in left_out]
            found = [dict(row) for row in connection.execute(select(*columns).where(condition)).mappings()]
            for row in found:
                if name == "source_file" and row["shard_key"] is None:
                    row["part"] = row["part"].partition("+")[0]  # only a shard binds a file to a part
            rows[name] = sorted(tuple(json.dumps(value, default=str, sort_keys=True) for value in row.values()) for row in found)
    return rows


def observed_objects() -> list[str]:
    """Keys of all objects but the bundles, which name the visit that a file was listed by."""
    names = objects.keys()
    return [key for key in names if not key.startswith("bundle/")]


def latest() -> dict[tuple[str, date], Manifest]:
    return {(item.archive, item.night): item for item in read_bundles().latest}


def lose() -> None:
    with transaction() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(LOST)} CASCADE"))


def verify(night: SimulatedNight, folder: Path) -> None:
    """Compare the night with what we would list of it ourselves, so that there is something to remember."""
    options = ("--night", NIGHT.isoformat(), "--archive", ARCHIVE)
    listed = night.run("export", "burst-list", *options, "--out", str(folder / "list.txt"))
    assert listed.returncode == 0, listed.stderr
    verified = night.run("verify", "--catalogue", str(folder / "list.txt"), *options)
    assert verified.returncode == 0, verified.stderr


def test_a_lost_database_is_rebuilt_from_the_bundles_alone(night: SimulatedNight, tmp_path: Path) -> None:
    verify(night, tmp_path)
    before, export, keys = contents(), night.export(), observed_objects()
    lose()
    assert not night.query("files", "--night", NIGHT.isoformat())
    told = night.run("fsck", "--sweep")
    assert f"DAMAGE  {ARCHIVE} {NIGHT}: has a bundle in the bucket and no row; run `nightshift rebuild`" in told.stdout
    assert told.returncode == 1 and "before anything is swept" in told.stderr, "what it is rebuilt from is not swept"
    rebuilt = night.run("rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert f"{ARCHIVE} {NIGHT}: restored" in rebuilt.stdout
    assert contents() == before and night.export() == export
    assert all(before.values())
    again = night.run("rebuild")
    assert again.returncode == 0 and "0 nights restored" in again.stdout, again.stdout
    observed = night.observe()
    assert observed.returncode == 0, observed.stderr
    assert night.export() == export
    assert observed_objects() == keys


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
    bundle = latest()[ARCHIVE, NIGHT]
    lose()
    with changed(bundle.tables["score"]):
        refused = night.run("rebuild")
    assert refused.returncode == 1 and bundle.tables["score"] in refused.stderr, refused.stderr
    assert not night.query("files", "--night", NIGHT.isoformat()), "nothing of the night is restored"
    assert night.run("rebuild").returncode == 0 and night.query("files", "--night", NIGHT.isoformat())


def test_a_damaged_manifest_is_named_and_keeps_no_other_night_back(night: SimulatedNight) -> None:
    key = latest()[ARCHIVE, NIGHT].key
    stranger = objects.put("bundle", f"the manifest of another night, cut off {uuid4()}".encode(), ".json", "application/json").key
    lose()
    with changed(stranger):
        told = night.run("fsck")
        rebuilt = night.run("rebuild")
    objects.delete([stranger])
    assert f"DAMAGE  {stranger}: {stranger} is not what was written" in told.stdout and told.returncode == 1
    assert rebuilt.returncode == 1 and stranger in rebuilt.stderr
    assert f"{ARCHIVE} {NIGHT}: restored" in rebuilt.stdout and latest()[ARCHIVE, NIGHT].key == key


def test_the_bundle_names_the_one_that_it_took_the_place_of(night: SimulatedNight) -> None:
    change, back = (f"UPDATE source_file SET url = {value} WHERE archive = :archive" for value in ("url || '?'", "left(url, -1)"))
    before = latest()[ARCHIVE, NIGHT]
    with transaction() as connection:
        connection.execute(text(change), {"archive": ARCHIVE})
    assert night.observe().returncode == 0
    after = latest()[ARCHIVE, NIGHT]
    assert after.key != before.key and after.supersedes == before.key
    with transaction() as connection:
        connection.execute(text(back), {"archive": ARCHIVE})


def test_what_was_prepared_in_an_older_way_is_prepared_anew_without_the_archive(night: SimulatedNight) -> None:
    export, keys = night.export(), set(objects.keys())
    mine = (SourceFile.archive == ARCHIVE, SourceFile.night == NIGHT, SourceFile.state == "stored")
    with transaction() as connection:
        assert connection.execute(update(SourceFile).where(*mine).values(preparation="radio-0")).rowcount > 20
    observed = night.observe()
    assert observed.returncode == 0, observed.stderr
    assert night.export() == export
    assert not [key for key in set(objects.keys()) - keys if not key.startswith("bundle/")], "the same shards again"
    with transaction() as connection:
        assert connection.scalars(select(SourceFile.preparation.distinct()).where(*mine)).all() == [PREPROCESSING_VERSION]


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
