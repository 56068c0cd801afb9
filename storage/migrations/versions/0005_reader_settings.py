"""What readers have chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "reader_settings",
        sa.Column("reader_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["users.id"], name=op.f("fk_reader_settings_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "name", name=op.f("pk_reader_settings")),
    )


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table("reader_settings")
