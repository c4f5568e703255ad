"""Features of stored files, and those that are nearest to others: what `nightshift search` asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Connection, cast, literal_column, select, text

from db.filters import Filters, file_filters
from db.merge import merge
from db.schema import Base, Embedding, ModelVersion, Score, SourceFile
from models.description import Description
from models.verdict import Verdict

TABLE = Base.metadata.tables["embedding"]


def index_embeddings(connection: Connection, described: Sequence[Description], model_ids: Mapping[str, int]) -> None:
    """Give each model version with embeddings an index of its own: pgvector's need one number of dimensions."""
    known = set(connection.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'embedding'")))
    for record in described:
        number = model_ids[record.name]
        name = f"ix_embedding_nearest_{number}"
        if record.embedding_size and name not in known:
            connection.exec_driver_sql(
                f"CREATE INDEX {name} ON embedding USING hnsw ((embedding::vector({record.embedding_size})) vector_cosine_ops)"
                f" WHERE model_version_id = {number}"
            )


def record_embeddings(connection: Connection, verdicts: Sequence[tuple[int, Verdict]], model_ids: Mapping[str, int]) -> None:
    """Write the embeddings of verdicts on files (by id); what the same model version gave before is replaced."""
    rows = [
        {
            "source_file_id": file_id,
            "model_version_id": model_ids[verdict.model],
            "embedding": vector_text(verdict.embedding),
        }
        for file_id, verdict in verdicts
        if verdict.embedding is not None
    ]
    merge(connection, TABLE, rows, key=("source_file_id", "model_version_id"))


def nearest(connection: Connection, model: str, wanted: np.ndarray, filters: Filters) -> list[dict[str, Any]]:
    """Files whose features are nearest to ``wanted``, the most alike first, with what the headline model says of them.

    Parameters
    ----------
    model : name of the model whose enabled version gave ``wanted``
    wanted : (D,) float32 ndarray
    filters : night, since, until, archive, station, times and limit
    """
    number = connection.scalar(select(ModelVersion.id).where(ModelVersion.name == model, ModelVersion.enabled))
    if number is None:
        return []
    # Rows that a filter leaves out are made up for by looking farther (pgvector 0.8); else the index would give too few.
    connection.exec_driver_sql("SET LOCAL hnsw.iterative_scan = strict_order")
    distance = cast(Embedding.embedding, VECTOR(wanted.size)).cosine_distance(wanted)
    near = (
        select(Embedding.source_file_id, (1 - distance).label("likeness"))
        .join(SourceFile, SourceFile.id == Embedding.source_file_id)
        # The number itself: an index of one model version is found by its condition.
        .where(Embedding.model_version_id == literal_column(str(number)), SourceFile.state == "stored")
        .where(*file_filters(filters))
        .order_by(distance)
        .limit(filters.limit)
        .subquery()
    )
    headline = select(ModelVersion.id).where(ModelVersion.instrument == "radio", ModelVersion.headline, ModelVersion.enabled)
    statement = (
        select(
            near.c.likeness,
            SourceFile.archive,
            SourceFile.night,
            SourceFile.name,
            SourceFile.station,
            SourceFile.focus_code,
            SourceFile.start_time,
            Score.label,
            Score.score,
        )
        .join(SourceFile, SourceFile.id == near.c.source_file_id)
        .outerjoin(Score, (Score.source_file_id == SourceFile.id) & (Score.model_version_id == headline.scalar_subquery()))
        .order_by(near.c.likeness.desc(), SourceFile.name)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def vector_text(embedding: np.ndarray) -> str:
    """The vector as pgvector reads it; five digits are a hundred times finer than half-precision weights."""
    return "[" + ",".join(f"{value:.5g}" for value in embedding.tolist()) + "]"
