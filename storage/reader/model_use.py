"""What a model was sent ahead of questions, in characters, by reader and book: for caps, and to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from storage.database import Database
from storage.reader.tables import ModelUseRow


@dataclass(frozen=True, slots=True)
class Use:
    """Requests with their code points, sent and received."""

    requests: int
    sent_chars: int
    received_chars: int

    @property
    def chars(self) -> int:
        """Return both ways together."""
        return self.sent_chars + self.received_chars


class ModelUse:
    """The counts of all readers."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    async def count(self, reader_id: str, book_id: str, sent_chars: int, received_chars: int) -> None:
        """Count one request, at the moment of now."""
        row = {
            "reader_id": reader_id,
            "book_id": book_id,
            "sent_chars": sent_chars,
            "received_chars": received_chars,
            "at": datetime.now(UTC),
        }
        async with self._database.write() as session:
            await session.execute(insert(ModelUseRow), [row])

    async def today(self, reader_id: str) -> Use:
        """Return what this reader's books have cost since midnight UTC."""
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return await self._sum(ModelUseRow.reader_id == reader_id, ModelUseRow.at >= midnight)

    async def of_book(self, reader_id: str, book_id: str) -> Use:
        """Return what one book has cost this reader so far."""
        return await self._sum(ModelUseRow.reader_id == reader_id, ModelUseRow.book_id == book_id)

    async def _sum(self, *conditions: object) -> Use:
        query = select(
            func.count(),
            func.coalesce(func.sum(ModelUseRow.sent_chars), 0),
            func.coalesce(func.sum(ModelUseRow.received_chars), 0),
        ).where(*conditions)  # type: ignore[arg-type]
        async with self._database.read() as session:
            requests, sent, received = (await session.execute(query)).one()
        return Use(int(requests), int(sent), int(received))
