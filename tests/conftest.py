"""Fixtures for everybody: a database of each kind, and the data folder when it is there."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database

POSTGRES_URL = os.environ.get("DOGEAR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database: on SQLite, and on PostgreSQL in a database that nobody else has meanwhile.

    The schema is migrated once a session and copied from then on. PostgreSQL takes long to copy a database
    and longer to drop one, so one whose schema a test left as it was is emptied for the next.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "dogear.db")
        async with Database(f"sqlite+aiosqlite:///{tmp_path / 'dogear.db'}") as opened:
            yield opened
        return
    spare: SpareDatabases = request.getfixturevalue("spare_postgres")
    name = await spare.take()
    try:
        async with Database(_postgres(name)) as opened:
            yield opened
    finally:
        await spare.give_back(name)


@dataclass
class SpareDatabases:
    """Databases of PostgreSQL with the newest schema and no row, taken and given back."""

    template: str
    shape: str = ""
    names: list[str] = field(default_factory=list)

    async def take(self) -> str:
        """Return the name of one."""
        self.shape = self.shape or str(await _on_server(_SHAPE, self.template))
        if self.names:
            return self.names.pop()
        name = f"{self.template}_{uuid.uuid4().hex[:12]}"
        await _on_server(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return name

    async def give_back(self, name: str) -> None:
        """Empty one for the next, or drop it when its schema is not what it was."""
        connection = await asyncpg.connect(_postgres(name).replace("+asyncpg", ""))
        try:
            await connection.execute(_LEAVE)
            is_as_it_was = await connection.fetchval(_SHAPE) == self.shape
            if is_as_it_was:
                await connection.execute(_EMPTY)
        finally:
            await connection.close()
        if is_as_it_was:
            self.names.append(name)
        else:
            await _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def drop(self) -> None:
        """Drop those that are there."""
        for name in self.names:
            await _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


_LEAVE = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# Whatever changes a schema makes or drops an object or a column; a copy has the numbers of its template.
_SHAPE = (
    "SELECT concat_ws(' ', (SELECT concat(count(*), '/', max(oid)) FROM pg_class),"
    " (SELECT concat(count(*), '/', max(oid)) FROM pg_trigger),"
    " (SELECT concat(count(*), '/', max(oid)) FROM pg_constraint),"
    " (SELECT concat(count(*), '/', max(oid)) FROM pg_proc),"
    " (SELECT count(*) FROM pg_attribute))"
)
_EMPTY = """DO $$ DECLARE name text; BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);  -- no trigger: the ledger forbids it
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', name); END LOOP;
END $$"""


@pytest.fixture(scope="session")
def spare_postgres(migrated_postgres: str) -> Iterator[SpareDatabases]:
    """The databases that the tests of this process take turns with."""
    spare = SpareDatabases(migrated_postgres)
    yield spare
    _run(spare.drop())


@pytest.fixture
async def postgres_url(migrated_postgres: str) -> AsyncIterator[str]:
    """The address of a fresh database of its own, for a process that opens it by itself."""
    name = f"{migrated_postgres}_{uuid.uuid4().hex[:12]}"
    await _on_server(f"CREATE DATABASE {name} TEMPLATE {migrated_postgres}")
    try:
        yield _postgres(name)
    finally:
        await _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("migrated") / "dogear.db"
    _run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """The name of a database with the newest schema; a skip where no server answers."""
    name = f"dogear_test_{uuid.uuid4().hex[:8]}"
    try:
        _run(_on_server(f"CREATE DATABASE {name}"))
    except Exception as error:  # whichever of the driver's errors it is, the server did not answer
        if os.environ.get("DOGEAR_REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"PostgreSQL does not answer ({type(error).__name__}); set DOGEAR_TEST_POSTGRES")
    try:
        _run(_migrate(_postgres(name)))
        yield name
    finally:
        _run(_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _run(act: Coroutine[None, None, Any]) -> None:
    """Run to the end in a thread of its own: a test's loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, act).result()


async def _migrate(url: str) -> None:
    async with Database(url) as opened:
        await opened.migrate()


async def _on_server(statement: str, database: str = "") -> Any:
    """Run a statement by itself, in a database if one is named; return the one value it finds."""
    url = _postgres(database) if database else POSTGRES_URL
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            done = await connection.execute(text(statement))
            return done.scalar() if done.returns_rows else None
    finally:
        await engine.dispose()


def _postgres(database: str) -> str:
    return f"{POSTGRES_URL.rsplit('/', 1)[0]}/{database}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real books and models; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("DOGEAR_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("no folder with development data (set DOGEAR_SHARED)")
    return folder
