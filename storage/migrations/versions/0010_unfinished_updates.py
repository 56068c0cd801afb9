"""What is needed to answer an update that a killed process left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("updates", sa.Column("message", sa.Text(), nullable=True))
    op.add_column("updates", sa.Column("marked", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("updates") as table:
        table.drop_column("marked")
        table.drop_column("message")
