"""What there is: objects, files of the archives, nights and runs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.base import Base, one_of

FILE_STATES = ("listed", "stored", "quarantined", "absent", "unreachable", "superseded")
NIGHT_OUTCOMES = ("complete", "incomplete", "empty", "failed")


class Artifact(Base):
    """One object in S3, addressed by its content; written after the object is there."""

    __tablename__ = "artifact"

    key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]


class SourceFile(Base):
    """One version of one file of one archive, and the state it ended in.

    ``listed_size`` and ``modified`` are as the listing states them; ``bytes``, ``etag`` and ``sha256`` are of what was fetched.
    ``part`` is the fixed partition (station and hour) whose shard holds it at ``shard_index``, prepared as ``preparation`` says.
    """

    __tablename__ = "source_file"
    __table_args__ = (
        UniqueConstraint("archive", "name", "version"),
        CheckConstraint(one_of("state", FILE_STATES), name="state"),
        CheckConstraint("state <> 'stored' OR (sha256 IS NOT NULL AND shard_key IS NOT NULL)", name="stored_has_shard"),
        CheckConstraint("state NOT IN ('quarantined', 'unreachable', 'absent') OR reason <> ''", name="reason_given"),
        Index("uq_source_file_current", "archive", "name", unique=True, postgresql_where=text("state <> 'superseded'")),
        Index("ix_source_file_archive_night_station", "archive", "night", "station"),
        Index("ix_source_file_start_time", "start_time", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    archive: Mapped[str]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    night: Mapped[date]
    url: Mapped[str]
    product: Mapped[str]
    station: Mapped[str]
    focus_code: Mapped[str]
    listed_size: Mapped[str]
    modified: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="listed")
    reason: Mapped[str] = mapped_column(server_default="")
    part: Mapped[str]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    etag: Mapped[str | None]
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]
    latitude_deg: Mapped[float | None]
    longitude_deg: Mapped[float | None]
    raw_key: Mapped[str | None] = mapped_column(ForeignKey("artifact.key"))
    shard_key: Mapped[str | None] = mapped_column(ForeignKey("artifact.key"))
    shard_index: Mapped[int | None]
    preparation: Mapped[str | None]
    first_seen: Mapped[datetime] = mapped_column(server_default=func.now())


class Night(Base):
    """One night of one archive: `listed = stored + quarantined + absent + unreachable`, and what the models said of the stored."""

    __tablename__ = "night"
    __table_args__ = (
        CheckConstraint(one_of("outcome", NIGHT_OUTCOMES), name="outcome"),
        CheckConstraint("outcome = 'failed' OR listed = stored + quarantined + absent + unreachable", name="files_balance"),
        CheckConstraint("outcome = 'failed' OR stored * models = judged + declined + skipped", name="judgements_balance"),
        CheckConstraint("outcome <> 'complete' OR unreachable = 0", name="complete_is_whole"),
    )

    archive: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    start_time: Mapped[datetime]
    end_time: Mapped[datetime]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    listed: Mapped[int] = mapped_column(server_default="0")
    stored: Mapped[int] = mapped_column(server_default="0")
    quarantined: Mapped[int] = mapped_column(server_default="0")
    absent: Mapped[int] = mapped_column(server_default="0")
    unreachable: Mapped[int] = mapped_column(server_default="0")
    models: Mapped[int] = mapped_column(server_default="0")
    judged: Mapped[int] = mapped_column(server_default="0")
    declined: Mapped[int] = mapped_column(server_default="0")
    skipped: Mapped[int] = mapped_column(server_default="0")
    artifacts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    timings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


# Both accounts, as they are asked for and exported.
NIGHT_COUNTS = (
    Night.listed,
    Night.stored,
    Night.quarantined,
    Night.absent,
    Night.unreachable,
    Night.models,
    Night.judged,
    Night.declined,
    Night.skipped,
)


class Run(Base):
    """One flow run over one night of one archive."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("flow_run_id", "archive"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    flow_run_id: Mapped[str]
    archive: Mapped[str]
    night: Mapped[date]
    parameters: Mapped[dict[str, Any]]
    code_revision: Mapped[str]
    started: Mapped[datetime] = mapped_column(server_default=func.now())
    finished: Mapped[datetime | None]
    outcome: Mapped[str | None]
    timings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
