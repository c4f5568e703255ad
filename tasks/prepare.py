"""What a worker does to a part: read every file, judge it sound or corrupt, and leave one shard. Imports no Prefect."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from db import objects
from db.objects import StoredObject
from models.errors import CorruptInput
from models.observation import Observation
from models.site import NOWHERE, Site
from tasks import shard
from tasks.archives.archive import Product
from tasks.archives.catalogue import archive

RAW_MEDIA_TYPE = "application/octet-stream"
SHARD_MEDIA_TYPE = "application/x-npz"
UPLOADS = 4  # at once, while the next file is read


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """How one file ended: stored at an index of the part's shard, or quarantined or (read in place) unreachable with a reason."""

    name: str
    state: Literal["stored", "quarantined", "unreachable"]
    sha256: str
    bytes: int
    reason: str = ""
    raw: StoredObject | None = None
    index: int | None = None
    t_start: datetime | None = None
    t_end: datetime | None = None
    site: Site = NOWHERE


@dataclass(frozen=True, slots=True)
class PreparedPart:
    """A part, prepared; ``shard`` is None where no file of it could be read."""

    files: tuple[PreparedFile, ...]
    shard: StoredObject | None


def prepare_part(archive_name: str, product_name: str, files: Sequence[tuple[str, bytes | Path]], keep_raw: bool) -> PreparedPart:
    """Read the files of one part, copy the sound ones to S3, and pack them into a shard there.

    Parameters
    ----------
    archive_name, product_name : which declaration reads them
    files : names, and bytes or where they lie, sorted by name
    keep_raw : whether raw bytes are copied to S3
    """
    product = archive(archive_name).product(product_name)
    prepared: list[tuple[PreparedFile, Future[StoredObject] | None]] = []
    observations: list[tuple[str, Observation]] = []
    with ThreadPoolExecutor(UPLOADS) as uploads:
        for name, held in files:
            try:
                body = held.read_bytes() if isinstance(held, Path) else held
            except OSError as error:
                lost = PreparedFile(name, "unreachable", "", 0, reason=f"cannot be read: {error.strerror}")
                prepared.append((lost, None))
                continue
            digest = hashlib.sha256(body).hexdigest()
            try:
                observation = product.read(body, name)
            except CorruptInput as error:
                prepared.append((PreparedFile(name, "quarantined", digest, len(body), reason=str(error)), None))
                continue
            raw = uploads.submit(objects.put, "raw", body, _suffix(name, product), RAW_MEDIA_TYPE) if keep_raw else None
            file = PreparedFile(
                name,
                "stored",
                digest,
                len(body),
                index=len(observations),
                t_start=observation.t_start,
                t_end=observation.t_end,
                site=observation.site,
            )
            prepared.append((file, raw))
            observations.append((name, observation))
        packed = objects.put("shard", shard.pack(observations), ".npz", SHARD_MEDIA_TYPE) if observations else None
        return PreparedPart(tuple(replace(file, raw=raw.result() if raw else None) for file, raw in prepared), packed)


def _suffix(name: str, product: Product) -> str:
    """``.fit.gz`` of ``BIR_20240514_120000_01.fit.gz``: what tells a reader of the bucket what an object is."""
    return next(suffix for suffix in product.suffixes if name.endswith(suffix))
