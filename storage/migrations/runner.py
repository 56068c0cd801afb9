"""Bringing a database to the newest schema."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from storage.migrations.tables import all_tables


def upgrade(connection: Connection) -> None:
    """Run every migration that this database has not seen yet."""
    all_tables().create_all(connection)
