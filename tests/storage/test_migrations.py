"""The schema's history: it ends at the models, and every step goes both ways."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from storage.database import Database
from storage.migrations.runner import downgrade, revisions, upgrade
from storage.migrations.tables import all_tables

DATA_MODEL = set(
    "users books book_sections book_chunks chunk_citations book_ingestion_jobs character_index "
    "character_aliases relationships glossary_terms place_index visuals character_visuals scene_visuals "
    "reader_sessions session_memories session_actions session_cache credits_wallet credits_ledger purchases "
    "license_flags".split()
)


def test_every_table_of_the_data_model_is_there() -> None:
    assert set(all_tables().tables) >= DATA_MODEL


async def test_the_migrated_schema_is_that_of_the_models(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, all_tables()))

    async with database._engine_opened().connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_migration_goes_up_and_down_and_up_again(database: Database) -> None:
    # G5, the stairway.
    async with database._engine_opened().begin() as connection:
        await connection.run_sync(downgrade, "base")
    for revision in revisions():
        for step in (upgrade, None, upgrade):
            async with database._engine_opened().begin() as connection:
                if step is None:
                    await connection.run_sync(downgrade, "-1")
                else:
                    await connection.run_sync(step, revision)


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await database.migrate()
    assert (await database.ping()).split(" ")[0] in {"SQLite", "PostgreSQL"}
