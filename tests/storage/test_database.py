"""Transactions as the rest of storage counts on them, on both engines."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.errors import StorageUnavailable


async def test_sqlite_runs_in_wal_with_foreign_keys(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}") as database, database.read() as session:
        assert (await session.execute(text("pragma journal_mode"))).scalar_one() == "wal"
        assert (await session.execute(text("pragma foreign_keys"))).scalar_one() == 1


async def test_many_writers_that_read_first_never_find_the_database_locked(database: Database) -> None:
    # G2: a deferred read that turns into a write would fail at once on SQLite.
    async with database.write() as session:
        await session.execute(text("create table tally (n integer)"))
        await session.execute(text("insert into tally values (0)"))

    async def add_one() -> None:
        async with database.write() as session:
            lock = "" if database.is_sqlite else " for update"
            now = (await session.execute(text(f"select n from tally{lock}"))).scalar_one()
            await session.execute(text("update tally set n = :n"), {"n": now + 1})

    await asyncio.gather(*(add_one() for _ in range(40)))
    async with database.read() as session:
        assert (await session.execute(text("select n from tally"))).scalar_one() == 40


async def test_two_connections_of_two_processes_wait_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"
    async with Database(url) as one, Database(url) as other:
        async with one.write() as session:
            await session.execute(text("create table tally (n integer)"))
            await session.execute(text("insert into tally values (0)"))

        async def add(database: Database) -> None:
            for _ in range(20):
                async with database.write() as session:
                    now = (await session.execute(text("select n from tally"))).scalar_one()
                    await session.execute(text("update tally set n = :n"), {"n": now + 1})

        await asyncio.gather(add(one), add(other))
        async with one.read() as session:
            assert (await session.execute(text("select n from tally"))).scalar_one() == 40


async def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("create table tally (n integer)"))

    async def fail() -> None:
        async with database.write() as session:
            await session.execute(text("insert into tally values (1)"))
            raise ValueError("in the middle")

    with pytest.raises(ValueError):
        await fail()
    async with database.read() as session:
        assert (await session.execute(text("select count(*) from tally"))).scalar_one() == 0


async def test_reading_goes_on_while_another_writes(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    async with database.write() as writing:
        await writing.execute(text("insert into tally values (1)"))
        async with database.read() as reading:
            assert (await reading.execute(text("select count(*) from tally"))).scalar_one() == 0


async def test_a_database_that_cannot_be_opened_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/file.db") as database:
        (tmp_path / "file.db").write_bytes(b"not a database at all" * 100)
        with pytest.raises(StorageUnavailable):
            await database.migrate()


async def test_ping_names_engine_and_version(database: Database) -> None:
    assert (await database.ping()).split(" ")[0] in {"SQLite", "PostgreSQL"}
