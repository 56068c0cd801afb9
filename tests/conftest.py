"""Fixtures for everybody: a database of each kind, and the data folder when it is there."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database

POSTGRES_URL = os.environ.get("DOGEAR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database: on SQLite, and on PostgreSQL in a database of its own.

    The schema is migrated once a session and copied from then on.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "dogear.db")
        async with Database(f"sqlite+aiosqlite:///{tmp_path / 'dogear.db'}") as opened:
            yield opened
        return
    template = request.getfixturevalue("migrated_postgres")
    name = f"{template}_{uuid.uuid4().hex[:12]}"
    await _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        async with Database(_postgres(name)) as opened:
            yield opened
    finally:
        await _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


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


def _run(act: Coroutine[None, None, None]) -> None:
    """Run to the end in a thread of its own: a test's loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, act).result()


async def _migrate(url: str) -> None:
    async with Database(url) as opened:
        await opened.migrate()


async def _on_server(statement: str) -> None:
    engine = create_async_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
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
