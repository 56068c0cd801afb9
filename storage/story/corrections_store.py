"""Corrections of all readers in the database; what they do to cards is corrections.py's business."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Asked, Database
from storage.horizon import Horizon
from storage.ids import new_id
from storage.prepared import Prepared
from storage.story.corrections import Correction, CorrectionKind
from storage.story.tables import CorrectionRow


class Corrections:
    """The corrections of all readers; each is one reader's own and of one book of theirs."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        # Of the table, not as objects, and put together once: every message asks it.
        row = CorrectionRow.__table__.c
        self._list = Prepared(
            select(row.kind, row.name, row.at, row.reveal, row.other, row.other_at, row.id)
            .where(
                row.reader_id == bindparam("reader"),
                row.book_id == bindparam("book"),
                row.reveal <= bindparam("end"),
            )
            .order_by(row.made_at, row.id)
        )

    async def add(self, reader_id: str, book_id: str, correction: Correction) -> str:
        """Keep a correction; return its id."""
        key = new_id()
        async with self._database.write() as session:
            session.add(
                CorrectionRow(
                    id=key,
                    reader_id=reader_id,
                    book_id=book_id,
                    kind=correction.kind.value,
                    name=correction.name,
                    at=correction.at,
                    other=correction.other,
                    other_at=correction.other_at,
                    reveal=correction.reveal,
                    made_at=datetime.now(UTC),
                )
            )
        return key

    async def list_corrections(self, reader_id: str, horizon: Horizon) -> list[Correction]:
        """Return what the reader corrected at or below `horizon`, in the order in which it was made."""
        (found,) = await self._database.ask(self.expected(reader_id, horizon))
        return [
            Correction(CorrectionKind(kind), name, at, reveal, other, other_at, key)
            for kind, name, at, reveal, other, other_at, key in found
        ]

    def expected(self, reader_id: str, horizon: Horizon) -> Asked:
        """Return what `list_corrections` asks, for who knows that it will."""
        return self._list, {"reader": reader_id, "book": horizon.book_id, "end": horizon.end}

    async def take_back(self, reader_id: str, correction_id: str) -> bool:
        """Delete a correction of this reader; tell whether there was one."""
        mine = (CorrectionRow.id == correction_id, CorrectionRow.reader_id == reader_id)
        async with self._database.write() as session:
            found = await session.scalar(select(CorrectionRow.id).where(*mine))
            await session.execute(delete(CorrectionRow).where(*mine))
        return found is not None
