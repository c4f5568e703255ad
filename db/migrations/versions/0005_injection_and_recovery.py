"""Injection and recovery

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "injection",
        sa.Column("source_file_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("t_start", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_peak", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("t_end", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("frequency_low_mhz", sa.Double(), nullable=False),
        sa.Column("frequency_high_mhz", sa.Double(), nullable=False),
        sa.Column("peak_db", sa.Double(), nullable=False),
        sa.Column("snr", sa.Double(), nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("recovered", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.CheckConstraint("through IN ('file', 'shard')", name=op.f("ck_injection_through")),
        sa.CheckConstraint(
            "(score IS NOT NULL AND label IS NOT NULL) OR NOT recovered", name=op.f("ck_injection_recovered_has_score")
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["source_file.id"], name=op.f("fk_injection_source_file_id_source_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_version.id"], name=op.f("fk_injection_model_version_id_model_version")
        ),
        sa.PrimaryKeyConstraint("source_file_id", "model_version_id", "number", name=op.f("pk_injection")),
    )


def downgrade() -> None:
    op.drop_table("injection")
