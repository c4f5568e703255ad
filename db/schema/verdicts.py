"""What models say of files, and the features by which like files are found."""

from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.base import Base, one_of

VERDICT_STATES = ("judged", "declined", "skipped")


class ModelVersion(Base):
    """One version of one model, with all that makes its scores what they are."""

    __tablename__ = "model_version"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    instrument: Mapped[str]
    weights_sha256: Mapped[str | None]
    preprocessing_version: Mapped[str]
    code_revision: Mapped[str]
    threshold: Mapped[float | None]
    headline: Mapped[bool]
    enabled: Mapped[bool]
    card: Mapped[dict[str, Any]]


class Score(Base):
    """What one model version says of one stored file; there is a row for every pair, also where nothing was found."""

    __tablename__ = "score"
    __table_args__ = (
        CheckConstraint(one_of("state", VERDICT_STATES), name="state"),
        CheckConstraint("(state = 'judged') = (score IS NOT NULL AND label IS NOT NULL)", name="judged_has_score"),
        CheckConstraint("state = 'judged' OR reason <> ''", name="reason_given"),
        Index("ix_score_positive", "model_version_id", "score", postgresql_where=text("positive")),
    )

    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id", ondelete="CASCADE"), primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    label: Mapped[str | None]
    score: Mapped[float | None]
    threshold: Mapped[float | None]
    positive: Mapped[bool | None] = mapped_column(Computed("score >= threshold", persisted=True))
    scores: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    metrics: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class Detection(Base):
    """One thing that one model version found in one file."""

    __tablename__ = "detection"
    __table_args__ = (
        ForeignKeyConstraint(
            ["source_file_id", "model_version_id"], ["score.source_file_id", "score.model_version_id"], ondelete="CASCADE"
        ),
        Index("ix_detection_t_start", "t_start"),
        Index("ix_detection_label", "label", "score"),
    )

    source_file_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    model_version_id: Mapped[int] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    score: Mapped[float]
    t_start: Mapped[datetime | None]
    t_peak: Mapped[datetime | None]
    t_end: Mapped[datetime | None]
    frequency_low_mhz: Mapped[float | None]
    frequency_high_mhz: Mapped[float | None]
    box: Mapped[list[float] | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    artifact: Mapped[str | None] = mapped_column(ForeignKey("artifact.key"))


class Embedding(Base):
    """Features of length 1 that one model version gives one file; each model version has its own index (`db.embeddings`)."""

    __tablename__ = "embedding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["source_file_id", "model_version_id"], ["score.source_file_id", "score.model_version_id"], ondelete="CASCADE"
        ),
    )

    source_file_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    model_version_id: Mapped[int] = mapped_column(primary_key=True)
    embedding: Mapped[Any] = mapped_column(VECTOR())
