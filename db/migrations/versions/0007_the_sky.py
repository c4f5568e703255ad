"""The sky

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CLASSES = "'photometric', 'spectroscopic', 'thin', 'thick', 'overcast', 'unknown'"
FAULTS = "'shutter', 'saturated', 'zero', 'gaps', 'stuck_columns', 'horizon', 'foreign', 'duplicate'"
MEASURES = (
    "reference_level_adu",
    "cloud_fraction",
    "cloud_fraction_sigma",
    "cloud_fraction_thick",
    "excess_mean_adu",
    "excess_p95_adu",
    "largest_blob_fraction",
    "edge_density",
    "sky_quality",
    "variance_5min_adu2",
    "variance_15min_adu2",
    "cloud_rate_per_min",
)


def upgrade() -> None:
    op.create_table(
        "sky_metric",
        sa.Column("source_file_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("positive", sa.Boolean(), sa.Computed("score >= threshold", persisted=True), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in MEASURES),
        sa.Column("okta", sa.Integer(), nullable=True),
        sa.Column("blobs", sa.Integer(), nullable=True),
        sa.Column("frame_class", sa.String(), nullable=True),
        sa.Column("sky_class", sa.String(), nullable=True),
        sa.Column("metrics", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.CheckConstraint("state IN ('judged', 'declined', 'skipped')", name=op.f("ck_sky_metric_state")),
        sa.CheckConstraint(
            "(state = 'judged') = (score IS NOT NULL AND label IS NOT NULL)", name=op.f("ck_sky_metric_judged_has_score")
        ),
        sa.CheckConstraint("state = 'judged' OR reason <> ''", name=op.f("ck_sky_metric_reason_given")),
        sa.CheckConstraint(f"frame_class IN ({CLASSES})", name=op.f("ck_sky_metric_frame_class")),
        sa.CheckConstraint(f"sky_class IN ({CLASSES})", name=op.f("ck_sky_metric_sky_class")),
        sa.CheckConstraint(f"fault IN ({FAULTS})", name=op.f("ck_sky_metric_fault")),
        sa.CheckConstraint("reference IN ('site', 'in_frame')", name=op.f("ck_sky_metric_reference")),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["source_file.id"], name=op.f("fk_sky_metric_source_file_id_source_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_version.id"], name=op.f("fk_sky_metric_model_version_id_model_version")
        ),
        sa.PrimaryKeyConstraint("source_file_id", "model_version_id", name=op.f("pk_sky_metric")),
    )
    op.create_table(
        "cloud_injection",
        sa.Column("source_file_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("excess_adu", "sigmas", "cover", "found", "false")),
        sa.Column("fraction", sa.Double(), nullable=True),
        sa.Column("recovered", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["source_file.id"], name=op.f("fk_cloud_injection_source_file_id_source_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"], ["model_version.id"], name=op.f("fk_cloud_injection_model_version_id_model_version")
        ),
        sa.PrimaryKeyConstraint("source_file_id", "model_version_id", "number", name=op.f("pk_cloud_injection")),
    )


def downgrade() -> None:
    op.drop_table("cloud_injection")
    op.drop_table("sky_metric")
