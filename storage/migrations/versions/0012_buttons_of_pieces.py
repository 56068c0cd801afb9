"""Which posts are one message with the one that has the buttons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("buttons", sa.Column("before", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("buttons") as table:
        table.drop_column("before")
