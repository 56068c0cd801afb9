"""What was said: questions and answers of a conversation, stamped and read back through a horizon.

A turn may be used again wherever the horizon it was answered under is reached: even words that rest on less
were chosen by one who had read so far. Moving back seals it, moving forward returns it (S37, T21, T22).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Asked, Change, Database
from storage.errors import HorizonViolation
from storage.horizon import Horizon
from storage.ids import derived_id, new_id
from storage.prepared import Prepared
from storage.reader.once import insert_into
from storage.reader.tables import CitationRow, TurnRow
from storage.values import Span


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """Where something was said, by whom, about which book; no two of them share a word (S42)."""

    platform: str
    chat: str
    reader_id: str
    book_id: str
    topic: str = ""

    @property
    def id(self) -> str:
        """The one id of these five."""
        return derived_id("conversation", self.platform, self.chat, self.topic, self.reader_id, self.book_id)


@dataclass(frozen=True, slots=True)
class TurnCitation:
    """A span that an answer cites, and the label it was shown with."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer; `horizon_end` is where the horizon stood (S37)."""

    question: str
    answer: str
    horizon_end: int
    citations: tuple[TurnCitation, ...] = ()
    kind: str = "answer"
    model: str = ""
    findings: tuple[str, ...] = ()
    id: str = ""
    said_at: datetime | None = None

    @property
    def evidence_end(self) -> int:
        """The highest end of what the answer rests on; 0 for nothing."""
        return max((citation.span.end for citation in self.citations), default=0)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and answered, as a later question may refer to it."""

    question: str
    answer: str


class Turns:
    """The turns of all conversations."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        # What every question asks is put together once: that costs more than running it.
        is_sqlite = database.is_sqlite
        turn = TurnRow.__table__.c
        said: dict[str, Any] = {
            column.name: bindparam(column.name) for column in turn if column is not turn.number
        }
        self._insert = Prepared(insert_into(TurnRow, is_sqlite=is_sqlite).values(said).inline())
        number = select(turn.number).where(turn.id == bindparam("of_turn")).scalar_subquery()
        cited: dict[str, Any] = {name: bindparam(name) for name in ("place", "start", "end", "label")}
        into = insert_into(CitationRow, is_sqlite=is_sqlite)
        self._cite = Prepared(into.values(cited | {"turn": number}).inline())
        self._recent = Prepared(
            select(turn.question, turn.answer)
            .where(turn.conversation == bindparam("key"), turn.horizon <= bindparam("end"))
            .order_by(turn.number.desc())
            .limit(bindparam("limit"))
        )

    async def keep(self, key: ConversationKey, turn: Turn) -> str:
        """Store a turn and return its id, as `kept` gives it."""
        turn_id, changes = self.kept(key, turn)
        await self._database.change(*changes)
        return turn_id

    def kept(self, key: ConversationKey, turn: Turn) -> tuple[str, list[Change]]:
        """Return the id of a turn and what stores it, with its spans. `id` and `said_at` are given here.

        Raises `HorizonViolation` when it rests on text past its own horizon: such an answer was a bug.
        """
        if turn.evidence_end > turn.horizon_end:
            raise HorizonViolation(f"a turn cites {turn.evidence_end}, past its horizon {turn.horizon_end}")
        row = {
            "id": new_id(),
            "conversation": key.id,
            "reader_id": key.reader_id,
            "book_id": key.book_id,
            "kind": turn.kind,
            "question": turn.question,
            "answer": turn.answer,
            "horizon": turn.horizon_end,
            "evidence": turn.evidence_end,
            "model": turn.model,
            "findings": json.dumps(turn.findings),
            "said_at": datetime.now(UTC),
        }
        cited = [
            {"of_turn": row["id"], "place": at, "start": c.span.start, "end": c.span.end, "label": c.label}
            for at, c in enumerate(turn.citations, 1)
        ]
        changes: list[Change] = [(self._insert, [row])]
        return str(row["id"]), [*changes, (self._cite, cited)] if cited else changes

    def expected(self, key: ConversationKey, horizon: Horizon, limit: int) -> Asked:
        """Return what `recent` asks, for who knows that it will."""
        return self._recent, {"key": key.id, "end": horizon.end, "limit": limit}

    async def recent(self, key: ConversationKey, horizon: Horizon, limit: int = 6) -> list[Exchange]:
        """Return what was said last, `limit` turns at or below `horizon`, in the order they were said (S37).

        Raises `HorizonViolation` when the horizon is of another book.
        """
        if key.book_id != horizon.book_id:
            raise HorizonViolation("a horizon of another book")
        (rows,) = await self._database.ask(self.expected(key, horizon, limit))
        return [Exchange(question, answer) for question, answer in rows[::-1]]

    async def find_last(self, key: ConversationKey, horizon: Horizon) -> Turn | None:
        """Return the latest turn at or below `horizon`, whole; None when there is none at this place."""
        query = (
            select(TurnRow)
            .where(
                TurnRow.conversation == key.id,
                TurnRow.book_id == horizon.book_id,
                TurnRow.horizon <= horizon.end,
            )
            .order_by(TurnRow.number.desc())
            .limit(1)
        )
        async with self._database.read() as session:
            found = await _with_citations(session, list(await session.scalars(query)))
            return found[0] if found else None

    async def find_turn(self, reader_id: str, turn_id: str, horizon: Horizon) -> Turn | None:
        """Return one turn of this reader, for its receipt (S52); None when there is none at this place."""
        query = select(TurnRow).where(
            TurnRow.id == turn_id,
            TurnRow.reader_id == reader_id,
            TurnRow.book_id == horizon.book_id,
            TurnRow.horizon <= horizon.end,
        )
        async with self._database.read() as session:
            found = await _with_citations(session, list(await session.scalars(query)))
            return found[0] if found else None

    async def forget(self, reader_id: str, book_id: str) -> int:
        """Delete what was said of a book, in every place; return how many turns there were."""
        mine = (TurnRow.reader_id == reader_id, TurnRow.book_id == book_id)
        async with self._database.write() as session:
            numbers = list(await session.scalars(select(TurnRow.number).where(*mine)))
            await session.execute(delete(TurnRow).where(*mine))
        return len(numbers)


async def _with_citations(session: AsyncSession, rows: Sequence[TurnRow]) -> list[Turn]:
    numbers = [row.number for row in rows]
    query = select(CitationRow).where(CitationRow.turn.in_(numbers)).order_by(CitationRow.place)
    cited: dict[int, list[TurnCitation]] = {number: [] for number in numbers}
    for row in await session.scalars(query):
        cited[row.turn].append(TurnCitation(Span(row.start, row.end), row.label))
    return [
        Turn(
            question=row.question,
            answer=row.answer,
            horizon_end=row.horizon,
            citations=tuple(cited[row.number]),
            kind=row.kind,
            model=row.model,
            findings=tuple(json.loads(row.findings)),
            id=row.id,
            said_at=row.said_at,
        )
        for row in rows
    ]
