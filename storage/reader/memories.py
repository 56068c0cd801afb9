"""What is remembered of a reader's talk about a book: a running summary, facts, open questions.

Each memory carries the offset of its latest evidence and is read through a horizon, each time anew, so a
move back seals it and a move forward returns it (S37). What the reader said stays the reader's (S38).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.errors import HorizonViolation
from storage.horizon import Horizon
from storage.ids import derived_id
from storage.reader.once import insert_once
from storage.reader.progress import session_id
from storage.reader.tables import MemoryRow


class MemoryKind(StrEnum):
    """What is remembered."""

    SUMMARY = "summary"
    FACT = "fact"
    QUESTION = "question"


class MemorySource(StrEnum):
    """Whose words they are: the reader's own, or what rests on the text (S38)."""

    READER = "reader"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Memory:
    """One thing remembered; `reveal` is the offset of its latest evidence (S11).

    For the reader's own words that is the horizon they were said at. `importance` runs from 1 to 3.
    """

    kind: MemoryKind
    text: str
    reveal: int
    importance: int = 2
    source: MemorySource = MemorySource.TEXT
    id: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.importance <= 3:
            raise ValueError("importance runs from 1 to 3")
        if self.reveal < 0:
            raise HorizonViolation("a memory without an offset")


class Memories:
    """The memories of all readers."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    async def keep(self, reader_id: str, book_id: str, memory: Memory) -> str:
        """Store a memory and return its id; the same one again makes no second.

        The one with the earliest evidence stays: what is learnt later must not weigh on how it is recalled
        before (S16). At the same reveal the newest stays, so a summary is replaced by its next version.
        """
        (key,) = await self.keep_all(reader_id, book_id, [memory])
        return key

    async def keep_all(self, reader_id: str, book_id: str, memories: Sequence[Memory]) -> list[str]:
        """Store several memories as `keep` does, in one transaction; return their ids in order."""
        async with self._database.write() as opened:
            return [await self._keep(opened, reader_id, book_id, memory) for memory in memories]

    async def _keep(self, opened: AsyncSession, reader_id: str, book_id: str, memory: Memory) -> str:
        session = session_id(reader_id, book_id)
        said = str(memory.reveal) if memory.kind is MemoryKind.SUMMARY else _folded(memory.text)
        key = derived_id("memory", session, memory.kind.value, memory.source.value, said)
        values = {
            "id": key,
            "session": session,
            "reader_id": reader_id,
            "book_id": book_id,
            "kind": memory.kind.value,
            "source": memory.source.value,
            "text": memory.text,
            "importance": memory.importance,
            "reveal": memory.reveal,
            "settled": None,
            "kept_at": datetime.now(UTC),
        }
        if not await insert_once(opened, MemoryRow, values):
            row = await opened.get_one(MemoryRow, key, with_for_update=True)
            if memory.reveal <= row.reveal:
                row.reveal, row.text, row.importance = memory.reveal, memory.text, memory.importance
                row.kept_at = datetime.now(UTC)
        return key

    async def settle(self, reader_id: str, book_id: str, question_id: str, reveal: int) -> None:
        """Mark an open question as answered from `reveal` (code points) on; before it, it stays open."""
        async with self._database.write() as session:
            row = await session.get(MemoryRow, question_id)
            if row is not None and row.session == session_id(reader_id, book_id):
                row.settled = reveal if row.settled is None else min(row.settled, reveal)

    async def list_memories(self, reader_id: str, horizon: Horizon, limit: int = 20) -> list[Memory]:
        """Return facts and open questions at or below `horizon`: the most important first, then the latest
        in the text."""
        query = (
            select(MemoryRow)
            .where(
                MemoryRow.session == session_id(reader_id, horizon.book_id),
                MemoryRow.reveal <= horizon.end,
                MemoryRow.kind != MemoryKind.SUMMARY.value,
                or_(MemoryRow.settled.is_(None), MemoryRow.settled > horizon.end),
            )
            .order_by(MemoryRow.importance.desc(), MemoryRow.reveal.desc(), MemoryRow.kept_at, MemoryRow.id)
            .limit(limit)
        )
        async with self._database.read() as session:
            return [_memory_of(row) for row in await session.scalars(query)]

    async def find_summary(self, reader_id: str, horizon: Horizon) -> Memory | None:
        """Return the running summary that reaches furthest at or below `horizon`."""
        query = (
            select(MemoryRow)
            .where(
                MemoryRow.session == session_id(reader_id, horizon.book_id),
                MemoryRow.reveal <= horizon.end,
                MemoryRow.kind == MemoryKind.SUMMARY.value,
            )
            .order_by(MemoryRow.reveal.desc(), MemoryRow.kept_at.desc(), MemoryRow.id)
            .limit(1)
        )
        async with self._database.read() as session:
            row = await session.scalar(query)
            return _memory_of(row) if row else None

    async def forget(self, reader_id: str, book_id: str, memory_id: str | None = None) -> int:
        """Delete one memory of a book, or all; return how many there were."""
        mine = [MemoryRow.session == session_id(reader_id, book_id)]
        if memory_id is not None:
            mine.append(MemoryRow.id == memory_id)
        async with self._database.write() as session:
            count = await session.scalar(select(func.count()).select_from(MemoryRow).where(*mine))
            await session.execute(delete(MemoryRow).where(*mine))
        return count or 0


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _memory_of(row: MemoryRow) -> Memory:
    return Memory(
        kind=MemoryKind(row.kind),
        text=row.text,
        reveal=row.reveal,
        importance=row.importance,
        source=MemorySource(row.source),
        id=row.id,
    )
