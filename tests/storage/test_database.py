"""Transactions as the rest of storage counts on them, on both engines."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import CursorResult, bindparam, column, func, insert, select, table, text

from storage.database import Database
from storage.errors import StorageUnavailable
from storage.prepared import Prepared
from storage.sqlite_driver import connect


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
        assert await asyncio.create_task(_tally(database)) == 0


async def test_transactions_of_one_task_join_and_see_what_it_wrote(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    async with database.write() as outer:
        async with database.write() as inner:
            await inner.execute(text("insert into tally values (1)"))
        assert inner is outer
        assert await _tally(database) == 1
    async with database.read() as outer, database.read() as inner:
        assert inner is outer


async def test_rows_and_objects_of_one_task_are_one_transaction(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    async with database.write_rows() as rows:
        await rows.execute(text("insert into tally values (1)"))
        async with database.write() as objects:
            await objects.execute(text("insert into tally values (2)"))
        async with database.read() as objects:
            assert await objects.scalar(text("select count(*) from tally")) == 2
        assert await asyncio.create_task(_tally(database)) == 0  # another task's is another transaction
    assert await _tally(database) == 2


async def test_rows_and_objects_of_one_task_are_undone_together(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))

    async def fail() -> None:
        async with database.write_rows() as rows:
            async with database.write() as objects:
                await objects.execute(text("insert into tally values (1)"))
            await rows.execute(text("insert into tally values (2)"))
            raise ValueError("after the inner one ended well")

    with pytest.raises(ValueError):
        await fail()
    assert await _tally(database) == 0


async def test_a_row_is_asked_for_once_in_a_read_and_anew_in_a_write(database: Database) -> None:
    names = table("names", column("id"), column("name"))
    found = Prepared(select(names.c.name).where(names.c.id == bindparam("key")))
    async with database.write() as writing:
        await writing.execute(text("create table names (id varchar(8), name varchar(8))"))
        await writing.execute(text("insert into names values ('a', 'Ada')"))

    async def rename(name: str) -> None:
        async with database.write_rows() as rows:
            await rows.execute(text("update names set name = :name"), {"name": name})

    async def name() -> str:
        row = await database.find_row(found, key="a")
        return str(row.name) if row else ""

    async with database.read():
        assert await name() == "Ada"
        await asyncio.create_task(rename("Wick"))
        assert await name() == "Ada"
        assert await database.find_row(found, key="b") is None
    assert await name() == "Wick"
    async with database.write_rows():
        assert await name() == "Wick"
        await rename("Ada")
        assert await name() == "Ada"


TALLY = table("tally", column("n"))
COUNT = Prepared(select(func.count().label("count")).select_from(TALLY))
ADD = Prepared(insert(TALLY).values(n=bindparam("added")))


async def test_what_is_changed_together_is_done_or_undone_together(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer unique)"))
    await database.change((ADD, [{"added": 1}, {"added": 2}]), (ADD, [{"added": 3}]))
    assert await _tally(database) == 3
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.change((ADD, [{"added": 4}]), (ADD, [{"added": 1}]))
    assert await _tally(database) == 3
    await database.change((ADD, [{"added": 4}]))
    assert await _tally(database) == 4


async def test_a_change_joins_what_the_task_writes_and_ends_with_it(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))

    async def fail() -> None:
        async with database.write():
            await database.change((ADD, [{"added": 1}]))
            assert (await database.ask((COUNT, {})))[0][0].count == 1
            raise ValueError("in the middle")

    with pytest.raises(ValueError):
        await fail()
    assert await _tally(database) == 0


async def test_what_is_stored_with_each_write_is_stored_with_each_change(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    database.before_commit = lambda: [(ADD, [{"added": 0}])]
    await database.change((ADD, [{"added": 1}]))
    assert await _tally(database) == 2
    async with database.write() as writing:
        await writing.execute(text("insert into tally values (2)"))
    assert await _tally(database) == 4


async def test_what_many_ask_at_once_is_what_each_would_be_told(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    await database.change((ADD, [{"added": n} for n in range(50)]))
    one = Prepared(select(TALLY.c.n).where(TALLY.c.n == bindparam("wanted")))
    asked = [database.ask((one, {"wanted": n}), (COUNT, {}), (one, {"wanted": -1})) for n in range(50)]
    for n, (found, count, none) in enumerate(await asyncio.gather(*asked)):
        assert [row.n for row in found] == [n]
        assert count[0].count == 50
        assert none == []


async def test_who_waits_no_more_or_asks_amiss_keeps_nobody_from_an_answer(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    await database.ask((COUNT, {}))
    asked = [asyncio.create_task(database.ask((COUNT, {}))) for _ in range(9)]
    await asyncio.sleep(0)
    for task in asked[::2]:
        task.cancel()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(one, BaseException) for one in told] == [True, False] * 4 + [True]
    nowhere = Prepared(select(func.count()).select_from(table("nowhere")))
    with pytest.raises(Exception, match="nowhere"):
        await database.ask((nowhere, {}))
    assert (await database.ask((COUNT, {})))[0][0].count == 0


async def test_a_row_that_is_expected_is_of_the_same_state_as_the_others(database: Database) -> None:
    names = table("names", column("id"), column("name"))
    found = Prepared(select(names.c.name).where(names.c.id == bindparam("key")))
    async with database.write() as writing:
        await writing.execute(text("create table names (id varchar(8), name varchar(8))"))
        await writing.execute(text("insert into names values ('a', 'Ada'), ('b', 'Ben')"))

    async def swap() -> None:
        async with database.write() as writing:
            await writing.execute(text("update names set name = 'Wick'"))

    async with database.reading((found, {"key": "a"}), (found, {"key": "b"}), (found, {"key": "c"})):
        await asyncio.create_task(swap())
        row_a, row_b = await database.find_row(found, key="a"), await database.find_row(found, key="b")
        assert (row_a.name, row_b.name) == ("Ada", "Ben")
        assert await database.find_row(found, key="c") is None
    assert (await database.find_row(found, key="b")).name == "Wick"
    async with database.write_rows(), database.reading((found, {"key": "a"})):
        assert (await database.find_row(found, key="a")).name == "Wick"


async def test_what_is_foreseen_is_told_as_it_was_then_and_only_within_its_read(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    await database.change((ADD, [{"added": 1}]))
    async with database.reading():
        await database.foresee((COUNT, {}))
        await asyncio.create_task(database.change((ADD, [{"added": 1}])))
        assert (await database.ask((COUNT, {})))[0][0].count == 1
    assert (await database.ask((COUNT, {})))[0][0].count == 2
    async with database.write_rows():
        await database.foresee((COUNT, {}))  # a transaction that writes sees what it wrote
        await database.change((ADD, [{"added": 1}]))
        assert (await database.ask((COUNT, {})))[0][0].count == 3


async def test_a_read_that_has_begun_with_other_statements_stays_in_their_state(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))
    if not database.is_sqlite:
        pytest.skip("PostgreSQL shows each statement what is committed by then")
    async with database.read() as reading:
        await reading.execute(text("select count(*) from tally"))
        await asyncio.create_task(database.change((ADD, [{"added": 1}])))
        assert (await database.ask((COUNT, {})))[0][0].count == 0
    assert (await database.ask((COUNT, {})))[0][0].count == 1


async def test_what_joined_is_rolled_back_with_the_outermost(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))

    async def fail() -> None:
        async with database.write():
            async with database.write() as inner:
                await inner.execute(text("insert into tally values (1)"))
            raise ValueError("after the inner one ended well")

    with pytest.raises(ValueError):
        await fail()
    assert await _tally(database) == 0


async def test_a_turn_that_is_cancelled_leaves_no_transaction_open(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("create table tally (n integer)"))

    async def insert(how_far: asyncio.Event) -> None:
        async with database.write() as session:
            how_far.set()
            for n in range(1_000):
                await session.execute(text("insert into tally values (:n)"), {"n": n})

    for _ in range(20):
        begun = asyncio.Event()
        task = asyncio.create_task(insert(begun))
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with database.write() as session:
        await session.execute(text("insert into tally values (1)"))
    assert await asyncio.create_task(_tally(database)) == 1


async def test_rows_and_counts_are_those_of_the_engine(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("create table tally (n integer)"))
        many = [{"n": n} for n in range(300)]
        await session.execute(text("insert into tally values (:n)"), many)
        changed = await session.execute(text("update tally set n = n + 1 where n < 10"))
        assert cast("CursorResult[Any]", changed).rowcount == 10
        back = await session.execute(text("delete from tally where n >= 290 returning n"))
        assert sorted(back.scalars()) == list(range(290, 300))
        assert (await session.execute(text("select n from tally where n < 0"))).all() == []


async def _tally(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(text("select count(*) from tally"))).scalar_one())


async def test_a_database_that_cannot_be_opened_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/file.db") as database:
        (tmp_path / "file.db").write_bytes(b"not a database at all" * 100)
        with pytest.raises(StorageUnavailable):
            await database.migrate()


async def test_ping_names_engine_and_version(database: Database) -> None:
    assert (await database.ping()).split(" ")[0] in {"SQLite", "PostgreSQL"}


async def test_a_connection_that_is_stopped_while_it_closes_is_closed(tmp_path: Path) -> None:
    # As SQLAlchemy does when whoever waits for the closing is cancelled too: a second Ctrl-C, or a shutdown.
    connection = await connect(str(tmp_path / "kept.db"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    await asyncio.wait_for(closing, 30)
    with pytest.raises(ValueError, match="connection"):
        await connection.run("SELECT 1", ())
