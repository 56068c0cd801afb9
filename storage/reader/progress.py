"""Where readers are, kept; and the only maker of horizons.

What a move means is decided in position.py. Here it is stored with its time and its undo, and turned into
a `Horizon`. Only a reader's own act calls the methods that move (S4).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Asked, Database
from storage.errors import HorizonViolation, NoPlaceYet, NothingToUndo
from storage.horizon import Horizon
from storage.ids import derived_id
from storage.prepared import FoundRow, Prepared
from storage.reader import position as moves
from storage.reader.once import insert_once
from storage.reader.position import DownReason, Mode, Position, Purpose
from storage.reader.tables import ReaderSessionRow, SessionActionRow
from storage.values import PlaceMatch, Section, SectionLine


class Act(StrEnum):
    """What a reader did to their place."""

    MOVE = "move"
    NEXT = "next"
    DONE = "done"
    WIDEN = "widen"
    MISTAKE = "mistake"
    REREAD = "reread"
    LOOK_BACK = "look_back"
    FINISHED = "finished"
    UNFINISH = "unfinish"
    UNDO = "undo"


class Outcome(StrEnum):
    """What came of a stated place."""

    MOVED = "moved"
    UNCHANGED = "unchanged"
    ASK_WHY = "ask_why"


@dataclass(frozen=True, slots=True)
class Move:
    """What came of an act: the position after it, and the place that was stated, if one was.

    With ASK_WHY nothing has moved yet; `move_down` with a reason does it (S5).
    """

    outcome: Outcome
    position: Position
    match: PlaceMatch | None = None


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """A pasted line lies past the reader: ask whether to set the place there, and say no more (S4, T20).

    Accepting it is `move_to(match)`; it holds offsets and never text.
    """

    match: PlaceMatch


@dataclass(frozen=True, slots=True)
class MadeMove:
    """One entry of the history."""

    act: Act
    before: Position
    after: Position
    undone: bool
    made_at: datetime


def horizon_at(book_id: str, end: int) -> Horizon:
    """Return the horizon at `end` (code points), as an operator states it."""
    return Horizon(book_id, end)


def horizon_before_section(book_id: str, section: Section | SectionLine) -> Horizon:
    """Return the horizon of one who is about to begin `section` (S31).

    Raises `HorizonViolation` for a section off the scale.
    """
    return Horizon(book_id, _on_scale(section.start))


def horizon_through_section(book_id: str, section: Section | SectionLine) -> Horizon:
    """Return the horizon of one who has just ended `section`: that of the writer of its digest (S31).

    Raises `HorizonViolation` for a section off the scale.
    """
    return Horizon(book_id, _on_scale(section.end))


def _on_scale(offset: int | None) -> int:
    if offset is None:
        raise HorizonViolation("a section off the scale has no horizon")
    return offset


def find_offer(position: Position | None, match: PlaceMatch) -> PlaceOffer | None:
    """Return the offer that a pasted line calls for: None when it was read already (S4)."""
    end = position.end_for(Purpose.QUESTION) if position else None
    return None if end is not None and match.start <= end else PlaceOffer(match)


class Progress:
    """The places of all readers."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        # Of the table, not as objects, and put together once: every message asks it.
        columns = [ReaderSessionRow.__table__.c[field.name] for field in fields(Position)]
        self._find = Prepared(select(*columns).where(ReaderSessionRow.__table__.c.id == bindparam("key")))

    # ---- horizons --------------------------------------------------------------------------

    async def horizon(self, reader_id: str, book_id: str, purpose: Purpose = Purpose.QUESTION) -> Horizon:
        """Return what this reader may see of this book now: furthest for questions, current for recaps (S2).

        Raises `NoPlaceYet` when the reader has not said where they are.
        """
        found = await self.find_horizon(reader_id, book_id, purpose)
        if found is None:
            raise NoPlaceYet
        return found

    async def find_horizon(
        self, reader_id: str, book_id: str, purpose: Purpose = Purpose.QUESTION
    ) -> Horizon | None:
        """Return what this reader may see of this book now, None while no place is known."""
        end = (await self.position(reader_id, book_id)).end_for(purpose)
        return None if end is None else Horizon(book_id, end)

    @staticmethod
    def horizon_at(book_id: str, end: int) -> Horizon:
        """Return the horizon at `end` (code points), as an operator states it."""
        return horizon_at(book_id, end)

    def expected(self, reader_id: str, book_id: str) -> Asked:
        """Return what is asked for the marks of a reader in a book, for who knows that they will be."""
        return self._find, {"key": session_id(reader_id, book_id)}

    # ---- looking ---------------------------------------------------------------------------

    async def position(self, reader_id: str, book_id: str) -> Position:
        """Return the marks of a reader in a book; unset ones while no place is known."""
        row = await self._database.find_row(self._find, key=session_id(reader_id, book_id))
        return _position_of(row) if row else Position()

    async def list_moves(self, reader_id: str, book_id: str, limit: int = 20) -> list[MadeMove]:
        """Return the latest moves, the last one first."""
        query = select(SessionActionRow).where(SessionActionRow.session_id == session_id(reader_id, book_id))
        async with self._database.read() as session:
            rows = await session.scalars(query.order_by(SessionActionRow.number.desc()).limit(limit))
            return [
                MadeMove(Act(r.act), _loaded(r.before), _loaded(r.after), r.undone, r.made_at) for r in rows
            ]

    # ---- moving ----------------------------------------------------------------------------

    async def move_to(self, reader_id: str, book_id: str, match: PlaceMatch, act: Act = Act.MOVE) -> Move:
        """Move a reader to the place they stated: up at once, down only after asking why (S3, S5).

        The end of the book means that it is finished (S7).
        """
        return await self._make(reader_id, book_id, act, lambda now: moves.stated(now, match), match)

    async def move_down(self, reader_id: str, book_id: str, match: PlaceMatch, reason: DownReason) -> Move:
        """Move a reader back as they explained it (S5); a place that is not further back changes nothing."""
        return await self._make(
            reader_id, book_id, Act(reason.value), lambda now: moves.moved_down(now, match, reason), match
        )

    async def widen(self, reader_id: str, book_id: str) -> Move:
        """Raise a vague place to its high end, at the reader's tap (S3)."""
        return await self._make(reader_id, book_id, Act.WIDEN, moves.widened)

    async def finish(self, reader_id: str, book_id: str, text_end: int) -> Move:
        """Lift the bound to the end of the text (code points) for this reader and book (S7)."""
        return await self._make(reader_id, book_id, Act.FINISHED, lambda now: moves.finished(now, text_end))

    async def unfinish(self, reader_id: str, book_id: str) -> Move:
        """Restore the place from before the book was finished (S7)."""
        return await self._make(reader_id, book_id, Act.UNFINISH, moves.unfinished)

    async def undo(self, reader_id: str, book_id: str) -> Move:
        """Take back the latest move that was not taken back yet; raises `NothingToUndo`."""
        key = session_id(reader_id, book_id)
        async with self._database.write() as session:
            row = await session.get(ReaderSessionRow, key, with_for_update=True)
            last = await session.scalar(
                select(SessionActionRow)
                .where(SessionActionRow.session_id == key, SessionActionRow.undone.is_(False))
                .order_by(SessionActionRow.number.desc())
                .limit(1)
            )
            if row is None or last is None:
                raise NothingToUndo
            last.undone = True
            before, after = _position_of(row), _loaded(last.before)
            _store(session, row, Act.UNDO, before, after, undone=True)
        return Move(Outcome.MOVED, after)

    async def _make(
        self,
        reader_id: str,
        book_id: str,
        act: Act,
        decide: Callable[[Position], Position | None],
        match: PlaceMatch | None = None,
    ) -> Move:
        key = session_id(reader_id, book_id)
        async with self._database.write() as session:
            values = {"id": key, "reader_id": reader_id, "book_id": book_id, **_columns(Position())}
            await insert_once(session, ReaderSessionRow, values)
            row = await session.get_one(ReaderSessionRow, key, with_for_update=True)
            before = _position_of(row)
            after = decide(before)
            if after is None:
                return Move(Outcome.ASK_WHY, before, match)
            if after == before:
                return Move(Outcome.UNCHANGED, before, match)
            _store(session, row, act, before, after, undone=False)
        return Move(Outcome.MOVED, after, match)


def session_id(reader_id: str, book_id: str) -> str:
    """Return the id of a reader's conversation with one book."""
    return derived_id("reader session", reader_id, book_id)


def _store(
    session: AsyncSession, row: ReaderSessionRow, act: Act, before: Position, after: Position, *, undone: bool
) -> None:
    columns = _columns(after)
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(
        SessionActionRow(
            session_id=row.id,
            act=act.value,
            before=json.dumps(asdict(before)),
            after=json.dumps(asdict(after)),
            undone=undone,
            made_at=columns["updated_at"],
        )
    )


def _columns(position: Position) -> dict[str, object]:
    return {**asdict(position), "mode": position.mode.value, "updated_at": datetime.now(UTC)}


def _position_of(row: ReaderSessionRow | FoundRow) -> Position:
    return Position(
        furthest=row.furthest,
        current=row.current,
        raise_to=row.raise_to,
        mode=Mode(row.mode),
        finished=row.finished,
        furthest_unfinished=row.furthest_unfinished,
        current_unfinished=row.current_unfinished,
    )


def _loaded(stored: str) -> Position:
    fields = json.loads(stored)
    return Position(**{**fields, "mode": Mode(fields["mode"])})
