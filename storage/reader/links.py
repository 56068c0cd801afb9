"""One reader behind several accounts: a one-time code, and what two readers had becoming one's.

The code is asked for on one platform and said on the other, within ten minutes. Whoever says it becomes the
reader who asked: their books, places, memories and credits come along; where both have the same book, the
place and the talk of the one who asked stand, since no place may rise but by the reader's own word (S4).
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.errors import LinkCodeUnknown
from storage.reader.memories import MemoryKind, memory_id, session_of
from storage.reader.progress import session_id
from storage.reader.tables import (
    FeedbackRow,
    IdentityRow,
    LinkCodeRow,
    MemoryRow,
    ModelUseRow,
    OpenBookRow,
    ReaderSessionRow,
    SessionActionRow,
    SessionCacheRow,
    TurnRow,
    UserRow,
)

LIFE = timedelta(minutes=10)
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that look alike."""
_LENGTH = 8


HandOver = Callable[[str, str], Awaitable[list[str]]]
"""Moves the shelf of the first reader to the second, within the transaction that is open; see `Library`."""

WalletOver = Callable[[str, str], Awaitable[None]]
"""Moves the wallet likewise; see `Wallets`."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of a link: the reader behind both accounts now, and how many books came along."""

    reader_id: str
    books: int


class Links:
    """Codes that link accounts."""

    def __init__(self, database: Database, hand_over: HandOver, wallet: WalletOver) -> None:
        """Take an open database, and what moves a shelf and a wallet."""
        self._database = database
        self._hand_over = hand_over
        self._wallet_over = wallet

    async def issue(self, reader_id: str) -> str:
        """Return a code by which another account becomes this reader's; an earlier one is void."""
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        async with self._database.write() as session:
            await session.execute(delete(LinkCodeRow).where(LinkCodeRow.reader_id == reader_id))
            session.add(LinkCodeRow(code=code, reader_id=reader_id, made_at=datetime.now(UTC)))
        return code

    async def redeem(self, code: str, reader_id: str) -> Linked:
        """Make all that `reader_id` has, accounts too, that of the reader who asked for the code.

        All of it or nothing. Raises `LinkCodeUnknown` for a code that is used, too old, or one's own.
        """
        wanted = "".join(code.upper().split()).replace("-", "")
        async with self._database.write() as session:
            row = await session.get(LinkCodeRow, wanted, with_for_update=True)
            if row is None or row.reader_id == reader_id:
                raise LinkCodeUnknown
            made_at = row.made_at if row.made_at.tzinfo else row.made_at.replace(tzinfo=UTC)
            if made_at + LIFE < datetime.now(UTC):
                raise LinkCodeUnknown
            kept = row.reader_id
            await session.delete(row)
            await session.flush()
            books = await self._hand_over(reader_id, kept)
            for book_id in books:
                await _bring_session(session, book_id, reader_id, kept)
            await self._wallet_over(reader_id, kept)
            await _bring_rest(session, reader_id, kept)
        return Linked(kept, len(books))


async def _bring_rest(session: AsyncSession, gone: str, kept: str) -> None:
    """Give what is keyed by the reader alone, and the accounts, to `kept`; then `gone` is nobody."""
    for table in (TurnRow, SessionCacheRow, OpenBookRow, FeedbackRow, ModelUseRow):
        await session.execute(update(table).where(table.reader_id == gone).values(reader_id=kept))
    await session.execute(update(IdentityRow).where(IdentityRow.user_id == gone).values(user_id=kept))
    await session.execute(delete(UserRow).where(UserRow.id == gone))


async def _bring_session(session: AsyncSession, book_id: str, gone: str, kept: str) -> None:
    """Move the place in a book and what is remembered of it: their keys are made of reader and book."""
    old, new = session_id(gone, book_id), session_id(kept, book_id)
    place = await session.get(ReaderSessionRow, old)
    if place is not None:
        columns = {column.key: getattr(place, column.key) for column in ReaderSessionRow.__table__.columns}
        session.add(ReaderSessionRow(**{**columns, "id": new, "reader_id": kept}))
        await session.flush()
        await session.execute(
            update(SessionActionRow).where(SessionActionRow.session_id == old).values(session_id=new)
        )
        await session.delete(place)
    mine = (MemoryRow.reader_id == gone, MemoryRow.book_id == book_id)
    for memory in await session.scalars(select(MemoryRow).where(*mine)):
        key = session_of(kept, book_id, memory.room)
        memory.id = memory_id(key, MemoryKind(memory.kind), memory.source, memory.text, memory.reveal)
        memory.session, memory.reader_id = key, kept
    await session.flush()
