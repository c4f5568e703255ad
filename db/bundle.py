"""The portable truth of a night: its tables, sorted, without ids, clocks, run ids or parts, so that nights compare with ``==``."""

import hashlib
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select, union

from db.schema import (
    NIGHT_COUNTS,
    CatalogueEntry,
    CloudInjection,
    Detection,
    Event,
    EventMember,
    Injection,
    ModelVersion,
    Night,
    Score,
    SkyMetric,
    SourceFile,
    Verification,
)
from db.sky import MEASURES, SEQUENCE

FORMAT = "nightshift-night/1"
# Columns of an event that say what it is.
EVENT = (
    "index",
    "label",
    "score",
    "t_start",
    "t_peak",
    "t_end",
    "frequency_low_mhz",
    "frequency_high_mhz",
    "stations",
    "coincident",
    "attributes",
)
# Columns of an injection, likewise.
INJECTION = (
    "number",
    "type",
    "t_start",
    "t_peak",
    "t_end",
    "frequency_low_mhz",
    "frequency_high_mhz",
    "peak_db",
    "snr",
    "through",
    "recovered",
    "score",
    "label",
)
# Columns of what a model says of a frame of the sky, likewise.
SKY = ("state", "reason", "fault", "label", "score", "threshold", *MEASURES, "frame_class", "metrics", *SEQUENCE)
CLOUD = ("number", "kind", "excess_adu", "sigmas", "cover", "found", "false", "fraction", "recovered", "score")
BUNDLE = "bundle"  # among a night's artifacts: the bundle itself, which no bundle can hold


def night_tables(connection: Connection, night: date, archive: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a night as JSON-ready rows; of all archives, or of one."""
    chosen = [SourceFile.night == night] + ([SourceFile.archive == archive] if archive else [])
    nights = [Night.night == night] + ([Night.archive == archive] if archive else [])
    verified = [Verification.night == night] + ([Verification.archive == archive] if archive else [])
    file_key = (SourceFile.archive, SourceFile.name.label("file"), SourceFile.version.label("file_version"))
    model_key = (ModelVersion.name.label("model"), ModelVersion.version.label("model_version"))
    scored = union(
        *(
            select(said.model_version_id).join(SourceFile, SourceFile.id == said.source_file_id).where(*chosen)
            for said in (Score, SkyMetric)
        )
    )
    tables: dict[str, Select[Any]] = {
        "night": select(
            Night.archive,
            Night.night,
            Night.start_time,
            Night.end_time,
            Night.outcome,
            Night.reason,
            *NIGHT_COUNTS,
        )
        .where(*nights)
        .order_by(Night.archive),
        "source_file": select(
            *file_key,
            SourceFile.product,
            SourceFile.station,
            SourceFile.focus_code,
            SourceFile.state,
            SourceFile.reason,
            SourceFile.listed_size,
            SourceFile.modified,
            SourceFile.start_time,
            SourceFile.end_time,
            SourceFile.latitude_deg,
            SourceFile.longitude_deg,
            SourceFile.bytes,
            SourceFile.sha256,
        )
        .where(*chosen)
        .order_by(*file_key),
        "model_version": select(
            *model_key,
            ModelVersion.instrument,
            ModelVersion.weights_sha256,
            ModelVersion.preprocessing_version,
            ModelVersion.threshold,
        )
        .where(ModelVersion.id.in_(scored))
        .order_by(*model_key),
        "score": select(
            *file_key,
            *model_key,
            Score.state,
            Score.reason,
            Score.label,
            Score.score,
            Score.threshold,
            Score.scores,
            Score.metrics,
        )
        .join(Score, Score.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == Score.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key),
        "sky_metric": select(*file_key, *model_key, *(getattr(SkyMetric, name) for name in SKY))
        .join(SkyMetric, SkyMetric.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == SkyMetric.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key),
        "cloud_injection": select(*file_key, *model_key, *(getattr(CloudInjection, name) for name in CLOUD))
        .join(CloudInjection, CloudInjection.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == CloudInjection.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key, CloudInjection.number),
        "detection": select(
            *file_key,
            *model_key,
            Detection.index,
            Detection.label,
            Detection.score,
            Detection.t_start,
            Detection.t_peak,
            Detection.t_end,
            Detection.frequency_low_mhz,
            Detection.frequency_high_mhz,
            Detection.box,
            Detection.attributes,
            Detection.artifact,
        )
        .join(Detection, Detection.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == Detection.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key, Detection.index),
        "event": select(
            Event.archive,
            *model_key,
            *(getattr(Event, name) for name in EVENT),
        )
        .join(ModelVersion, ModelVersion.id == Event.model_version_id)
        .where(Event.night == night, *([Event.archive == archive] if archive else []))
        .order_by(Event.archive, *model_key, Event.index),
        "event_member": select(*file_key, *model_key, EventMember.detection, EventMember.event, EventMember.sun_elevation_deg)
        .join(EventMember, EventMember.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == EventMember.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key, EventMember.detection),
        "injection": select(*file_key, *model_key, *(getattr(Injection, name) for name in INJECTION))
        .join(Injection, Injection.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == Injection.model_version_id)
        .where(*chosen)
        .order_by(*file_key, *model_key, Injection.number),
        "catalogue_event": select(
            CatalogueEntry.catalogue,
            CatalogueEntry.night,
            CatalogueEntry.index,
            CatalogueEntry.instrument,
            CatalogueEntry.type,
            CatalogueEntry.t_start,
            CatalogueEntry.t_end,
            CatalogueEntry.t_peak,
            CatalogueEntry.resolution_s,
            CatalogueEntry.sightings,
            CatalogueEntry.frequency_low_mhz,
            CatalogueEntry.frequency_high_mhz,
            CatalogueEntry.attributes,
        )
        .where(CatalogueEntry.night == night, CatalogueEntry.catalogue.in_(select(Verification.catalogue).where(*verified)))
        .order_by(CatalogueEntry.catalogue, CatalogueEntry.index),
        "verification": select(
            Verification.archive,
            Verification.night,
            *model_key,
            Verification.catalogue,
            Verification.station,
            Verification.metric,
            Verification.value,
        )
        .join(ModelVersion, ModelVersion.id == Verification.model_version_id)
        .where(*verified)
        .order_by(Verification.archive, *model_key, Verification.catalogue, Verification.station, Verification.metric),
    }
    rows = {name: [_plain(dict(row)) for row in connection.execute(statement).mappings()] for name, statement in tables.items()}
    pictures = connection.execute(select(Night.archive, Night.artifacts).where(*nights).order_by(Night.archive))
    rows["artifact"] = [
        {"archive": name, "artifact": artifact, "key": entry["key"]}
        for name, found in pictures
        for artifact, entry in sorted(found.items())
        if artifact != BUNDLE
    ]
    return rows


def to_json(night: date, tables: dict[str, list[dict[str, Any]]]) -> str:
    """Return one JSON document, the same bytes for the same night."""
    return (
        json.dumps({"format": FORMAT, "night": night.isoformat(), "tables": tables}, indent=1, sort_keys=True, ensure_ascii=False)
        + "\n"
    )


def write_parquet(folder: Path, night: date, tables: dict[str, list[dict[str, Any]]]) -> list[Path]:
    """Write a Parquet file for each table and ``manifest.json`` with their hashes; nested values become JSON text."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in sorted(tables.items()):
        path = folder / f"{name}.parquet"
        path.write_bytes(to_parquet(rows))
        written.append(path)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    manifest = folder / "manifest.json"
    manifest.write_text(
        json.dumps({"format": FORMAT, "night": night.isoformat(), "sha256": hashes}, indent=1, sort_keys=True) + "\n"
    )
    return [*written, manifest]


def to_parquet(rows: list[dict[str, Any]]) -> bytes:
    """Write the rows of a table as a Parquet file; nested values become JSON text. The same rows give the same bytes."""
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    flat = [{key: _flat(value) for key, value in row.items()} for row in rows]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(flat), buffer, compression="zstd")
    return buffer.getvalue()


def from_parquet(data: bytes) -> list[dict[str, Any]]:
    """Read the rows of a Parquet file; nested values stay JSON text."""
    import pyarrow.parquet

    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()
    return rows


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: utc_text(value) for key, value in row.items()}


def utc_text(value: Any) -> Any:
    """Return dates and times as ISO 8601 text, times in UTC ending in Z; anything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _flat(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value
