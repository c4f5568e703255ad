"""How a file was prepared

What was stored before has none, and is prepared anew when its night is visited next.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_file", sa.Column("preparation", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("source_file", "preparation")
