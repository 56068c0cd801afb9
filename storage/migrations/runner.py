"""Bringing a database to the newest schema, and back. Alembic on a connection that is already open."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run every migration up to `revision` that this database has not seen yet."""
    config = _config(connection)
    # The common case, asked on every start: nothing to do, and no reason to load the migrations.
    newest = ScriptDirectory.from_config(config).get_current_head()
    if revision == "head" and MigrationContext.configure(connection).get_current_revision() == newest:
        return
    command.upgrade(config, revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Go back to `revision`; "base" is an empty database."""
    command.downgrade(_config(connection), revision)


def revisions() -> list[str]:
    """Return the ids of all migrations, oldest first."""
    script = ScriptDirectory(str(Path(__file__).parent))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
