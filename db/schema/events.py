"""What several files saw of one thing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.base import Base


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
