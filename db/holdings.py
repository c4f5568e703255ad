"""What a rebuild needs beyond the export of a night: where its objects lie, and what the ledger remembers of the archive."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, String, case, cast, func, or_, select, union

from db.bundle import BUNDLE, utc_text
from db.schema import Artifact, Detection, Embedding, ModelVersion, Night, Score, SkyMetric, SourceFile

Rows = list[dict[str, Any]]


def held_tables(connection: Connection, archive: str, night: date) -> dict[str, Rows]:
    """Return the tables ``holding``, ``model``, ``embedding``, ``picture`` and ``object`` of one night as JSON-ready rows, sorted.

    ``holding`` continues the rows of ``source_file`` in the export, ``model`` those of ``model_version``; ``picture`` has the
    fingerprints of the night's artifacts, ``object`` what is known of every object that any of these rows names.
    """
    here = (SourceFile.archive == archive, SourceFile.night == night)
    # A file without a shard moves to another part whenever it is tried again; only a shard binds it to one.
    unbound = func.regexp_replace(SourceFile.part, r"\+\d+$", "")
    part = case((SourceFile.shard_key.is_(None), unbound), else_=SourceFile.part)
    holding = _rows(
        connection,
        select(
            SourceFile.name.label("file"),
            SourceFile.version.label("file_version"),
            SourceFile.url,
            part.label("part"),
            SourceFile.etag,
            SourceFile.raw_key,
            SourceFile.shard_key,
            SourceFile.shard_index,
            SourceFile.preparation,
            SourceFile.first_seen,
        )
        .where(*here)
        .order_by(SourceFile.name, SourceFile.version),
    )
    scored = union(
        *(
            select(said.model_version_id).join(SourceFile, SourceFile.id == said.source_file_id).where(*here)
            for said in (Score, SkyMetric)
        )
    )
    model = _rows(
        connection,
        select(
            ModelVersion.name.label("model"),
            ModelVersion.version.label("model_version"),
            ModelVersion.code_revision,
            ModelVersion.headline,
            ModelVersion.enabled,
            ModelVersion.card,
        )
        .where(ModelVersion.id.in_(scored))
        .order_by(ModelVersion.name, ModelVersion.version),
    )
    embedding = _rows(
        connection,
        select(
            SourceFile.name.label("file"),
            SourceFile.version.label("file_version"),
            ModelVersion.name.label("model"),
            ModelVersion.version.label("model_version"),
            cast(Embedding.embedding, String).label("embedding"),
        )
        .join(Embedding, Embedding.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == Embedding.model_version_id)
        .where(*here)
        .order_by(SourceFile.name, SourceFile.version, ModelVersion.name, ModelVersion.version),
    )
    artifacts = connection.scalar(select(Night.artifacts).where(Night.archive == archive, Night.night == night)) or {}
    picture = [{"artifact": name, **entry} for name, entry in sorted(artifacts.items()) if name != BUNDLE]
    mine = select(SourceFile.id).where(*here)
    named = or_(
        Artifact.key.in_(select(SourceFile.raw_key).where(*here)),
        Artifact.key.in_(select(SourceFile.shard_key).where(*here)),
        Artifact.key.in_(select(Detection.artifact).where(Detection.source_file_id.in_(mine))),
        Artifact.key.in_([entry["key"] for entry in picture]),
    )
    columns = (Artifact.key, Artifact.sha256, Artifact.bytes, Artifact.media_type)
    return {
        "holding": holding,
        "model": model,
        "embedding": embedding,
        "picture": picture,
        "object": _rows(connection, select(*columns).where(named).order_by(Artifact.key)),
    }


def _rows(connection: Connection, statement: Any) -> Rows:
    return [{key: utc_text(value) for key, value in row.items()} for row in connection.execute(statement).mappings()]
