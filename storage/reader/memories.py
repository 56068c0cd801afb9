"""What is remembered of a reader's talk about a book: a running summary, facts, open questions.

Each memory carries the offset of its latest evidence and is read through a horizon, each time anew, so a
move back seals it and a move forward returns it (S37). What the reader said stays the reader's (S38).

What was said in a shared place is remembered there alone, and what was said alone nowhere else: `room` is
the key of a shared conversation, '' for all that the reader says alone (S42).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, Row, bindparam, delete, func, or_, select, update

from storage.database import Asked, Change, Database
from storage.errors import HorizonViolation
from storage.horizon import Horizon
from storage.ids import derived_id
from storage.prepared import Prepared
from storage.reader.once import insert_into
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
        # What every question asks is put together once: that costs more than running it.
        row = MemoryRow.__table__.c
        insert = insert_into(MemoryRow, is_sqlite=database.is_sqlite)
        new = insert.excluded
        self._keep = Prepared(
            insert.on_conflict_do_update(
                index_elements=["id"],
                set_={name: new[name] for name in ("reveal", "text", "importance", "kept_at")},
                where=new.reveal <= row.reveal,
            )
        )
        from_ = bindparam("from_here", type_=Integer)
        self._settle = Prepared(
            update(MemoryRow.__table__)  # type: ignore[arg-type]
            .where(
                row.id == bindparam("key"),
                or_(row.settled.is_(None), row.settled > from_),
            )
            .values(settled=from_)
        )
        end = bindparam("end", type_=Integer)
        self._list = Prepared(
            select(*_COLUMNS)
            .where(
                row.session == bindparam("session"),
                row.reveal <= end,
                row.kind != MemoryKind.SUMMARY.value,
                or_(row.settled.is_(None), row.settled > end),
            )
            .order_by(row.importance.desc(), row.reveal.desc(), row.kept_at, row.id)
            .limit(bindparam("limit"))
        )

    async def keep(self, reader_id: str, book_id: str, memory: Memory, room: str = "") -> str:
        """Store a memory and return its id; the same one again makes no second.

        The one with the earliest evidence stays: what is learnt later must not weigh on how it is recalled
        before (S16). At the same reveal the newest stays, so a summary is replaced by its next version.
        """
        (key,) = await self.keep_all(reader_id, book_id, [memory], room)
        return key

    async def keep_all(
        self, reader_id: str, book_id: str, memories: Sequence[Memory], room: str = ""
    ) -> list[str]:
        """Store several memories as `keep` does, in one transaction; return their ids in order."""
        rows = [_row_of(reader_id, book_id, memory, room) for memory in memories]
        if rows:
            await self._database.change((self._keep, rows))
        return [row["id"] for row in rows]

    def kept(self, reader_id: str, book_id: str, memories: Sequence[Memory], room: str = "") -> list[Change]:
        """Return what stores several memories as `keep` does."""
        rows = [_row_of(reader_id, book_id, memory, room) for memory in memories]
        return [(self._keep, rows)] if rows else []

    async def settle(self, reader_id: str, book_id: str, question: str, reveal: int, room: str = "") -> None:
        """Mark an open question of the reader as answered, as `settled` gives it."""
        await self._database.change(self.settled(reader_id, book_id, question, reveal, room))

    def settled(self, reader_id: str, book_id: str, question: str, reveal: int, room: str = "") -> Change:
        """Return what marks an open question, by its words, as answered from `reveal` (code points) on.

        Before it, it stays open. A question that was never kept is none.
        """
        memory = Memory(MemoryKind.QUESTION, question, reveal, source=MemorySource.READER)
        key = _row_of(reader_id, book_id, memory, room)["id"]
        return self._settle, [{"key": key, "from_here": reveal}]

    def expected(self, reader_id: str, horizon: Horizon, limit: int, room: str) -> Asked:
        """Return what `list_memories` asks, for who knows that it will."""
        session = session_of(reader_id, horizon.book_id, room)
        return self._list, {"session": session, "end": horizon.end, "limit": limit}

    async def list_memories(
        self, reader_id: str, horizon: Horizon, limit: int = 20, room: str = ""
    ) -> list[Memory]:
        """Return facts and open questions at or below `horizon`: the most important first, then the latest
        in the text."""
        (rows,) = await self._database.ask(self.expected(reader_id, horizon, limit, room))
        return [_memory_of(row) for row in rows]

    async def find_summary(self, reader_id: str, horizon: Horizon, room: str = "") -> Memory | None:
        """Return the running summary that reaches furthest at or below `horizon`."""
        query = (
            select(*_COLUMNS)
            .where(
                MemoryRow.session == session_of(reader_id, horizon.book_id, room),
                MemoryRow.reveal <= horizon.end,
                MemoryRow.kind == MemoryKind.SUMMARY.value,
            )
            .order_by(MemoryRow.reveal.desc(), MemoryRow.kept_at.desc(), MemoryRow.id)
            .limit(1)
        )
        async with self._database.read() as session:
            row = (await session.execute(query)).one_or_none()
            return _memory_of(row) if row else None

    async def forget(self, reader_id: str, book_id: str, memory_id: str | None = None) -> int:
        """Delete one memory of a book, or all in every place; return how many there were."""
        mine = [MemoryRow.reader_id == reader_id, MemoryRow.book_id == book_id]
        if memory_id is not None:
            mine.append(MemoryRow.id == memory_id)
        async with self._database.write() as session:
            count = await session.scalar(select(func.count()).select_from(MemoryRow).where(*mine))
            await session.execute(delete(MemoryRow).where(*mine))
        return count or 0


def session_of(reader_id: str, book_id: str, room: str = "") -> str:
    """Return the key of what is remembered of a reader's talk about a book: alone, or in a shared place."""
    alone = session_id(reader_id, book_id)
    return derived_id("room memories", alone, room) if room else alone


def memory_id(session: str, kind: MemoryKind, source: str, text: str, reveal: int) -> str:
    """Return the id under which a memory of a reader's session is kept, the same for the same thing."""
    said = str(reveal) if kind is MemoryKind.SUMMARY else _folded(text)
    return derived_id("memory", session, kind.value, source, said)


def _row_of(reader_id: str, book_id: str, memory: Memory, room: str) -> dict[str, Any]:
    session = session_of(reader_id, book_id, room)
    return {
        "id": memory_id(session, memory.kind, memory.source.value, memory.text, memory.reveal),
        "session": session,
        "reader_id": reader_id,
        "book_id": book_id,
        "room": room,
        "kind": memory.kind.value,
        "source": memory.source.value,
        "text": memory.text,
        "importance": memory.importance,
        "reveal": memory.reveal,
        "settled": None,
        "kept_at": datetime.now(UTC),
    }


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


_COLUMNS = tuple(
    MemoryRow.__table__.c[name] for name in ("kind", "text", "reveal", "importance", "source", "id")
)


def _memory_of(row: Row[str, str, int, int, str, str]) -> Memory:
    kind, text, reveal, importance, source, key = row
    return Memory(MemoryKind(kind), text, reveal, importance, MemorySource(source), key)
