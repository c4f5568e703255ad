"""Objects in S3, addressed by their content: written once, rewritten harmlessly, never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from db.settings import load_settings
from models.errors import Inconsistent

MOST_DELETED = 1000  # S3 takes no more at once

Kind = Literal["raw", "shard", "picture", "report", "bundle", "reference"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the `artifact` table knows of one object."""

    key: str
    sha256: str
    bytes: int
    media_type: str


@lru_cache(maxsize=1)
def client() -> Any:
    """Return this process's S3 client (boto3 clients may be shared by threads)."""
    import boto3  # who only asks the database need not wait for it
    from botocore.config import Config

    settings = load_settings()
    secret = settings.s3_secret_key
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        region_name=settings.s3_region,
        config=Config(
            request_checksum_calculation=settings.s3_checksums,
            response_checksum_validation=settings.s3_checksums,
            retries={"mode": "standard", "max_attempts": 5},
            max_pool_connections=16,
            connect_timeout=10,
            read_timeout=60,
            s3={"addressing_style": "path"} if settings.s3_endpoint else {},
        ),
    )


def address(kind: Kind, body: bytes, suffix: str, media_type: str) -> StoredObject:
    """Name the object that ``body`` is: ``kind/ab/abcdef….suffix`` by its SHA-256."""
    digest = hashlib.sha256(body).hexdigest()
    return StoredObject(f"{kind}/{digest[:2]}/{digest}{suffix}", digest, len(body), media_type)


def put(kind: Kind, body: bytes, suffix: str, media_type: str) -> StoredObject:
    """Store ``body`` and return its address; where the object is already, it is written again, the same.

    Asking first would cost every new object a second request, a third of its time, to spare a rerun's few.
    """
    stored = address(kind, body, suffix, media_type)
    client().put_object(Bucket=load_settings().s3_bucket, Key=stored.key, Body=body, ContentType=media_type)
    return stored


def get(key: str) -> bytes:
    """Return the bytes of an object.

    Raises
    ------
    Inconsistent
        If the object is not there although a row names it.
    """
    try:
        body: bytes = client().get_object(Bucket=load_settings().s3_bucket, Key=key)["Body"].read()
    except client().exceptions.NoSuchKey as error:
        raise Inconsistent(f"{key}: a row names this object, but it is not in the bucket {load_settings().s3_bucket}") from error
    return body


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """One object as the bucket lists it; ``modified`` is the time of its last writing by the service's clock."""

    key: str
    bytes: int
    modified: datetime


def listing(prefix: str = "") -> list[Listed]:
    """All objects under ``prefix``, sorted by key."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=load_settings().s3_bucket, Prefix=prefix)
    entries = (entry for page in pages for entry in page.get("Contents", ()))
    return sorted(Listed(entry["Key"], entry["Size"], entry["LastModified"]) for entry in entries)


def keys(prefix: str = "") -> list[str]:
    """All keys under ``prefix``, sorted."""
    return [item.key for item in listing(prefix)]


def delete(names: Sequence[str]) -> None:
    """Delete objects; those that are not there are no trouble.

    Raises
    ------
    Inconsistent
        Naming the first that the service refuses to delete.
    """
    for first in range(0, len(names), MOST_DELETED):
        some = [{"Key": name} for name in names[first : first + MOST_DELETED]]
        reply = client().delete_objects(Bucket=load_settings().s3_bucket, Delete={"Objects": some, "Quiet": True})
        for refused in reply.get("Errors", ()):
            raise Inconsistent(f"{refused['Key']}: the bucket refuses to delete it ({refused['Code']}: {refused['Message']})")
