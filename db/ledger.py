"""The ledger: every file that an archive listed, and the state it ended in."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select, update

from db.merge import merge
from db.objects import StoredObject
from db.remote_file import RemoteFile
from db.schema import Base, SourceFile

FILES = Base.metadata.tables["source_file"]
ARTIFACTS = Base.metadata.tables["artifact"]
CURRENT = SourceFile.state != "superseded"


@dataclass(frozen=True, slots=True)
class Work:
    """One file to fetch: what is listed, the part it goes into, and what we hold of it already.

    With ``raw_key`` the very bytes are in our bucket, and only have to be prepared anew.
    """

    file: RemoteFile
    part: str
    held_sha256: str | None = None
    held_etag: str | None = None
    held_modified: datetime | None = None
    raw_key: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one file ended. ``unchanged``: the archive's copy has a new date or size, but the bytes that we hold."""

    file: RemoteFile
    part: str
    state: Literal["stored", "quarantined", "absent", "unreachable", "unchanged"]
    reason: str = ""
    bytes: int | None = None
    sha256: str | None = None
    etag: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    raw_key: str | None = None
    shard_key: str | None = None
    shard_index: int | None = None
    preparation: str | None = None


class Ledger:
    """The files of one night of one archive, over one transaction's connection."""

    def __init__(self, connection: Connection, archive: str, night: date) -> None:
        self._connection = connection
        self._archive = archive
        self._night = night
        self._here = (SourceFile.archive == archive, SourceFile.night == night, CURRENT)

    def register(self, listed: Sequence[RemoteFile], preparation: Mapping[str, str] | None = None) -> list[Work]:
        """Write new names down and say what must be fetched: new, unsettled and changed files, sorted by part and name.

        So must what is stored, but was prepared in another way than ``preparation`` names for its product: from our own copy of its
        bytes, where there is one, even if the archive has it no more.

        A file goes into the part of its station and hour; where that part is sealed by a shard already, into a new part beside it,
        so that a shard once written never changes.
        """
        known = {row.name: row for row in self._connection.execute(select(FILES).where(*self._here))}
        held = (SourceFile.archive == self._archive, SourceFile.night == self._night, SourceFile.shard_key.is_not(None))
        sealed = set(self._connection.scalars(select(SourceFile.part).where(*held)))  # by superseded versions too
        stale = {row.name: row for row in known.values() if _is_stale(row, preparation or {})}
        held_rows = {name: row for name, row in known.items() if name not in stale}
        work = [
            Work(
                file,
                _open_part(known[file.name].part if file.name in known else file.part, sealed),
                *_held(held_rows.get(file.name)),
            )
            for file in listed
            if file.name not in known or _unsettled(known[file.name]) or _changed(known[file.name], file)
        ]
        taken = {item.file.name for item in work}
        unwritten = [item for item in work if item.file.name not in known or _unsettled(known[item.file.name])]
        merge(
            self._connection,
            FILES,
            [
                self._row(item.file)
                | {"version": _version(known.get(item.file.name)), "part": item.part, "start_time": item.file.start}
                for item in unwritten
            ],
            key=("archive", "name", "version"),
        )
        for row in (row for name, row in stale.items() if name not in taken):
            etag = row.etag if row.raw_key else None  # asked by its etag, the archive would say that we hold it
            work.append(Work(_remote(row), _open_part(row.part, sealed), held_etag=etag, raw_key=row.raw_key))
        return sorted(work, key=lambda item: (item.part, item.file.name))

    def enter(self, listed: Sequence[RemoteFile]) -> dict[str, int]:
        """Write new names down, and leave the known ones as they are; return the ids of all by name.

        The files are settled when the night is over: what was said of them before then stays theirs.
        """
        new = [self._row(file) | {"part": file.part, "start_time": file.start} for file in listed]
        merge(self._connection, FILES, new, key=("archive", "name", "version"), overwrite=False)
        mine = (SourceFile.archive == self._archive, SourceFile.name.in_([file.name for file in listed]), CURRENT)
        return dict(self._connection.execute(select(SourceFile.name, SourceFile.id).where(*mine)).tuples().all())

    def elsewhere(self, listed: Iterable[RemoteFile]) -> set[str]:
        """Names that the archive lists for this night, but listed for another night first, where they stay."""
        there = (SourceFile.archive == self._archive, SourceFile.night != self._night)
        return set(
            self._connection.scalars(select(SourceFile.name).where(*there, SourceFile.name.in_([file.name for file in listed])))
        )

    def vanish(self, listed: Iterable[RemoteFile]) -> int:
        """Mark files that never came and are no longer listed as absent; only for a listing known to be whole."""
        return self._end(listed, ("listed", "unreachable"), "absent", "was listed once, is no longer listed, and never came")

    def strand(self, listed: Iterable[RemoteFile]) -> int:
        """Mark files that an earlier run left unfetched, and that a broken listing does not show, as unreachable."""
        return self._end(listed, ("listed",), "unreachable", "was listed once and never fetched; the latest listing is broken")

    def settle(self, settlements: Sequence[Settlement], objects: Iterable[StoredObject]) -> Counter[str]:
        """Write down how files ended, objects first. New bytes of a stored file become its next version; return states counted."""
        record_artifacts(self._connection, objects)
        names = [item.file.name for item in settlements]
        known = {row.name: row for row in self._connection.execute(select(FILES).where(*self._here, SourceFile.name.in_(names)))}
        rows = []
        for item in settlements:
            row = known[item.file.name]
            if _unchanged(row, item) or (row.state == "stored" and item.state in ("absent", "unreachable")):
                continue  # what we hold stays good; an unchanged copy only renews its listing, below
            replaced = row.state == "stored" and (item.state, item.sha256) != ("stored", row.sha256)
            if replaced:
                self._supersede(row.id)
            ended = {field: getattr(item, field) for field in Settlement.__dataclass_fields__ if field != "file"}
            ended["start_time"] = item.start_time or item.file.start
            rows.append(self._row(item.file) | ended | {"version": row.version + replaced})
        merge(self._connection, FILES, rows, key=("archive", "name", "version"))
        renewed = [item for item in settlements if _unchanged(known[item.file.name], item)]
        merge(
            self._connection,
            FILES,
            [
                self._row(item.file) | {"version": known[item.file.name].version, "part": known[item.file.name].part}
                for item in renewed
            ],
            key=("archive", "name", "version"),
        )
        return Counter(item.state for item in settlements)

    def states(self) -> Counter[str]:
        """Number of files in each state, superseded versions left out."""
        counted = self._connection.execute(select(SourceFile.state, func.count()).where(*self._here).group_by(SourceFile.state))
        return Counter(dict(counted.tuples().all()))

    def names(self) -> set[str]:
        """Names of all files ever listed for this night."""
        return set(self._connection.scalars(select(SourceFile.name).where(*self._here)))

    def _end(self, listed: Iterable[RemoteFile], states: tuple[str, ...], state: str, reason: str) -> int:
        """Settle the files in ``states`` that ``listed`` does not name."""
        names = [file.name for file in listed]
        statement = update(SourceFile).where(*self._here, SourceFile.state.in_(states), SourceFile.name.not_in(names))
        return self._connection.execute(statement.values(state=state, reason=reason)).rowcount

    def _supersede(self, file_id: int) -> None:
        self._connection.execute(update(SourceFile).where(SourceFile.id == file_id).values(state="superseded"))

    def _row(self, file: RemoteFile) -> dict[str, Any]:
        return {
            "archive": self._archive,
            "name": file.name,
            "night": self._night,
            "url": file.url,
            "product": file.product,
            "station": file.station,
            "focus_code": file.focus_code,
            "listed_size": file.listed_size,
            "modified": file.modified,
        }


def record_artifacts(connection: Connection, objects: Iterable[StoredObject]) -> None:
    """Write down objects that are in S3."""
    merge(connection, ARTIFACTS, [asdict(item) for item in {item.key: item for item in objects}.values()], key=("key",))


def _unchanged(row: Row[Any], item: Settlement) -> bool:
    """Whether we hold these bytes, be it from a try of the same batch that settled, but ended before it could say so."""
    same = (row.state, row.sha256, row.preparation) == (item.state, item.sha256, item.preparation)
    return item.state == "unchanged" or bool(same and row.state == "stored")


def _remote(row: Row[Any]) -> RemoteFile:
    """The file as the archive listed it when we took it."""
    start = row.start_time
    return RemoteFile(row.name, row.url, row.product, row.station, row.focus_code, start, row.listed_size, row.modified)


def _unsettled(row: Row[Any]) -> bool:
    return bool(row.state != "stored")


def _is_stale(row: Row[Any], preparation: Mapping[str, str]) -> bool:
    return bool(row.state == "stored" and row.preparation != preparation.get(row.product, row.preparation))


def _changed(row: Row[Any], file: RemoteFile) -> bool:
    return bool((row.listed_size, row.modified) != (file.listed_size, file.modified))


def _version(row: Row[Any] | None) -> int:
    return row.version if row else 1


def _held(row: Row[Any] | None) -> tuple[str | None, str | None, datetime | None]:
    """Hash, etag and time of our copy; a quarantined file is fetched again without condition, since its bytes were bad."""
    return (row.sha256, row.etag, row.modified) if row and row.state == "stored" else (None, None, None)


def _open_part(part: str, sealed: set[str]) -> str:
    """``part`` itself, or the first of part+1, part+2, … that no shard has sealed."""
    base, number = re.sub(r"\+\d+$", "", part), 0
    while part in sealed:
        number += 1
        part = f"{base}+{number}"
    return part
