"""What models said of frames of the sky, and what was measured on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, table, tuple_, update
from sqlalchemy.sql import column as bare_column

from db.ledger import CURRENT
from db.merge import merge, stage
from db.schema import SKY_FAULTS, Base, CloudInjection, ModelVersion, SkyMetric, SourceFile
from models.verdict import Verdict

TABLE = Base.metadata.tables["sky_metric"]
KEY = ("source_file_id", "model_version_id")
SEQUENCE = ("sky_class", "variance_5min_adu2", "variance_15min_adu2", "cloud_rate_per_min")
# Measures of a frame alone that have a column of their own.
MEASURES = (
    "reference",
    "reference_level_adu",
    "cloud_fraction",
    "cloud_fraction_sigma",
    "cloud_fraction_thick",
    "okta",
    "excess_mean_adu",
    "excess_p95_adu",
    "blobs",
    "largest_blob_fraction",
    "edge_density",
    "sky_quality",
)


def record_sky(connection: Connection, verdicts: Sequence[tuple[int, Verdict]], model_ids: Mapping[str, int]) -> None:
    """Write the verdicts on frames (by file id); what the same model version said before is replaced."""
    merge(connection, TABLE, [sky_row(file_id, model_ids[verdict.model], verdict) for file_id, verdict in verdicts], key=KEY)


def sky_row(file_id: int, model_id: int, verdict: Verdict) -> dict[str, Any]:
    """Columns of `SkyMetric` but those that need the frames before it: until these are known the class is that of the frame."""
    told = dict(verdict.metrics)
    frame_class = told.pop("sky_class", None)
    measured = {name: told.pop(name, None) for name in MEASURES}
    return {
        "source_file_id": file_id,
        "model_version_id": model_id,
        "state": verdict.state,
        "reason": verdict.reason,
        "fault": fault_of(verdict.reason),
        "label": verdict.label,
        "score": verdict.score,
        "threshold": verdict.threshold,
        **measured,
        "frame_class": frame_class,
        "sky_class": frame_class,
        "metrics": told,
    }


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One stored frame as one model version judged it; None where it did not, or does not measure that.

    Attributes
    ----------
    id, name, shard_key, shard_index : of the file
    moment : aware UTC datetime, None where the frame tells none
    others : as in `SkyMetric`; ``level_adu`` is the mean of the field
    """

    id: int
    name: str
    shard_key: str
    shard_index: int
    moment: datetime | None
    state: str
    fault: str | None
    frame_class: Any
    sky_class: Any
    cloud_fraction: float | None
    cloud_fraction_sigma: float | None
    cloud_fraction_thick: float | None
    level_adu: float | None


def frames_of(connection: Connection, archive: str, night: date, model_id: int) -> list[FrameRow]:
    """Frames of a night on which a model version has spoken, by time and name."""
    file, said = SourceFile, SkyMetric
    rows = connection.execute(
        select(
            file.id,
            file.name,
            file.shard_key,
            file.shard_index,
            file.start_time,
            said.state,
            said.fault,
            said.frame_class,
            said.sky_class,
            said.cloud_fraction,
            said.cloud_fraction_sigma,
            said.cloud_fraction_thick,
            said.reference_level_adu + said.excess_mean_adu,
        )
        .join(said, said.source_file_id == file.id)
        .where(file.archive == archive, file.night == night, file.state == "stored", said.model_version_id == model_id)
        .order_by(file.start_time, file.name)
    )
    return [FrameRow(*row) for row in rows]


def models_measuring(connection: Connection, archive: str, night: date) -> list[int]:
    """Ids of the enabled model versions that tell a cloud fraction of frames of a night."""
    rows = (
        select(SkyMetric.model_version_id)
        .join(SourceFile, SourceFile.id == SkyMetric.source_file_id)
        .join(ModelVersion, ModelVersion.id == SkyMetric.model_version_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, SourceFile.state == "stored")
        .where(ModelVersion.enabled, SkyMetric.cloud_fraction.is_not(None))
        .distinct()
    )
    return sorted(connection.scalars(rows))


def write_sequence(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write the measures that need the frames before (`SEQUENCE`, with the key); return how many rows that changed."""
    if not rows:
        return 0
    name = stage(connection, TABLE, (*KEY, *SEQUENCE), rows)
    staged = table(name, *(bare_column(item) for item in (*KEY, *SEQUENCE)))
    old, new = [TABLE.c[item] for item in SEQUENCE], [staged.c[item] for item in SEQUENCE]
    same = (TABLE.c[item] == staged.c[item] for item in KEY)
    statement = (
        update(TABLE).where(*same, tuple_(*old).is_distinct_from(tuple_(*new))).values(dict(zip(SEQUENCE, new, strict=True)))
    )
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def fault_of(reason: str) -> str | None:
    """The fault that the reason of a declined verdict begins with ("shutter: taken ..."), None where it begins with none."""
    named = reason.partition(":")[0]
    return named if named in SKY_FAULTS else None


def clouds_put(connection: Connection, files: Sequence[int], model_id: int) -> set[tuple[int, int]]:
    """File and number of every cloud in copies of these frames that a model version has judged."""
    put = CloudInjection
    rows = select(put.source_file_id, put.number).where(put.source_file_id.in_(files), put.model_version_id == model_id)
    return set(connection.execute(rows).tuples())


def write_clouds(
    connection: Connection,
    archive: str,
    night: date,
    model_id: int,
    rows: Sequence[Mapping[str, Any]],
    wanted: Sequence[tuple[int, int]],
) -> None:
    """Add the clouds of a night, and forget those of its frames by this model version that are wanted no more.

    Parameters
    ----------
    connection, archive, night, model_id : which
    rows : columns of `CloudInjection` but the model version
    wanted : file and number of all clouds of the night, of ``rows`` and of before
    """
    put, clouds = CloudInjection, Base.metadata.tables["cloud_injection"]
    merge(connection, clouds, [{**row, "model_version_id": model_id} for row in rows], key=(*KEY, "number"))
    tonight = select(SourceFile.id).where(SourceFile.archive == archive, SourceFile.night == night, CURRENT)
    mine = (put.source_file_id.in_(tonight), put.model_version_id == model_id)
    kept = put.source_file_id.in_([file_id for file_id, _ in wanted])
    connection.execute(delete(put).where(*mine, ~kept))
