"""Bursts put into copies of a night's files, and what models made of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Select, cast, delete, func, select

from db.events import Headline
from db.ledger import CURRENT
from db.merge import merge
from db.schema import Base, Detection, Injection, ModelVersion, Score, SourceFile

KEY = ("source_file_id", "model_version_id", "number")


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A stored file that a model has judged.

    Attributes
    ----------
    id, name, station, product : as in `SourceFile`
    raw_key : of its bytes, None where these are not kept
    shard_key, shard_index : where it is prepared
    """

    id: int
    name: str
    station: str
    product: str
    raw_key: str | None
    shard_key: str
    shard_index: int


def judged_files(connection: Connection, archive: str, night: date, model: Headline) -> list[JudgedFile]:
    """Files of a night that a model has judged, by name."""
    file = SourceFile
    rows = connection.execute(
        select(file.id, file.name, file.station, file.product, file.raw_key, file.shard_key, file.shard_index)
        .join(Score, Score.source_file_id == file.id)
        .where(file.archive == archive, file.night == night, file.state == "stored")
        .where(Score.model_version_id == model.id, Score.state == "judged")
        .order_by(file.name)
    )
    return [JudgedFile(*row) for row in rows]


def found_in(connection: Connection, files: Iterable[int], model: Headline) -> Mapping[int, list[tuple[datetime, datetime]]]:
    """When a model found bursts, by file."""
    found = defaultdict(list)
    rows = connection.execute(
        select(Detection.source_file_id, Detection.t_start, Detection.t_end)
        .where(Detection.source_file_id.in_(files), Detection.model_version_id == model.id, Detection.score >= model.threshold)
        .where(Detection.t_start.is_not(None), Detection.t_end.is_not(None))
        .order_by(Detection.source_file_id, Detection.index)
    )
    for file_id, t_start, t_end in rows:
        found[file_id].append((t_start, t_end))
    return found


def injected_already(connection: Connection, files: Iterable[int], model: Headline) -> set[tuple[int, int]]:
    """File and number of every injection that a model has judged."""
    mine = (Injection.source_file_id.in_(files), Injection.model_version_id == model.id)
    return set(connection.execute(select(Injection.source_file_id, Injection.number).where(*mine)).tuples())


def write_injections(
    connection: Connection,
    archive: str,
    night: date,
    model: Headline,
    rows: Sequence[Mapping[str, Any]],
    wanted: Sequence[tuple[int, int]],
) -> None:
    """Add the injections of a night, and forget those of its files by this model version that are wanted no more.

    Parameters
    ----------
    connection, archive, night, model : which
    rows : columns of `Injection` but the model version
    wanted : file and number of all injections of the night, of ``rows`` and of before
    """
    merge(connection, Base.metadata.tables["injection"], [{**row, "model_version_id": model.id} for row in rows], key=KEY)
    columns = (cast([slot[part] for slot in wanted], ARRAY(BigInteger)) for part in (0, 1))
    kept = func.unnest(*columns).table_valued("file", "number").render_derived(name="kept")
    among = select(kept.c.file).where(kept.c.file == Injection.source_file_id, kept.c.number == Injection.number)
    tonight = select(SourceFile.id).where(SourceFile.archive == archive, SourceFile.night == night, CURRENT)
    mine = (Injection.source_file_id.in_(tonight), Injection.model_version_id == model.id)
    connection.execute(delete(Injection).where(*mine, ~among.exists()))


def select_injections(*conditions: Any) -> Select[Any]:
    """Select a row for each injection of the files and models that meet the conditions."""
    found = Injection
    return (
        select(
            SourceFile.archive,
            SourceFile.night,
            SourceFile.station,
            SourceFile.focus_code,
            found.type,
            found.peak_db,
            found.snr,
            found.recovered,
            found.score,
            found.label,
            found.t_start,
            found.t_peak,
            found.t_end,
            found.frequency_low_mhz,
            found.frequency_high_mhz,
            found.through,
            ModelVersion.name.label("model"),
            ModelVersion.version,
            SourceFile.name,
            found.number,
        )
        .join(found, found.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == found.model_version_id)
        .where(*conditions)
        .order_by(SourceFile.night, SourceFile.archive, SourceFile.name, ModelVersion.name, ModelVersion.version, found.number)
    )
