"""The library: books go in, views come out. The one place that opens a `BookView`.

Reading a file is ingest/pipeline.py's work; what a reader knows is reader/progress.py's. Here: shelves
(whose book is what), the books kept in memory, and opening one at a horizon.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.book.cache import ContentCache
from storage.book.content import BookContent
from storage.book.embedding import Embedder
from storage.book.tables import BookRow, ChunkRow, SectionRow
from storage.book.vectors import VectorStore
from storage.book.view import BookView
from storage.database import Asked, Database
from storage.errors import AmbiguousBook, BookNotFound, BookNotReady
from storage.horizon import Horizon
from storage.pictures.tables import VisualRow
from storage.prepared import FoundRow, Prepared
from storage.reader.tables import HighlightRow
from storage.story import store as story_store
from storage.story import written_store
from storage.story.facts import SectionDigest, SectionFacts
from storage.story.tables import CorrectionRow
from storage.values import BookCard, Matter, PlaceMatch, Section, SectionKind

if TYPE_CHECKING:
    from storage.ingest.pipeline import Pipeline

READY = "ready"


@dataclass(frozen=True, slots=True)
class AddedBook:
    """A book that is on the reader's shelf now. `existed` tells that it was there before."""

    card: BookCard
    sections: tuple[Section, ...]
    warnings: tuple[str, ...]
    seconds: float
    existed: bool


@dataclass(frozen=True, slots=True)
class RemovedBook:
    """What went with a book: rows of text and index, and of this reader. `shared` tells that the text
    stays because another reader has the same file."""

    card: BookCard
    passages: int
    sections: int
    vectors: int
    shared: bool


class Library:
    """The books, and the only door to them."""

    def __init__(
        self,
        database: Database,
        pipeline: Pipeline,
        vectors: VectorStore,
        embedder: Embedder,
        cache_bytes: int,
    ) -> None:
        """Take opened parts; storage.open_storage composes them. `cache_bytes` bounds books in memory."""
        self._database = database
        self._pipeline = pipeline
        self._vectors = vectors
        self._embedder = embedder
        self._cache = ContentCache(cache_bytes)
        # Of the table, not as objects, and put together once: every message asks it.
        book = BookRow.__table__.c
        columns = [book[name] for name in _COLUMNS]
        self._find = Prepared(select(*columns).where(book.id == bindparam("key")))

    # ---- shelves ---------------------------------------------------------------------------

    async def add(
        self,
        path: Path,
        *,
        owner_id: str,
        filename: str | None = None,
        progress: Callable[[str, float], None] | None = None,
    ) -> AddedBook:
        """Read a file and put it on the shelf of `owner_id`; the same bytes again cost nothing.

        `progress` gets the step's name and its share done, 0 to 1. Raises a `BookError` that names the
        reason, and then leaves nothing behind.
        """
        return await self._pipeline.add(path, owner_id, filename or path.name, progress)

    async def books(self, owner_id: str) -> list[BookCard]:
        """Return the shelf of a reader, latest first."""
        query = select(BookRow).where(BookRow.owner_id == owner_id)
        async with self._database.read() as session:
            rows = await session.scalars(query.order_by(BookRow.added_at.desc(), BookRow.id))
            return [card_of(row) for row in rows]

    async def get_book(self, owner_id: str, reference: str) -> BookCard:
        """Return the book that an id, the unique start of one, or a title means.

        Raises `BookNotFound` or `AmbiguousBook`.
        """
        wanted = reference.strip()
        folded = wanted.casefold()
        # By its whole id, as every message asks: one row, however many books are on the shelf.
        row = await self._database.find_row(self._find, key=wanted)
        if row is not None and row.owner_id == owner_id:
            return card_of(row)
        shelf = await self.books(owner_id)
        matches = [
            card
            for card in shelf
            if (card.book_id.startswith(wanted) and len(wanted) >= 4) or folded == card.title.casefold()
        ]
        if not matches and folded:
            matches = [card for card in shelf if folded in card.title.casefold()]
        if not matches:
            raise BookNotFound(reference=reference)
        if len(matches) > 1:
            raise AmbiguousBook(reference=reference, titles=tuple(card.title for card in matches))
        return matches[0]

    def expected(self, book_id: str) -> Asked:
        """Return what is asked for a book by its id, for who knows that it will be."""
        return self._find, {"key": book_id}

    async def remove(self, owner_id: str, book_id: str) -> RemovedBook:
        """Take a book off a shelf, with everything made from it unless others share the same bytes."""
        async with self._database.write() as session:
            row = await self._row(book_id)
            if row.owner_id != owner_id:
                raise BookNotFound(reference=book_id)
            canonical = row.canonical_book_id
            passages = await _count(session, ChunkRow, canonical)
            sections = await _count(session, SectionRow, canonical)
            await session.execute(delete(BookRow).where(BookRow.id == book_id))
            others = await session.scalar(
                select(func.count())
                .select_from(BookRow)
                .where(BookRow.canonical_book_id == canonical, BookRow.owner_id.is_not(None))
            )
            if not others:
                await session.execute(delete(BookRow).where(BookRow.id == canonical))
        vectors = 0
        if not others:
            self._cache.drop(canonical)
            vectors = await self._vectors.delete(canonical)
        return RemovedBook(
            card=card_of(row), passages=passages, sections=sections, vectors=vectors, shared=bool(others)
        )

    async def hand_over(self, gone: str, kept: str) -> list[str]:
        """Move the shelf of the reader `gone` to `kept`; return the ids of the books that are new there.

        Of a book that both have, the one of `kept` stays, and what hung on the other goes with it, but for
        the highlights: they are spans of the same text, and each is sealed by its own horizon.
        """
        query = select(BookRow.canonical_book_id, BookRow.id)
        async with self._database.write() as session:
            of_kept = await session.execute(query.where(BookRow.owner_id == kept))
            has = {row.canonical_book_id: row.id for row in of_kept}
            rows = (await session.execute(query.where(BookRow.owner_id == gone))).all()
            moved = [book_id for canonical, book_id in rows if canonical not in has]
            await session.execute(update(BookRow).where(BookRow.id.in_(moved)).values(owner_id=kept))
            await session.execute(
                update(CorrectionRow).where(CorrectionRow.book_id.in_(moved)).values(reader_id=kept)
            )
            for canonical, book_id in rows:
                await session.execute(
                    update(HighlightRow)
                    .where(HighlightRow.book_id == book_id)
                    .values(reader_id=kept, book_id=has.get(canonical, book_id))
                )
                # A picture may have been paid for.
                await session.execute(
                    update(VisualRow)
                    .where(VisualRow.book_id == book_id)
                    .values(user_id=kept, book_id=has.get(canonical, book_id))
                )
            await session.execute(delete(BookRow).where(BookRow.owner_id == gone))
        return moved

    async def identify(self, book_id: str) -> tuple[str, str]:
        """Return the id of the canonical book behind a copy, and the sha256 of the file it was read from."""
        row = await self._row(book_id)
        return row.canonical_book_id, row.sha256

    async def cover(self, book_id: str) -> bytes | None:
        """Return the front cover as the file had it (S28), or None."""
        async with self._database.read() as session:
            canonical = (await self._row(book_id)).canonical_book_id
            return await session.scalar(select(BookRow.cover).where(BookRow.id == canonical))

    async def warnings(self, book_id: str) -> tuple[str, ...]:
        """Return what was odd about the file; no sentence of it quotes the book (S34)."""
        async with self._database.read() as session:
            canonical = (await self._row(book_id)).canonical_book_id
            found = await session.scalar(select(BookRow.warnings).where(BookRow.id == canonical))
            return tuple(json.loads(found or "[]"))

    async def sealed_matter(self, book_id: str) -> list[Section]:
        """Return the front and back matter by its kind alone: titles only as the reader may ask (S29)."""
        return [s for s in await self._sections(book_id) if s.matter is not Matter.BODY]

    async def open_sealed(self, book_id: str, ordinal: int) -> str:
        """Return the text of one sealed section; the caller has warned the reader first (S29).

        Raises `BookNotFound` when there is no such sealed section.
        """
        async with self._database.read() as session:
            canonical = (await self._row(book_id)).canonical_book_id
            found = await session.scalar(
                select(SectionRow.sealed_text).where(
                    SectionRow.book_id == canonical,
                    SectionRow.ordinal == ordinal,
                    SectionRow.matter != Matter.BODY.value,
                )
            )
        if found is None:
            raise BookNotFound(reference=str(ordinal))
        return found

    # ---- reading ---------------------------------------------------------------------------

    async def open(self, horizon: Horizon) -> BookView:
        """Return the book as it may be seen up to `horizon`: the only door.

        Raises `BookNotFound`, or `BookNotReady` while the file is still being read.
        """
        card, content = await self._card_and_content(horizon.book_id)
        return BookView(horizon, card, await content.open(horizon.end), self._embedder)

    async def written_digests(self, horizon: Horizon, writer: str) -> list[SectionDigest]:
        """Return what a model has written of sections that end at or below `horizon` (S31).

        One without words marks a section of which nothing it wrote could be kept.
        """
        async with self._database.read() as session:
            canonical = (await self._row(horizon.book_id)).canonical_book_id
            found = await story_store.load_digests(session, canonical, writer)
        return [digest for digest in found if digest.span.end <= horizon.end]

    async def keep_digest(self, horizon: Horizon, digest: SectionDigest) -> None:
        """Store a digest by a model; whoever reads the same file past its section is told it from now on.

        Raises `HorizonViolation` when it is of text past `horizon`.
        """
        horizon.require(digest.span.end)
        async with self._database.write() as session:
            canonical = (await self._row(horizon.book_id)).canonical_book_id
            await story_store.save_digests(session, canonical, [digest])
        content = self._cache.find(canonical)
        if content is not None:
            content.add_digest(digest)

    async def written_facts(self, horizon: Horizon, writer: str) -> list[SectionFacts]:
        """Return what a model has found in sections that end at or below `horizon`; perhaps nothing."""
        async with self._database.read() as session:
            canonical = (await self._row(horizon.book_id)).canonical_book_id
            found = await written_store.load_facts(session, canonical, writer)
        return [section for section in found if section.span.end <= horizon.end]

    async def keep_facts(self, horizon: Horizon, found: SectionFacts) -> None:
        """Store what a model found in a section, in place of what it found there before; whoever reads the
        same file past that section is told it from now on.

        Raises `HorizonViolation` when the section ends past `horizon`.
        """
        horizon.require(found.span.end)
        async with self._database.write() as session:
            canonical = (await self._row(horizon.book_id)).canonical_book_id
            await written_store.save_facts(session, canonical, found)
        content = self._cache.find(canonical)
        if content is not None:
            content.add_facts(found)

    async def locate(self, book_id: str, words: str, horizon_end: int | None = None) -> PlaceMatch:
        """Return the place that `words` name, as offsets and nothing else.

        Raises `PlaceNotUnderstood`, `PlaceNotFound` or `AmbiguousPlace`. `horizon_end` is how far this
        reader may see: titles past it are unknown (S27).
        """
        locator = (await self._content(book_id)).locator
        if locator.is_quick(words):
            return locator.find(words, horizon_end=horizon_end)
        return await asyncio.to_thread(locator.find, words, horizon_end=horizon_end)

    async def list_chapters(self, book_id: str) -> list[PlaceMatch]:
        """Return every body section that has text of its own as a place, in order; offsets and nothing else.

        For "done" and "next": a part's heading page is passed with the chapter after it.
        """
        return list((await self._content(book_id)).chapters)

    async def _content(self, book_id: str) -> BookContent:
        return (await self._card_and_content(book_id))[1]

    async def _card_and_content(self, book_id: str) -> tuple[BookCard, BookContent]:
        row = await self._row(book_id)
        if row.status != READY:
            raise BookNotReady(book_id=book_id)
        return card_of(row), await self._cache.get(row.canonical_book_id, self._pipeline.load)

    async def _sections(self, book_id: str) -> list[Section]:
        async with self._database.read() as session:
            canonical = (await self._row(book_id)).canonical_book_id
            return await load_sections(session, canonical)

    async def _row(self, book_id: str) -> FoundRow:
        row = await self._database.find_row(self._find, key=book_id)
        if row is None:
            raise BookNotFound(reference=book_id)
        return row


_COLUMNS = (
    *("id", "owner_id", "canonical_book_id", "sha256"),
    *("title", "author", "language", "words", "reading_chars", "status"),
)
"""Of a book: those that are asked for by its key."""


def card_of(row: BookRow | FoundRow) -> BookCard:
    """Return what a shelf shows of a row."""
    return BookCard(
        book_id=row.id,
        title=row.title,
        author=row.author,
        language=row.language,
        words=row.words,
        reading_chars=row.reading_chars,
        ready=row.status == READY,
    )


async def load_sections(session: AsyncSession, canonical_id: str) -> list[Section]:
    """Return all sections of a canonical book in file order."""
    rows = await session.scalars(
        select(SectionRow).where(SectionRow.book_id == canonical_id).order_by(SectionRow.ordinal)
    )
    return [
        Section(
            ordinal=row.ordinal,
            kind=SectionKind(row.kind),
            matter=Matter(row.matter),
            label=row.label,
            title=row.title,
            number=row.number,
            depth=row.depth,
            parent=row.parent,
            start=row.start,
            body_start=row.body_start,
            end=row.end,
        )
        for row in rows
    ]


async def _count(session: AsyncSession, table: type[ChunkRow] | type[SectionRow], book_id: str) -> int:
    found = await session.scalar(select(func.count()).select_from(table).where(table.book_id == book_id))
    return found or 0
