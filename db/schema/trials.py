"""How well models do: bursts injected into copies of files, catalogues of others, and how far a model agrees with them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.base import Base, one_of

INJECTED_THROUGH = ("file", "shard")  # the raw bytes, or where these are not kept what was prepared of them


class Injection(Base):
    """One burst of known type and strength in a copy of a file, and what one model version made of it; nothing of it was observed.

    Times and frequencies are those of the truth. ``score`` and ``label`` are of the surest detection that touches it.
    """

    __tablename__ = "injection"
    __table_args__ = (
        CheckConstraint(one_of("through", INJECTED_THROUGH), name="through"),
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
