"""Highlights: stretches of a book that a reader wanted to keep, each with a note of theirs.

A highlight is a span of offsets and holds no text; it is shown through a view. Which line somebody keeps, and
what they note of it, was chosen by one who had read so far: each version is dated by its maker's horizon, and
what is shown is the latest at or below that of now. Moving back seals, moving forward returns (S5, S37).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.horizon import Horizon
from storage.ids import derived_id
from storage.reader.tables import HighlightRow
from storage.values import Span


@dataclass(frozen=True, slots=True)
class Highlight:
    """One highlight; `reveal` is where its maker's horizon stood (code points)."""

    id: str
    span: Span
    note: str
    reveal: int


class Highlights:
    """The highlights of all readers; each is one reader's own and of one book of theirs."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    async def keep(
        self, reader_id: str, horizon: Horizon, span: Span, note: str | None = None
    ) -> tuple[str, bool]:
        """Keep a span; return the highlight's id, and whether there was none of it at this place.

        `note` takes the place of an earlier one, None leaves that. Raises `HorizonViolation` for a span past
        the horizon.
        """
        horizon.require(span.end)
        key = derived_id(
            "highlight", reader_id, horizon.book_id, str(span.start), str(span.end), str(horizon.end)
        )
        async with self._database.write() as session:
            shown = await _shown(session, reader_id, horizon)
            found = next((row for row in shown if (row.start, row.end) == (span.start, span.end)), None)
            if found is not None and note in (None, found.note):
                return found.id, False
            # A later note is a version of its own: who goes back has the earlier one again.
            await session.execute(delete(HighlightRow).where(HighlightRow.id == key))
            session.add(
                HighlightRow(
                    id=key,
                    reader_id=reader_id,
                    book_id=horizon.book_id,
                    start=span.start,
                    end=span.end,
                    note=note or "",
                    reveal=horizon.end,
                    made_at=datetime.now(UTC),
                )
            )
        return key, found is None

    async def list_highlights(self, reader_id: str, horizon: Horizon) -> list[Highlight]:
        """Return what the reader kept at or below `horizon`, in the order of the text."""
        async with self._database.read() as session:
            rows = await _shown(session, reader_id, horizon)
        return [Highlight(row.id, Span(row.start, row.end), row.note, row.reveal) for row in rows]

    async def remove(self, reader_id: str, horizon: Horizon, key: str) -> bool:
        """Take a highlight away, so that it alone of this book can be put back; tell whether it was there."""
        async with self._database.write() as session:
            shown = await _shown(session, reader_id, horizon)
            found = next((row for row in shown if row.id == key), None)
            if found is None:
                return False
            gone = HighlightRow.removed_at.is_not(None)
            await session.execute(delete(HighlightRow).where(*_of(reader_id, horizon.book_id), gone))
            await session.execute(
                update(HighlightRow)
                .where(
                    *_of(reader_id, horizon.book_id),
                    HighlightRow.start == found.start,
                    HighlightRow.end == found.end,
                    HighlightRow.reveal <= horizon.end,
                )
                .values(removed_at=datetime.now(UTC))
            )
        return True

    async def put_back(self, reader_id: str, horizon: Horizon) -> bool:
        """Put back what was taken away last, if this place may see it; tell whether there was any."""
        mine = (
            *_of(reader_id, horizon.book_id),
            HighlightRow.reveal <= horizon.end,
            HighlightRow.removed_at.is_not(None),
        )
        async with self._database.write() as session:
            found = await session.scalar(select(HighlightRow.id).where(*mine).limit(1))
            await session.execute(update(HighlightRow).where(*mine).values(removed_at=None))
        return found is not None

    async def count(self, reader_id: str, book_id: str) -> int:
        """Return how many there are of a book, sealed ones too: a number is all it tells."""
        spans = (
            select(HighlightRow.start, HighlightRow.end)
            .where(*_of(reader_id, book_id), HighlightRow.removed_at.is_(None))
            .distinct()
        )
        async with self._database.read() as session:
            return await session.scalar(select(func.count()).select_from(spans.subquery())) or 0


async def _shown(session: AsyncSession, reader_id: str, horizon: Horizon) -> Sequence[HighlightRow]:
    """Return the latest version of each highlight at or below the horizon, in the order of the text."""
    rows = await session.scalars(
        select(HighlightRow)
        .where(
            *_of(reader_id, horizon.book_id),
            HighlightRow.reveal <= horizon.end,
            HighlightRow.removed_at.is_(None),
        )
        .order_by(HighlightRow.reveal, HighlightRow.made_at)
    )
    latest = {(row.start, row.end): row for row in rows}
    return [latest[span] for span in sorted(latest)]


def _of(reader_id: str, book_id: str) -> tuple[ColumnElement[bool], ...]:
    return HighlightRow.reader_id == reader_id, HighlightRow.book_id == book_id
