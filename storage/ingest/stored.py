"""The text of a canonical book in the database: written once, read whole, linked to owners' shelves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.book.build import build_chunks
from storage.book.library import READY, load_sections
from storage.book.passages import Tiling
from storage.book.tables import BookRow, ChunkRow, PageRow, SectionRow
from storage.book.text import TEXT_VERSION
from storage.ids import new_id
from storage.ingest.parsed import ParsedBook
from storage.values import PageMark, Section

_ROWS_TOGETHER = 250
"""They are made ready on the loop: all of a novel's at once would hold it up for a tenth of a second."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """The text of a canonical book as stored, which all else is derived from."""

    text: str
    sections: tuple[Section, ...]
    pages: tuple[PageMark, ...]
    language: str


@dataclass(frozen=True, slots=True)
class BookRows:
    """The rows of a canonical book's text, ready to be written."""

    book: dict[str, Any]
    sections: list[dict[str, Any]]
    chunks: list[dict[str, Any]]
    pages: list[dict[str, Any]]


def build_rows(parsed: ParsedBook, filename: str, sha256: str, book_id: str, tiling: Tiling) -> BookRows:
    """Return the rows of a book that was parsed; its status says that it is being read."""
    sealed = {part.ordinal: part.text for part in parsed.sealed}
    return BookRows(
        book={
            "id": book_id,
            "owner_id": None,
            "canonical_book_id": book_id,
            "sha256": sha256,
            "format": Path(filename).suffix.lstrip(".").lower()[:16],
            "title": parsed.title,
            "author": parsed.author,
            "language": parsed.language,
            "words": len(parsed.text.split()),
            "reading_chars": len(parsed.text),
            "text_version": TEXT_VERSION,
            "status": "reading",
            "warnings": json.dumps([warned.text for warned in parsed.warnings]),
            "cover": parsed.cover,
            "added_at": datetime.now(UTC),
        },
        sections=[
            {
                "book_id": book_id,
                "ordinal": s.ordinal,
                "kind": s.kind.value,
                "matter": s.matter.value,
                "label": s.label,
                "title": s.title,
                "number": s.number,
                "depth": s.depth,
                "parent": s.parent,
                "start": s.start,
                "body_start": s.body_start,
                "end": s.end,
                "sealed_text": sealed.get(s.ordinal),
            }
            for s in parsed.sections
        ],
        chunks=[
            {"book_id": book_id, **chunk} for chunk in build_chunks(parsed.text, parsed.sections, tiling)
        ],
        pages=[
            {"book_id": book_id, "number": number, "label": page.label[:64], "start": page.start}
            for number, page in enumerate(parsed.pages)
        ],
    )


async def save_rows(session: AsyncSession, rows: BookRows) -> None:
    """Write the text of a canonical book that is not there yet."""
    await session.execute(insert(BookRow), [rows.book])
    await session.execute(insert(SectionRow), rows.sections)
    for table, many in ((ChunkRow.__table__, rows.chunks), (PageRow.__table__, rows.pages)):
        for start in range(0, len(many), _ROWS_TOGETHER):
            await session.execute(insert(table), many[start : start + _ROWS_TOGETHER])  # type: ignore[arg-type]


async def load_text(session: AsyncSession, book_id: str) -> StoredText:
    """Return the text of a canonical book."""
    row = await session.get_one(BookRow, book_id)
    chunks = await session.scalars(
        select(ChunkRow.text).where(ChunkRow.book_id == book_id).order_by(ChunkRow.start)
    )
    pages = await session.scalars(select(PageRow).where(PageRow.book_id == book_id).order_by(PageRow.number))
    return StoredText(
        text="".join(chunks),
        sections=tuple(await load_sections(session, book_id)),
        pages=tuple(PageMark(label=page.label, start=page.start) for page in pages),
        language=row.language,
    )


def owned_row(canonical: BookRow, owner_id: str) -> BookRow:
    """Return the row that puts a canonical book on a shelf."""
    return BookRow(
        id=new_id(),
        owner_id=owner_id,
        canonical_book_id=canonical.id,
        sha256=canonical.sha256,
        format=canonical.format,
        title=canonical.title,
        author=canonical.author,
        language=canonical.language,
        words=canonical.words,
        reading_chars=canonical.reading_chars,
        text_version=canonical.text_version,
        status=READY,
        warnings="[]",
        cover=None,
        added_at=datetime.now(UTC),
    )
