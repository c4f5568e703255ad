"""Model versions and what they said of every stored file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, case, cast, delete, func, null, select, tuple_, update

from db.ledger import CURRENT
from db.merge import merge
from db.schema import Base, Detection, ModelVersion, Score, SkyMetric, SourceFile
from db.sky import record_sky
from models.description import Description
from models.errors import ConfigurationError
from models.verdict import Detection as Found
from models.verdict import Verdict

TABLES = Base.metadata.tables
DETECTED = tuple(field.name for field in fields(Found))


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A stored file that some enabled model version has not spoken on yet."""

    file_id: int
    shard_key: str
    shard_index: int
    models: tuple[str, ...]


def register_models(connection: Connection, instrument: str, records: Sequence[Description], code_revision: str) -> dict[str, int]:
    """Enter the model versions of an instrument, enable them and no others of it; return their ids by name.

    Raises
    ------
    ConfigurationError
        If a version is known with other weights, threshold or preparation: its old scores would no longer be what they say.
    """
    known = {(row.name, row.version): row for row in connection.execute(select(TABLES["model_version"]))}
    for record in records:
        row = known.get((record.name, record.version))
        fixed = ("weights_sha256", "preprocessing_version", "threshold")
        if record.weights_sha256 is None and row:
            continue  # without its weights the model will be skipped; what it said before stays true
        if row and any(getattr(row, field) != getattr(record, field) for field in fixed):
            raise ConfigurationError(
                f"{record.name} {record.version} is in the database with other weights, threshold or preparation:"
                " it needs a new version"
            )
    columns = TABLES["model_version"].c
    rows = [{key: value for key, value in asdict(record).items() if key in columns} | {"enabled": True} for record in records]
    fresh = [row | {"code_revision": code_revision} for row in rows if (row["name"], row["version"]) not in known]
    merge(connection, TABLES["model_version"], fresh, key=("name", "version"), overwrite=False)
    mine = [(record.name, record.version) for record in records]
    others = tuple_(ModelVersion.name, ModelVersion.version).not_in(mine)
    connection.execute(
        update(ModelVersion).where(ModelVersion.instrument == instrument, others, ModelVersion.enabled).values(enabled=False)
    )
    for record in records:
        this = (ModelVersion.name == record.name, ModelVersion.version == record.version)
        stale = ~ModelVersion.enabled | (ModelVersion.headline != record.headline)
        connection.execute(update(ModelVersion).where(*this, stale).values(enabled=True, headline=record.headline))
    return dict(connection.execute(_enabled(instrument)).tuples().all())


def unjudged(connection: Connection, archive: str, night: date, instrument: str, *, force: bool = False) -> list[Unjudged]:
    """Stored files of a night with the enabled models that have not spoken on them, or were skipped; all with ``force``."""
    said = said_in(instrument)
    spoken = (said.source_file_id == SourceFile.id, said.model_version_id == ModelVersion.id, said.state != "skipped")
    missing = select(said).where(*spoken).exists()
    statement = (
        select(SourceFile.id, SourceFile.shard_key, SourceFile.shard_index, func.array_agg(ModelVersion.name))
        .join(ModelVersion, (ModelVersion.instrument == instrument) & ModelVersion.enabled)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored")
        .group_by(SourceFile.id)
        .order_by(SourceFile.shard_key, SourceFile.shard_index)
    )
    rows = connection.execute(statement if force else statement.where(~missing))
    return [
        Unjudged(file_id, shard_key or "", shard_index or 0, tuple(sorted(names)))
        for file_id, shard_key, shard_index, names in rows
    ]


def stored_times(connection: Connection, archive: str, night: date) -> list[tuple[int, str, datetime | None]]:
    """Id, name and beginning of the stored files of a night, by time and name."""
    file = SourceFile
    here = (file.archive == archive, file.night == night, file.state == "stored")
    rows = connection.execute(select(file.id, file.name, file.start_time).where(*here).order_by(file.start_time, file.name))
    return list(rows.tuples())


def said_in(instrument: str) -> type[Score] | type[SkyMetric]:
    """The table that holds what models say of the files of an instrument."""
    return SkyMetric if instrument == "sky" else Score


def record_verdicts(
    connection: Connection, instrument: str, verdicts: Sequence[tuple[int, Verdict]], model_ids: Mapping[str, int]
) -> None:
    """Write the verdicts of files (by id) of an instrument where they belong."""
    (record_sky if said_in(instrument) is SkyMetric else record)(connection, verdicts, model_ids)


def record(connection: Connection, verdicts: Sequence[tuple[int, Verdict]], model_ids: Mapping[str, int]) -> None:
    """Write the verdicts of files (by id), with their detections; what the same model version said before is replaced."""
    scores = [_score_row(file_id, model_ids[verdict.model], verdict) for file_id, verdict in verdicts]
    merge(connection, TABLES["score"], scores, key=("source_file_id", "model_version_id"))
    detections = [row for file_id, verdict in verdicts for row in _detection_rows(file_id, model_ids[verdict.model], verdict)]
    merge(connection, TABLES["detection"], detections, key=("source_file_id", "model_version_id", "index"))
    _forget_beyond(connection, [(file_id, model_ids[verdict.model], len(verdict.detections)) for file_id, verdict in verdicts])


def _forget_beyond(connection: Connection, counts: Sequence[tuple[int, int, int]]) -> None:
    """Delete what an earlier, longer verdict left: detections from a count on, for each (file, model version, count)."""
    files, models, lengths = (list(column) for column in zip(*counts, strict=True)) if counts else ([], [], [])
    columns = (cast(column, ARRAY(BigInteger)) for column in (files, models, lengths))
    said = func.unnest(*columns).table_valued("file_id", "model_id", "length").render_derived(name="said")
    theirs = (Detection.source_file_id == said.c.file_id, Detection.model_version_id == said.c.model_id)
    connection.execute(delete(Detection).where(*theirs, Detection.index >= said.c.length))


def judgements(connection: Connection, archive: str, night: date, instrument: str) -> dict[str, Counter[str]]:
    """For each enabled model version, by name: scores of stored files by state."""
    said = said_in(instrument)
    counted = connection.execute(
        select(ModelVersion.name, said.state, func.count())
        .join(said, said.model_version_id == ModelVersion.id)
        .join(SourceFile, SourceFile.id == said.source_file_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored", CURRENT)
        .where(ModelVersion.enabled, ModelVersion.instrument == instrument)
        .group_by(ModelVersion.name, said.state)
    )
    accounts: dict[str, Counter[str]] = {name: Counter() for name, _ in connection.execute(_enabled(instrument))}
    for name, state, count in counted:
        accounts[name][state] = count
    return accounts


def _enabled(instrument: str) -> Any:
    return select(ModelVersion.name, ModelVersion.id).where(ModelVersion.instrument == instrument, ModelVersion.enabled)


def _score_row(file_id: int, model_id: int, verdict: Verdict) -> dict[str, Any]:
    return {
        "source_file_id": file_id,
        "model_version_id": model_id,
        "state": verdict.state,
        "reason": verdict.reason,
        "label": verdict.label,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "scores": dict(verdict.scores),
        "metrics": dict(verdict.metrics),
    }


def _detection_rows(file_id: int, model_id: int, verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"source_file_id": file_id, "model_version_id": model_id, "index": index}
        | {field: getattr(detection, field) for field in DETECTED}  # asdict copies every attribute: eight times as slow
        | {"box": [float(edge) for edge in detection.box] if detection.box else None}
        for index, detection in enumerate(verdict.detections)
    ]


def placed_detections(connection: Connection, archive: str, night: date) -> list[dict[str, Any]]:
    """Keys, time of the image, box and attributes of a night's detections that have a place on the Sun, in order."""
    here = (SourceFile.archive == archive, SourceFile.night == night, CURRENT, SourceFile.start_time.is_not(None))
    keys = (Detection.source_file_id, Detection.model_version_id, Detection.index)
    found = connection.execute(
        select(*keys, SourceFile.start_time, Detection.box, Detection.attributes)
        .join(SourceFile, SourceFile.id == Detection.source_file_id)
        .where(*here, Detection.box.is_not(None), Detection.attributes.has_key("latitude_deg"))
        .order_by(*keys)
    )
    return [dict(row) for row in found.mappings()]


def add_attributes(connection: Connection, told: Sequence[tuple[int, int, int, Mapping[str, Any]]]) -> None:
    """Add attributes to detections, named by file, model version and index; those of the same name are replaced."""
    for file_id, model_id, index, attributes in told:
        this = (Detection.source_file_id == file_id, Detection.model_version_id == model_id, Detection.index == index)
        more = Detection.attributes.concat(dict(attributes))
        connection.execute(update(Detection).where(*this).values(attributes=more))


def link_pictures(connection: Connection, archive: str, night: date, pictures: Mapping[str, str]) -> None:
    """Give the detections of a night the picture of their file (its key, by the file's name), and those of other files none."""
    here = (SourceFile.archive == archive, SourceFile.night == night, CURRENT)
    picture = case(dict(pictures), value=SourceFile.name) if pictures else null()
    another = (Detection.source_file_id == SourceFile.id, Detection.artifact.is_distinct_from(picture))
    connection.execute(update(Detection).where(*here, *another).values(artifact=picture))
