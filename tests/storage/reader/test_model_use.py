"""What models were sent is counted by reader, book and day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage.database import Database
from storage.reader.identities import Identities
from storage.reader.model_use import ModelUse, Use
from storage.reader.tables import ModelUseRow


async def test_each_reader_and_book_has_a_sum_and_a_day_counts_all_books(database: Database) -> None:
    ada = await Identities(database).reader_of("terminal", "ada")
    ben = await Identities(database).reader_of("terminal", "ben")
    use = ModelUse(database)
    assert await use.today(ada) == Use(0, 0, 0)
    await use.count(ada, "one", 100, 7)
    await use.count(ada, "one", 50, 3)
    await use.count(ada, "two", 10, 1)
    await use.count(ben, "one", 5, 5)
    assert await use.of_book(ada, "one") == Use(2, 150, 10)
    assert (await use.today(ada)).chars == 171
    assert await use.today(ben) == Use(1, 5, 5)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    async with database.write() as session:
        await session.execute(update(ModelUseRow).where(ModelUseRow.book_id == "one").values(at=yesterday))
    assert await use.today(ada) == Use(1, 10, 1)
    assert await use.of_book(ada, "one") == Use(2, 150, 10)
