"""Fixtures for everybody: a database of each kind, and the data folder when it is there."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database

POSTGRES_URL = os.environ.get("DOGEAR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database: on SQLite, and on PostgreSQL in a database of its own."""
    if request.param == "sqlite":
        async with Database(f"sqlite+aiosqlite:///{tmp_path / 'dogear.db'}") as opened:
            await opened.migrate()
            yield opened
        return
    async for opened in _on_postgres():
        yield opened


async def _on_postgres() -> AsyncIterator[Database]:
    admin = create_async_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    name = f"dogear_test_{uuid.uuid4().hex[:12]}"
    try:
        async with admin.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
    except (OSError, Exception) as error:  # whichever driver error it is, the server did not answer
        await admin.dispose()
        if os.environ.get("DOGEAR_REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"PostgreSQL does not answer ({type(error).__name__}); set DOGEAR_TEST_POSTGRES")
    try:
        async with Database(POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}") as opened:
            await opened.migrate()
            yield opened
    finally:
        async with admin.connect() as connection:
            await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        await admin.dispose()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real books and models; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("DOGEAR_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("no folder with development data (set DOGEAR_SHARED)")
    return folder
