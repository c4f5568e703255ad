"""Objects by their content, on the stack's S3 and on moto's, whose semantics are those of AWS."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from db import objects
from db.settings import load_settings
from models.errors import Inconsistent


@pytest.fixture
def moto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An S3 of moto's with an empty bucket, in the place of the stack's."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "ENDPOINT": f"http://{host}:{port}",
        "ACCESS_KEY": "key",
        "SECRET_KEY": "secret",
        "BUCKET": "other",
    }.items():
        monkeypatch.setenv(f"NIGHTSHIFT_S3_{name}", value)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    _forget()
    objects.client().create_bucket(Bucket="other")
    yield
    objects.client().close()
    server.stop()
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    load_settings.cache_clear()
    objects.client.cache_clear()


@pytest.fixture(params=["stores", "moto"])
def bucket(request: pytest.FixtureRequest) -> str:
    """Name of the bucket in use."""
    request.getfixturevalue(request.param)
    return load_settings().s3_bucket


def test_an_object_comes_back_and_written_twice_is_still_one(bucket: str) -> None:
    body = os.urandom(1000)
    stored = objects.put("raw", body, ".fit.gz", "application/octet-stream")
    assert stored.key == f"raw/{stored.sha256[:2]}/{stored.sha256}.fit.gz" and stored.bytes == 1000
    assert objects.get(stored.key) == body
    assert objects.put("raw", body, ".fit.gz", "application/octet-stream") == stored
    assert objects.keys(f"raw/{stored.sha256[:2]}/{stored.sha256}") == [stored.key]


def test_an_empty_object_is_an_object(bucket: str) -> None:
    assert objects.get(objects.put("report", b"", ".html", "text/html").key) == b""


def test_a_missing_object_is_an_inconsistency(bucket: str) -> None:
    with pytest.raises(Inconsistent, match=f"raw/00/none.*bucket {bucket}"):
        objects.get("raw/00/none")


def test_half_an_object_is_written_again(bucket: str) -> None:
    body = os.urandom(1000)
    key = objects.address("shard", body, ".npz", "application/x-npz").key
    objects.client().put_object(Bucket=bucket, Key=key, Body=body[:10])
    objects.put("shard", body, ".npz", "application/x-npz")
    assert objects.get(key) == body


def test_keys_are_listed_by_their_beginning(bucket: str) -> None:
    folder = f"picture/{os.urandom(4).hex()}"
    for name in ("b", "a/c", "a/b"):
        objects.client().put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=b"1")
    assert objects.keys(f"{folder}/") == [f"{folder}/a/b", f"{folder}/a/c", f"{folder}/b"]
    assert objects.keys(f"{folder}/a/") == [f"{folder}/a/b", f"{folder}/a/c"]
    assert objects.keys(f"{folder}x") == []
