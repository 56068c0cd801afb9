"""The open book of a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "open_books",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reader_id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_open_books_book_id_books"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["users.id"], name=op.f("fk_open_books_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_books")),
    )
    with op.batch_alter_table("open_books", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_books_book_id"), ["book_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_books_reader_id"), ["reader_id"], unique=False)


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table("open_books")
