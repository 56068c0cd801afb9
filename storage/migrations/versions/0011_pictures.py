"""Pictures: orders, whose they are, drafts of what they show. Nothing was kept in the first shape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    for table in ("scene_visuals", "character_visuals", "visuals"):
        op.drop_table(table)
    op.create_table(
        "visuals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=120), nullable=False),
        sa.Column("cache_key", sa.String(length=64), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("style", sa.String(length=32), nullable=False),
        sa.Column("size", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("reveal", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_visuals_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_visuals_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visuals")),
    )
    for column in ("user_id", "book_id", "state", "cache_key"):
        op.create_index(op.f(f"ix_visuals_{column}"), "visuals", [column])
    op.create_table(
        "character_visuals",
        sa.Column("visual_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visual_id"],
            ["visuals.id"],
            name=op.f("fk_character_visuals_visual_id_visuals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("visual_id", name=op.f("pk_character_visuals")),
    )
    op.create_table(
        "scene_visuals",
        sa.Column("visual_id", sa.String(length=32), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visual_id"],
            ["visuals.id"],
            name=op.f("fk_scene_visuals_visual_id_visuals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("visual_id", name=op.f("pk_scene_visuals")),
    )


def downgrade() -> None:
    """Go back to the schema before; what was made since is gone."""
    for table in ("scene_visuals", "character_visuals", "visuals"):
        op.drop_table(table)
    op.create_table(
        "visuals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("book_id", sa.String(length=32), nullable=False),
        sa.Column("cache_key", sa.String(length=64), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("style", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("reveal", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_visuals_book_id_books"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visuals")),
    )
    for column in ("book_id", "cache_key"):
        op.create_index(op.f(f"ix_visuals_{column}"), "visuals", [column])
    for table, own in (
        ("character_visuals", [sa.Column("name", sa.Text(), nullable=False), *_whole("version", "reveal")]),
        ("scene_visuals", _whole("start", "end", "reveal")),
    ):
        op.create_table(
            table,
            sa.Column("visual_id", sa.String(length=32), nullable=False),
            sa.Column("user_id", sa.String(length=32), nullable=False),
            *own,
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users")),
            sa.ForeignKeyConstraint(
                ["visual_id"], ["visuals.id"], name=op.f(f"fk_{table}_visual_id_visuals"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("visual_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]
