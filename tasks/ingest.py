"""Ingest: fetch a batch of files, prepare its parts on the cluster, settle each file in the ledger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from db import objects
from db.ledger import Ledger, Settlement, Work
from db.objects import StoredObject
from db.session import transaction
from db.settings import load_settings
from tasks.archives.catalogue import archive
from tasks.archives.fetcher import fetcher
from tasks.archives.folder import locate
from tasks.archives.transport import Fetched
from tasks.batch import step_task
from tasks.cluster import on_cluster
from tasks.crawl import Batch
from tasks.prepare import PreparedPart, prepare_part
from tasks.source import Source


@dataclass(frozen=True, slots=True)
class Ingested:
    """States counted, and a sentence for each file that could not be had, or of which we keep an older copy."""

    states: Counter[str]
    troubles: tuple[str, ...]


@step_task
def ingest_batch(source: Source, batch: Batch) -> Ingested:
    """Settle one batch; a second try settles the same files in the same way."""
    remote = [work for work in batch if work.raw_key is None]
    fetched = _fetch(source, remote) + [_from_bucket(work) for work in batch if work.raw_key]
    settlements, stored = prepare(source, fetched)
    lost = [f"{item.file.name}: {item.reason}" for item in settlements if item.state == "unreachable"]
    troubles = tuple(dict.fromkeys([*filter(None, map(_trouble, fetched)), *lost]))
    with transaction() as connection:
        states = Ledger(connection, source.archive, source.night).settle(settlements, stored)
    return Ingested(states, troubles)


def _fetch(source: Source, work: Sequence[Work]) -> list[Fetched]:
    """Get files from the archive; those that the workers read in place are only found."""
    declared = archive(source.archive)
    if declared.in_place and not source.remote:
        return [locate(item, declared.max_bytes) for item in work]
    return fetcher().fetch(declared, work)


def prepare(source: Source, fetched: Sequence[Fetched]) -> tuple[list[Settlement], list[StoredObject]]:
    """Prepare what came, part by part, on the cluster; say how every file ended and which objects were written for it."""
    settlements = [_ended(item) for item in fetched if item.outcome != "fetched" or _same(item)]
    came = [item for item in fetched if item.outcome == "fetched" and not _same(item)]
    came.sort(key=lambda item: (item.work.part, item.work.file.name))
    parts = [list(items) for _, items in groupby(came, key=lambda item: item.work.part)]
    keep_raw = load_settings().keep_raw and source.remote and not archive(source.archive).in_place
    calls = [
        (source.archive, part[0].work.file.product, [(item.work.file.name, item.path or item.body) for item in part], keep_raw)
        for part in parts
    ]
    stored: list[StoredObject] = []
    for number, result in on_cluster(prepare_part, calls):
        product = archive(source.archive).product(parts[number][0].work.file.product)
        settlements += _settled(parts[number], result, product.preparation)
        stored += [file.raw for file in result.files if file.raw] + ([result.shard] if result.shard else [])
    return settlements, stored


def _trouble(item: Fetched) -> str | None:
    """Say which file is missing, and why; nothing of one that came, or that the archive says is gone."""
    if item.work.held_sha256 and item.outcome in ("absent", "unreachable"):
        return f"{item.work.file.name}: the archive has a newer copy, but it is {item.outcome}: {item.reason}"
    return f"{item.work.file.name}: {item.reason}" if item.outcome == "unreachable" else None


def _from_bucket(work: Work) -> Fetched:
    """Take our own copy of a file's bytes."""
    return Fetched(work, "fetched", objects.get(work.raw_key or ""), work.held_etag or "")


def _same(item: Fetched) -> bool:
    """Whether the archive only touched the file: the bytes are those that we hold."""
    return item.path is None and bool(item.work.held_sha256) and sha256(item.body).hexdigest() == item.work.held_sha256


def _ended(item: Fetched) -> Settlement:
    """Settle a file of which no new bytes came."""
    match item.outcome:
        case "absent" | "unreachable":
            return Settlement(item.work.file, item.work.part, item.outcome, reason=item.reason)
        case "refused":
            return Settlement(item.work.file, item.work.part, "quarantined", reason=f"{item.work.file.name}: {item.reason}")
        case _:
            return Settlement(item.work.file, item.work.part, "unchanged")


def _settled(part: Sequence[Fetched], result: PreparedPart, preparation: str) -> list[Settlement]:
    return [
        Settlement(
            item.work.file,
            item.work.part,
            file.state,
            reason=file.reason,
            bytes=file.bytes,
            sha256=file.sha256 or None,
            etag=item.etag,
            start_time=file.t_start,
            end_time=file.t_end,
            latitude_deg=file.site.latitude_deg,
            longitude_deg=file.site.longitude_deg,
            raw_key=file.raw.key if file.raw else None,
            shard_key=result.shard.key if result.shard and file.state == "stored" else None,
            shard_index=file.index,
            preparation=preparation if file.state == "stored" else None,
        )
        for item, file in zip(part, result.files, strict=True)
    ]
