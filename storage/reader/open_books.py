"""Which book a conversation is about, kept so that a restart goes on with it (S42). No place and no text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Database
from storage.ids import derived_id
from storage.prepared import Prepared
from storage.reader.once import insert_once
from storage.reader.tables import OpenBookRow


@dataclass(frozen=True, slots=True)
class TalkKey:
    """Where something is said, and by whom: what of two talks may never be mixed (S42)."""

    platform: str
    chat: str
    topic: str
    reader_id: str

    @property
    def id(self) -> str:
        """The one id of these four."""
        return derived_id("talk", self.platform, self.chat, self.topic, self.reader_id)


class OpenBooks:
    """The open book of every conversation."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        row = OpenBookRow.__table__.c
        self._find = Prepared(select(row.book_id).where(row.id == bindparam("key")))

    async def find(self, key: TalkKey) -> str:
        """Return the id of the book that is open there, "" when there is none (any more)."""
        row = await self._database.find_row(self._find, key=key.id)
        return row.book_id or "" if row else ""

    async def keep(self, key: TalkKey, book_id: str) -> None:
        """Store which book is open there; "" for none."""
        async with self._database.write() as session:
            await session.execute(delete(OpenBookRow).where(OpenBookRow.id == key.id))
            if book_id:
                values = {
                    "id": key.id,
                    "reader_id": key.reader_id,
                    "book_id": book_id,
                    "opened_at": datetime.now(UTC),
                }
                await insert_once(session, OpenBookRow, values)
