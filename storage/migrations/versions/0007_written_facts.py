"""What models found in sections, and what that cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "written_sections",
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.String(length=120), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_written_sections_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("book_id", "writer", "section", name=op.f("pk_written_sections")),
    )
    op.create_table(
        "written_facts",
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.String(length=120), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("reveal", sa.Integer(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_written_facts_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("book_id", "writer", "section", "number", name=op.f("pk_written_facts")),
    )
    op.create_index(op.f("ix_written_facts_reveal"), "written_facts", ["reveal"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "model_use",
        sa.Column("number", number, autoincrement=True, nullable=False),
        sa.Column("reader_id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("sent_chars", sa.Integer(), nullable=False),
        sa.Column("received_chars", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["users.id"], name=op.f("fk_model_use_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_model_use")),
    )
    op.create_index(op.f("ix_model_use_book_id"), "model_use", ["book_id"])
    op.create_index("ix_model_use_day", "model_use", ["reader_id", "at"])


def downgrade() -> None:
    """Go back to the schema before."""
    for table in ("model_use", "written_facts", "written_sections"):
        op.drop_table(table)
