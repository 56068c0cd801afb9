"""Alembic's entry: it runs on the connection that runner.py hands over, and on no other."""

from __future__ import annotations

from alembic import context

from storage.migrations.tables import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
