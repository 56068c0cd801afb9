"""How much of a book's own words a reader was shown in a day, where its licence limits that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "quoted",
        sa.Column("reader_id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("chars", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["users.id"], name=op.f("fk_quoted_reader_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_quoted_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "book_id", "day", name=op.f("pk_quoted")),
    )


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table("quoted")
