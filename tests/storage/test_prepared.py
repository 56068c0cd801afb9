"""A prepared statement asks and tells SQLite the same as SQLAlchemy does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update

from storage.database import Database
from storage.prepared import Prepared
from storage.reader.once import insert_into
from storage.reader.tables import UpdateRow

ROW = UpdateRow.__table__.c
WHEN = datetime(2026, 8, 1, 12, 30, 15, 250, tzinfo=UTC)
UPDATE = {"platform": "discord", "id": "7", "message": "words", "marked": True, "taken_at": WHEN}
ALL = Prepared(select(ROW.id, ROW.message, ROW.marked, ROW.taken_at).where(ROW.id == bindparam("key")))


def insert(database: Database) -> Prepared:
    return Prepared(insert_into(UpdateRow, is_sqlite=database.is_sqlite).returning(ROW.marked))


async def test_what_is_stored_either_way_is_found_alike_either_way(database: Database) -> None:
    async with database.write() as session:
        await session.execute(insert(database).statement, [UPDATE])
    await database.change((insert(database), [{**UPDATE, "id": "8", "message": None}]))
    for key in ("7", "8"):
        row = await database.find_row(ALL, key=key)
        async with database.read() as session:
            same = (await session.execute(ALL.statement, {"key": key})).one()
        assert row is not None
        assert tuple(row) == tuple(same)
        assert (row.id, row.marked, row.taken_at.minute) == (key, True, 30)


async def test_rows_that_a_change_returns_have_names_and_types(database: Database) -> None:
    several = [UPDATE, {**UPDATE, "id": "8", "marked": False}]
    returned, *_ = await database.change((insert(database), several))
    assert [row.marked for row in returned] == [True, False]


async def test_what_a_statement_says_itself_needs_not_be_given(database: Database) -> None:
    answered = Prepared(update(UpdateRow.__table__).where(ROW.id == bindparam("key")).values(message=None))
    unmarked = Prepared(update(UpdateRow.__table__).where(ROW.id == bindparam("key")).values(marked=False))
    await database.change((insert(database), [UPDATE]))
    await database.change((answered, [{"key": "7"}]), (unmarked, [{"key": "7"}]))
    row = await database.find_row(ALL, key="7")
    assert (row.message, row.marked) == (None, False)


def test_what_is_not_given_is_missed() -> None:
    with pytest.raises(KeyError, match="key"):
        ALL.values({})
    with pytest.raises(KeyError, match="taken_at"):
        Prepared(insert_into(UpdateRow, is_sqlite=True)).values({"platform": "discord", "id": "7"})
