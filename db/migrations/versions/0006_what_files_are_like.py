"""What files are like

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Needs a superuser where it is not there yet; who has none on a Postgres of his own is told so by `nightshift doctor`.
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "embedding",
        sa.Column("source_file_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("embedding", VECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id", "model_version_id"],
            ["score.source_file_id", "score.model_version_id"],
            name=op.f("fk_embedding_source_file_id_model_version_id_score"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "model_version_id", name=op.f("pk_embedding")),
    )


def downgrade() -> None:
    op.drop_table("embedding")
