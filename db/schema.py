"""The tables, as SQLAlchemy declares them.

                  run    one row per flow run; the only table that a rerun may grow
                  night  one row per archive and date: bounds, outcome, both accounts
model_version ──┐
                ├─▶ score ─▶ detection        one score per stored file and model version, whatever it says
source_file ────┘   │           └─▶ event     what several files, receivers and stations saw of the same thing
                    └─▶ embedding             features by which like files are found
  ├─▶ injection         bursts put into copies of the files, and whether they were found: no observation
  └─▶ artifact          every object in S3: raw files, shards, pictures, reports

catalogue_event         what catalogues of others say of a night
verification            how well a model version agrees with one: night × model version × catalogue × station × metric
"""

from datetime import date, datetime
from typing import Any, ClassVar

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import Double

FILE_STATES = ("listed", "stored", "quarantined", "absent", "unreachable", "superseded")
VERDICT_STATES = ("judged", "declined", "skipped")
INJECTED_THROUGH = ("file", "shard")  # the raw bytes, or where these are not kept what was prepared of them
NIGHT_OUTCOMES = ("complete", "incomplete", "empty", "failed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase):
    """Every table: timestamps are aware, names follow one convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        float: Double(),
        list[float]: ARRAY(Double()),
        list[str]: ARRAY(String()),
    }


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
        CheckConstraint(_one_of("state", FILE_STATES), name="state"),
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
        CheckConstraint(_one_of("outcome", NIGHT_OUTCOMES), name="outcome"),
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
        CheckConstraint(_one_of("state", VERDICT_STATES), name="state"),
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


class Event(Base):
    """One physical event of a night, by one model version; ``index`` counts the events of the night by time.

    ``stations`` saw it while the Sun was above their horizon; ``coincident``: at least two of them.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_t_start", "t_start"),)

    archive: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    score: Mapped[float]
    t_start: Mapped[datetime]
    t_peak: Mapped[datetime]
    t_end: Mapped[datetime]
    frequency_low_mhz: Mapped[float | None]
    frequency_high_mhz: Mapped[float | None]
    stations: Mapped[list[str]] = mapped_column(server_default=text("'{}'::character varying[]"))
    coincident: Mapped[bool]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class EventMember(Base):
    """A detection as part of an event; it is part of one at most."""

    __tablename__ = "event_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["archive", "night", "model_version_id", "event"],
            ["event.archive", "event.night", "event.model_version_id", "event.index"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["source_file_id", "model_version_id", "detection"],
            ["detection.source_file_id", "detection.model_version_id", "detection.index"],
            ondelete="CASCADE",
        ),
        Index(None, "archive", "night", "model_version_id", "event"),
    )

    source_file_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    model_version_id: Mapped[int] = mapped_column(primary_key=True)
    detection: Mapped[int] = mapped_column(primary_key=True)
    archive: Mapped[str]
    night: Mapped[date]
    event: Mapped[int]
    sun_elevation_deg: Mapped[float | None]


class Injection(Base):
    """One burst of known type and strength in a copy of a file, and what one model version made of it; nothing of it was observed.

    Times and frequencies are those of the truth. ``score`` and ``label`` are of the surest detection that touches it.
    """

    __tablename__ = "injection"
    __table_args__ = (
        CheckConstraint(_one_of("through", INJECTED_THROUGH), name="through"),
        CheckConstraint("(score IS NOT NULL AND label IS NOT NULL) OR NOT recovered", name="recovered_has_score"),
    )

    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id", ondelete="CASCADE"), primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    t_start: Mapped[datetime]
    t_peak: Mapped[datetime]
    t_end: Mapped[datetime]
    frequency_low_mhz: Mapped[float]
    frequency_high_mhz: Mapped[float]
    peak_db: Mapped[float]
    snr: Mapped[float]
    through: Mapped[str]
    recovered: Mapped[bool]
    score: Mapped[float | None]
    label: Mapped[str | None]


class CatalogueEntry(Base):
    """One entry of a catalogue of somebody else, in the order of the catalogue; times as in `models.catalogue.CatalogueEvent`."""

    __tablename__ = "catalogue_event"
    __table_args__ = (Index("ix_catalogue_event_t_start", "t_start"),)

    catalogue: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str]
    type: Mapped[str]
    t_start: Mapped[datetime]
    t_end: Mapped[datetime]
    t_peak: Mapped[datetime | None]
    resolution_s: Mapped[float]
    sightings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    frequency_low_mhz: Mapped[float | None]
    frequency_high_mhz: Mapped[float | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class Verification(Base):
    """One figure of how a model version agrees with a catalogue on a night, at one station or (empty) all of them."""

    __tablename__ = "verification"
    __table_args__ = (ForeignKeyConstraint(["archive", "night"], ["night.archive", "night.night"], ondelete="CASCADE"),)

    archive: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    catalogue: Mapped[str] = mapped_column(primary_key=True)
    station: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
