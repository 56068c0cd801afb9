"""Readers' corrections of cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "story_corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reader_id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("other_at", sa.Integer(), nullable=False),
        sa.Column("reveal", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_story_corrections_book_id_books"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"],
            ["users.id"],
            name=op.f("fk_story_corrections_reader_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_corrections")),
    )
    with op.batch_alter_table("story_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_corrections_book_id"), ["book_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_story_corrections_reader_id"), ["reader_id"], unique=False)


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table("story_corrections")
