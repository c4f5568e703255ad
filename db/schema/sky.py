"""What models say of frames of the sky, and what is measured on them."""

from typing import Any

from sqlalchemy import CheckConstraint, Computed, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.base import Base, one_of
from db.schema.verdicts import VERDICT_STATES

SKY_CLASSES = ("photometric", "spectroscopic", "thin", "thick", "overcast", "unknown")
SKY_REFERENCES = ("site", "in_frame")
# What may be wrong with a frame: `models.sky.quality.FAULTS`.
SKY_FAULTS = ("shutter", "saturated", "zero", "gaps", "stuck_columns", "horizon", "foreign", "duplicate")


class SkyMetric(Base):
    """What one model version says of one frame, and what it measures: the sky's rows stand here, not in `score`.

    Measures are those of `models.sky.metrics.SkyMetrics`, NULL where the model does not measure them or did not judge; those of one
    model alone are in ``metrics``. ``fault`` says what is wrong with a frame that is declined for it. ``frame_class`` is the class
    of the frame alone, ``sky_class`` that of the sequence it stands in. The last three need the frames before it, and are NULL
    until the night, or the live loop, has them: variance of the level about a straight line over 5 and 15 minutes (ADU^2), and the
    change of the cloud fraction a minute over 5.
    """

    __tablename__ = "sky_metric"
    __table_args__ = (
        CheckConstraint(one_of("state", VERDICT_STATES), name="state"),
        CheckConstraint("(state = 'judged') = (score IS NOT NULL AND label IS NOT NULL)", name="judged_has_score"),
        CheckConstraint("state = 'judged' OR reason <> ''", name="reason_given"),
        CheckConstraint(one_of("frame_class", SKY_CLASSES), name="frame_class"),
        CheckConstraint(one_of("sky_class", SKY_CLASSES), name="sky_class"),
        CheckConstraint(one_of("fault", SKY_FAULTS), name="fault"),
        CheckConstraint(one_of("reference", SKY_REFERENCES), name="reference"),
    )

    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id", ondelete="CASCADE"), primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    fault: Mapped[str | None]
    label: Mapped[str | None]
    score: Mapped[float | None]
    threshold: Mapped[float | None]
    positive: Mapped[bool | None] = mapped_column(Computed("score >= threshold", persisted=True))
    reference: Mapped[str | None]
    reference_level_adu: Mapped[float | None]
    cloud_fraction: Mapped[float | None]
    cloud_fraction_sigma: Mapped[float | None]
    cloud_fraction_thick: Mapped[float | None]
    okta: Mapped[int | None]
    excess_mean_adu: Mapped[float | None]
    excess_p95_adu: Mapped[float | None]
    blobs: Mapped[int | None]
    largest_blob_fraction: Mapped[float | None]
    edge_density: Mapped[float | None]
    sky_quality: Mapped[float | None]
    frame_class: Mapped[str | None]
    metrics: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    sky_class: Mapped[str | None]
    variance_5min_adu2: Mapped[float | None]
    variance_15min_adu2: Mapped[float | None]
    cloud_rate_per_min: Mapped[float | None]


class CloudInjection(Base):
    """One cloud of known excess in a copy of a frame, and what one model version made of it; nothing of it was observed.

    ``excess_adu`` is that of its body, ``sigmas`` the same over the scatter of a clear pixel of that frame. ``cover`` is the share
    of the field under it, ``found`` the share of its pixels that were marked, ``false`` the share of the others, and ``fraction``
    the cloud fraction that was told.
    """

    __tablename__ = "cloud_injection"

    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id", ondelete="CASCADE"), primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    excess_adu: Mapped[float]
    sigmas: Mapped[float]
    cover: Mapped[float]
    found: Mapped[float]
    false: Mapped[float]
    fraction: Mapped[float | None]
    recovered: Mapped[bool]
    score: Mapped[float | None]
