"""Files, settlements and verdicts for tests of the database, each test under a name of its own."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from db.ledger import Ledger, Settlement, Work
from db.objects import StoredObject
from db.remote_file import RemoteFile
from db.schema import SourceFile

NIGHT = date(2024, 5, 14)
NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


def remote(name: str = "A_12", size: str = "1K", modified: datetime | None = NOON) -> RemoteFile:
    """A listed file; "A_12" is of station A and starts at 12 h."""
    station, _, hour = name.partition("_")
    return RemoteFile(name, f"http://x/{name}", "spectrogram", station, "01", NOON.replace(hour=int(hour[:2])), size, modified)


def stored_object(text: str) -> StoredObject:
    """The object that ``text`` stands for."""
    digest = sha256(text.encode()).hexdigest()
    return StoredObject(f"shard/{digest}.npz", digest, len(text), "application/x-npz")


def stored(work: Work, body: str = "first") -> tuple[Settlement, StoredObject]:
    """A file that came and was sound, with its shard."""
    shard = stored_object(f"{work.part} {work.file.name} {body}")
    settlement = Settlement(
        work.file,
        work.part,
        "stored",
        bytes=len(body),
        sha256=sha256(f"{work.file.name} {body}".encode()).hexdigest(),
        etag=f'"{body}"',
        start_time=work.file.start,
        end_time=(work.file.start or NOON) + timedelta(minutes=15),
        shard_key=shard.key,
        shard_index=0,
    )
    return settlement, shard


def store(ledger: Ledger, work: Sequence[Work], body: str = "first") -> None:
    """Settle all of ``work`` as stored."""
    ended = [stored(item, body) for item in work]
    ledger.settle([item for item, _ in ended], [shard for _, shard in ended])


def end(ledger: Ledger, work: Sequence[Work], state: Any, reason: str = "a reason") -> None:
    """Settle all of ``work`` in one state."""
    ledger.settle([Settlement(item.file, item.part, state, "" if state == "unchanged" else reason) for item in work], [])


def rows(connection: Connection, archive: str) -> list[Any]:
    """All versions of all files, by name."""
    order = (SourceFile.name, SourceFile.version)
    return list(connection.execute(select(SourceFile.__table__).where(SourceFile.archive == archive).order_by(*order)))
