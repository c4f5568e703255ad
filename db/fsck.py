"""Whether the tables and the bucket tell the same story; both ways, and each night's accounts once more."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, column, delete, func, select, union

from db.bundle import BUNDLE
from db.objects import Listed
from db.schema import Artifact, Detection, Night, SourceFile

# Objects are written before their rows: younger ones may belong to a run that has not come so far.
UNDER_WAY = timedelta(days=1)
COUNTED = ("stored", "quarantined", "absent", "unreachable")

BACKUP = "take it from a backup of the bucket"
SWEEP = "`nightshift fsck --sweep` deletes it in time"

Kind = Literal["missing", "changed", "night", "lost", "orphan", "unused"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as it should be.

    Attributes
    ----------
    kind : "missing" or "changed" objects, "night" accounts and nights "lost" to the tables are damage; "orphan" objects without a
        row and "unused" ones that no row names are only in the way
    where : key of an object, or archive and night
    line : what is wrong, and what to do
    """

    kind: Kind
    where: str
    line: str

    @property
    def is_damage(self) -> bool:
        """Whether something was lost, rather than left over."""
        return self.kind not in ("orphan", "unused")


def check_objects(connection: Connection, listed: Sequence[Listed], bundled: Iterable[str], now: datetime) -> list[Trouble]:
    """Compare the rows of `artifact` with what the bucket lists.

    Parameters
    ----------
    listed : every object of the bucket
    bundled : keys of the tables that the manifests of the nights' bundles name
    now : of the bucket's clock
    """
    there = {item.key: item for item in listed}
    rows = dict(connection.execute(select(Artifact.key, Artifact.bytes)).tuples().all())
    used = used_keys(connection) | set(bundled)
    owners = _owners(connection, rows.keys() - there.keys())
    troubles = []
    for key, size in sorted(rows.items()):
        if key not in there:
            of = f" ({owners[key]})" if key in owners else ""
            troubles.append(Trouble("missing", key, f"is in the tables{of}, not in the bucket; {BACKUP}"))
        elif there[key].bytes != size:
            line = f"has {there[key].bytes:,} bytes in the bucket, {size:,} in the tables; {BACKUP}"
            troubles.append(Trouble("changed", key, line))
        elif key not in used:
            troubles.append(Trouble("unused", key, f"is named by no night any more; {SWEEP}"))
    for key in sorted(there.keys() - rows.keys()):
        if now - there[key].modified > UNDER_WAY:
            line = f"is in the bucket, not in the tables: a run was cut off after writing it; {SWEEP}"
            troubles.append(Trouble("orphan", key, line))
    return troubles


def check_nights(connection: Connection) -> list[Trouble]:
    """Count the files of every night once more, and see that it has a bundle."""
    counted: defaultdict[tuple[str, object], Counter[str]] = defaultdict(Counter)
    states = select(SourceFile.archive, SourceFile.night, SourceFile.state, func.count()).group_by(
        SourceFile.archive, SourceFile.night, SourceFile.state
    )
    for archive, night, state, count in connection.execute(states):
        counted[archive, night][state] = count
    troubles = []
    for row in connection.execute(select(Night).order_by(Night.night, Night.archive)).mappings():
        where, files = f"{row['archive']} {row['night']}", counted.pop((row["archive"], row["night"]), Counter())
        wrong = [
            f"{row[state]} {state} in its row, {files[state]} in the ledger" for state in COUNTED if row[state] != files[state]
        ]
        if wrong and row["outcome"] != "failed":
            troubles.append(Trouble("night", where, f"{'; '.join(wrong)}; run `nightshift night --night {row['night']}`"))
        if BUNDLE not in row["artifacts"]:
            line = f"has no bundle, so that it cannot be rebuilt; run `nightshift night --night {row['night']}`"
            troubles.append(Trouble("night", where, line))
    for archive, night in sorted(counted, key=str):
        line = f"has files in the ledger and no row: its run was cut off; run `nightshift night --night {night}`"
        troubles.append(Trouble("night", f"{archive} {night}", line))
    return troubles


def used_keys(connection: Connection) -> set[str]:
    """Keys of all objects that a file, a detection or a night names."""
    entries = func.jsonb_each(Night.artifacts).table_valued("key", "value", joins_implicitly=True)
    named = union(
        select(SourceFile.raw_key.label("key")).where(SourceFile.raw_key.is_not(None)),
        select(SourceFile.shard_key).where(SourceFile.shard_key.is_not(None)),
        select(Detection.artifact).where(Detection.artifact.is_not(None)),
        select(column("value").op("->>")("key")).select_from(Night).join(entries, Night.archive.is_not(None)),
    )
    return set(connection.scalars(named))


def bundle_keys(connection: Connection) -> list[str]:
    """Keys of the manifests of all nights' bundles."""
    manifest = Night.artifacts[BUNDLE]["key"].astext
    return sorted(connection.scalars(select(manifest).where(manifest.is_not(None))))


def forget(connection: Connection, keys: Sequence[str]) -> None:
    """Delete rows of objects that nothing names; what is named after all is refused by the tables' foreign keys."""
    connection.execute(delete(Artifact).where(Artifact.key.in_(keys)))


def _owners(connection: Connection, keys: Iterable[str]) -> Mapping[str, str]:
    """Name a file, with its night, for each object of a file."""
    wanted = list(keys)
    if not wanted:
        return {}
    named = union(
        *(
            select(key.label("key"), SourceFile.archive, SourceFile.night, SourceFile.name).where(key.in_(wanted))
            for key in (SourceFile.raw_key, SourceFile.shard_key)
        )
    )
    return {key: f"{archive} {night}, {name}" for key, archive, night, name in connection.execute(named)}
