"""Where a memory belongs: to a shared conversation, or to what its reader says alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column(
        "session_memories", sa.Column("room", sa.String(length=200), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_column("session_memories", "room")
