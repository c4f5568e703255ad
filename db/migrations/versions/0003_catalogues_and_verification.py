"""Catalogues and verification

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_event",
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("t_start", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_end", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_peak", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("resolution_s", sa.Double(), nullable=False),
        sa.Column("sightings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("frequency_low_mhz", sa.Double(), nullable=True),
        sa.Column("frequency_high_mhz", sa.Double(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "night", "index", name=op.f("pk_catalogue_event")),
    )
    op.create_index("ix_catalogue_event_t_start", "catalogue_event", ["t_start"], unique=False)
    op.create_table(
        "verification",
        sa.Column("archive", sa.String(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive", "night"],
            ["night.archive", "night.night"],
            name=op.f("fk_verification_archive_night_night"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_version.id"], name=op.f("fk_verification_model_version_id_model_version")
        ),
        sa.PrimaryKeyConstraint(
            "archive", "night", "model_version_id", "catalogue", "station", "metric", name=op.f("pk_verification")
        ),
    )


def downgrade() -> None:
    op.drop_table("verification")
    op.drop_index("ix_catalogue_event_t_start", table_name="catalogue_event")
    op.drop_table("catalogue_event")
