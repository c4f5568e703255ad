"""What the network saw: events, and where each file's antenna stands

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EVENT = ["archive", "night", "model_version_id", "index"]


def upgrade() -> None:
    op.add_column("source_file", sa.Column("latitude_deg", sa.Double(), nullable=True))
    op.add_column("source_file", sa.Column("longitude_deg", sa.Double(), nullable=True))
    op.create_table(
        "event",
        sa.Column("archive", sa.String(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("t_start", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_peak", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_end", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("frequency_low_mhz", sa.Double(), nullable=True),
        sa.Column("frequency_high_mhz", sa.Double(), nullable=True),
        sa.Column("stations", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'::character varying[]"), nullable=False),
        sa.Column("coincident", sa.Boolean(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.ForeignKeyConstraint(["model_version_id"], ["model_version.id"], name=op.f("fk_event_model_version_id_model_version")),
        sa.PrimaryKeyConstraint(*EVENT, name=op.f("pk_event")),
    )
    op.create_index("ix_event_t_start", "event", ["t_start"], unique=False)
    op.create_table(
        "event_member",
        sa.Column("source_file_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("detection", sa.Integer(), nullable=False),
        sa.Column("archive", sa.String(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("sun_elevation_deg", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["archive", "night", "model_version_id", "event"],
            [f"event.{name}" for name in EVENT],
            name=op.f("fk_event_member_archive_night_model_version_id_event_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id", "model_version_id", "detection"],
            ["detection.source_file_id", "detection.model_version_id", "detection.index"],
            name=op.f("fk_event_member_source_file_id_model_version_id_detection_detection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "model_version_id", "detection", name=op.f("pk_event_member")),
    )
    op.create_index(
        "ix_event_member_archive_night_model_version_id_event", "event_member", ["archive", "night", "model_version_id", "event"]
    )


def downgrade() -> None:
    op.drop_table("event_member")
    op.drop_table("event")
    op.drop_column("source_file", "longitude_deg")
    op.drop_column("source_file", "latitude_deg")
