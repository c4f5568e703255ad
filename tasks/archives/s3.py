"""Archives that are prefixes of an S3 bucket, with the service and the keys of the settings."""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from db.ledger import Work
from db.objects import client
from models.errors import SourceUnavailable
from tasks.archives.index_page import Entry, IndexPage, is_plain
from tasks.archives.transport import Fetched


class S3Transport:
    """``s3://bucket/prefix/`` addresses."""

    async def close(self) -> None:
        """Nothing is open."""

    async def list_directory(self, url: str) -> IndexPage:
        """Return what lies directly below a prefix.

        Raises
        ------
        SourceUnavailable
            If it cannot be listed; ``gone`` if nothing lies below it.
        """
        try:
            entries = await asyncio.to_thread(_entries, *_place(url))
        except (BotoCoreError, ClientError) as error:
            raise SourceUnavailable(f"{url}: {error}") from error
        if not entries:
            raise SourceUnavailable(f"{url}: nothing lies below this prefix", gone=True)
        plain = tuple(entry for entry in entries if is_plain(entry.name))
        return IndexPage(plain, tuple(ascii(entry.name) for entry in entries if not is_plain(entry.name)), complete=True)

    async def fetch(self, work: Work, max_bytes: int) -> Fetched:
        """Get one object."""
        bucket, key = _place(work.file.url)
        try:
            return await asyncio.to_thread(_get, work, bucket, key, max_bytes)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return Fetched(work, "absent", reason="listed, but no longer in the bucket")
            return Fetched(work, "unreachable", reason=str(error))
        except BotoCoreError as error:
            return Fetched(work, "unreachable", reason=str(error))


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, unquote(parts.path).lstrip("/")


def _entries(bucket: str, prefix: str) -> list[Entry]:
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    found = []
    for page in pages:
        folders = (item["Prefix"] for item in page.get("CommonPrefixes", ()))
        found += [Entry(folder.removeprefix(prefix), "", None) for folder in folders]
        found += [
            Entry(item["Key"].removeprefix(prefix), str(item["Size"]), item["LastModified"].replace(microsecond=0))
            for item in page.get("Contents", ())
            if item["Key"] != prefix
        ]
    return sorted(found, key=lambda entry: entry.name)


def _get(work: Work, bucket: str, key: str, max_bytes: int) -> Fetched:
    held: dict[str, Any] = client().get_object(Bucket=bucket, Key=key)
    if held["ContentLength"] > max_bytes:
        return Fetched(work, "refused", reason=f"is {held['ContentLength']:,} bytes long, more than the {max_bytes:,} allowed")
    return Fetched(work, "fetched", held["Body"].read())
