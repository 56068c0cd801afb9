"""From a file on disk to a book that is ready: steps that may each run twice.

    hash -> (known and ready? link) -> parse in a child -> store text, meanwhile build indexes and vectors
         -> store those, each as soon as it is there -> ready

SQL is the truth. The text and its sections are stored in one transaction; everything after it is derived
and rebuildable; READY comes last, together with the owner's row, so nobody ever sees half a book (B6).
A lease keeps two processes from reading the same bytes at once (leases.py); after a kill, whoever adds the
file again goes on from what is stored. A file that is refused leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from storage.book.build import LONG_TEXT_CHARS, Run, Workshop, body_spans
from storage.book.content import BookContent
from storage.book.embedding import Embedder
from storage.book.library import READY, AddedBook, card_of, load_sections
from storage.book.passages import Tiling, pieces_of, tile
from storage.book.search import SearchIndex, pack_search
from storage.book.tables import BookRow, IndexRow
from storage.book.text import TEXT_VERSION
from storage.book.vectors import VectorStore
from storage.database import Database
from storage.errors import BookError, EmptyBook, Excess, StorageUnavailable, TooLarge
from storage.ids import content_hash, derived_id
from storage.ingest.leases import Leases, set_stage
from storage.ingest.limits import PARSER_VERSION, Limits
from storage.ingest.parse import parse
from storage.ingest.parsed import ParsedBook
from storage.ingest.stored import StoredText, build_rows, load_text, owned_row, save_rows
from storage.story import store as story_store
from storage.story.packing import PackedStory
from storage.story.reading import pack_story
from storage.values import Matter

Report = Callable[[str, float], None]

_Store = Callable[[Tiling], Awaitable[None]]
"""Stores the text that is being derived from, unless it is stored already."""

_EMBED_BATCH = 512
"""Windows an embedder gets at once: often enough to show progress."""

_EMBED_AT_ONCE = 2
"""Calls of an embedder under way: while one is on its processor or on the network, another can be too.

As long as the indexes are built it is one less: three at work on two processors are in each other's way.
"""


class Pipeline:
    """Reads files into the database, and loads from it what was read."""

    def __init__(self, database: Database, vectors: VectorStore, embedder: Embedder, limits: Limits) -> None:
        """Take opened parts; storage.open_storage composes them."""
        self._database = database
        self._vectors = vectors
        self._embedder = embedder
        self._limits = limits
        self._leases = Leases(database)

    # ---- adding ----------------------------------------------------------------------------

    async def add(self, path: Path, owner_id: str, filename: str, progress: Report | None) -> AddedBook:
        """Bring the file onto the owner's shelf: see `Library.add`."""
        report = progress or (lambda _step, _share: None)
        started = time.monotonic()
        sha256 = await asyncio.to_thread(self._hash, path)
        canonical_id = derived_id("book", sha256, str(TEXT_VERSION), str(PARSER_VERSION))
        book_id, existed = await self._link(canonical_id, owner_id)
        if book_id is None:
            async with self._leases.hold(sha256) as job_id:
                with Workshop() as workshop:
                    await self._read(path, filename, sha256, canonical_id, job_id, report, workshop)
                book_id, existed = await self._link(canonical_id, owner_id)
        if book_id is None:
            raise StorageUnavailable(reason="the book went while it was being added")
        report("ready", 1.0)
        return await self._added(book_id, canonical_id, time.monotonic() - started, existed)

    def _hash(self, path: Path) -> str:
        if path.stat().st_size > self._limits.file_bytes:
            raise TooLarge(excess=Excess.FILE_BYTES, limit=self._limits.file_bytes)
        return content_hash(path.read_bytes())

    async def _read(
        self,
        path: Path,
        filename: str,
        sha256: str,
        canonical_id: str,
        job_id: str,
        report: Report,
        workshop: Workshop,
    ) -> None:
        async with self._database.read() as session:
            row = await session.get(BookRow, canonical_id)
        if row is not None and row.status == READY:
            return
        try:
            report("parse", 0.0)
            store: _Store = _is_stored
            if row is None:
                parsed = await self._parse(path, filename, report, workshop)
                stored = StoredText(parsed.text, parsed.sections, parsed.pages, parsed.language)
                store = partial(self._store, parsed, filename, sha256, canonical_id, job_id)
            else:
                async with self._database.read() as session:
                    stored = await load_text(session, canonical_id)
            await self._derive(canonical_id, stored, job_id, report, store, workshop)
            async with self._database.write() as session:
                await session.execute(update(BookRow).where(BookRow.id == canonical_id).values(status=READY))
                await set_stage(session, job_id, READY)
        except BookError:
            # Refused: nothing of it stays behind.
            async with self._database.write() as session:
                await session.execute(delete(BookRow).where(BookRow.id == canonical_id))
            raise

    async def _parse(self, path: Path, filename: str, report: Report, workshop: Workshop) -> ParsedBook:
        """Read the file in a child; embedder and workshop get ready meanwhile, once it looks like a book."""
        # A smaller file may hold a long text too, packed: its process then starts a little later.
        is_long = (await asyncio.to_thread(path.stat)).st_size >= LONG_TEXT_CHARS
        warming: list[asyncio.Future[Any]] = []

        def heard(share: float) -> None:
            report("parse", share)
            if not warming:
                # What goes wrong here goes wrong again when there is something to embed.
                warming.append(asyncio.gather(self._embedder.embed([]), return_exceptions=True))
                if is_long:
                    workshop.warm(pack_story, "", [], "", [])

        parsed = await parse(path, filename=filename, limits=self._limits, progress=heard)
        if not parsed.text.strip():
            raise EmptyBook
        return parsed

    async def _store(
        self,
        parsed: ParsedBook,
        filename: str,
        sha256: str,
        canonical_id: str,
        job_id: str,
        tiling: Tiling,
    ) -> None:
        rows = await asyncio.to_thread(build_rows, parsed, filename, sha256, canonical_id, tiling)
        async with self._database.write() as session:
            await save_rows(session, rows)
            await set_stage(session, job_id, "stored", canonical_id)

    async def _derive(
        self,
        canonical_id: str,
        stored: StoredText,
        job_id: str | None,
        report: Report,
        store: _Store,
        workshop: Workshop,
    ) -> None:
        """Build and keep all that rests on the text. Nothing waits for what it does not need.

        While a novel's story index is read in another process, the text is stored here and its windows are
        embedded; each thing is kept as soon as it is there and the text is.
        """
        report("index", 0.0)
        spans = body_spans(stored.sections)
        tiled = asyncio.ensure_future(asyncio.to_thread(tile, stored.text, spans))

        async def keep_text() -> None:
            await store(await tiled)

        run = workshop.place_for(stored.text)
        turns = asyncio.Semaphore(_EMBED_AT_ONCE - 1)
        text_is_stored = asyncio.ensure_future(keep_text())
        indexes = asyncio.ensure_future(self._indexes(stored, tiled, run))
        indexes.add_done_callback(lambda _: turns.release())
        await _together(
            tiled,
            text_is_stored,
            indexes,
            self._keep_indexes(canonical_id, job_id, indexes, text_is_stored),
            self._keep_vectors(canonical_id, stored, tiled, text_is_stored, turns, report, run),
        )
        report("index", 1.0)

    async def _indexes(
        self, stored: StoredText, tiled: Awaitable[Tiling], run: Run
    ) -> tuple[PackedStory, bytes]:
        """Return the story index and the search index of a text, as they are stored."""
        text, language, spans = stored.text, stored.language, body_spans(stored.sections)
        ordinals = [s.ordinal for s in stored.sections if s.matter is Matter.BODY]

        async def search_index() -> bytes:
            found: bytes = await run(pack_search, text, spans, language, await tiled)
            return found

        story, search = await _together(run(pack_story, text, spans, language, ordinals), search_index())
        return story, search

    async def _keep_indexes(
        self,
        canonical_id: str,
        job_id: str | None,
        indexes: Awaitable[tuple[PackedStory, bytes]],
        text_is_stored: Awaitable[None],
    ) -> None:
        story, search = await indexes
        await text_is_stored
        row = IndexRow(book_id=canonical_id, kind="search", version=str(SearchIndex.VERSION), data=search)
        async with self._database.write() as session:
            await session.execute(delete(IndexRow).where(IndexRow.book_id == canonical_id))
            session.add(row)
            await story_store.save(session, canonical_id, story)
            if job_id is not None:
                await set_stage(session, job_id, "indexed")

    async def _keep_vectors(
        self,
        canonical_id: str,
        stored: StoredText,
        tiled: Awaitable[Tiling],
        text_is_stored: Awaitable[None],
        turns: asyncio.Semaphore,
        report: Report,
        run: Run,
    ) -> None:
        if not self._embedder.dimensions:
            return
        texts = pieces_of(stored.text, (await tiled).windows)

        async def parts() -> AsyncGenerator[np.ndarray, None]:
            async with aclosing(self._embed(texts, turns, report)) as made:
                async for part in made:
                    await text_is_stored
                    yield part

        async with aclosing(parts()) as kept:
            await self._vectors.save_as_made(canonical_id, self._embedder.name, len(texts), kept, run)

    async def _embed(
        self, texts: list[str], turns: asyncio.Semaphore, report: Report
    ) -> AsyncGenerator[np.ndarray, None]:
        """Yield the vectors of a book in reading order, a row a window, while more of them are made.

        As many calls are under way as there are `turns`.
        """
        report("embed", 0.0)

        async def embed(part: list[str]) -> np.ndarray:
            async with turns:
                return await self._embedder.embed(part)

        parts = [texts[begin : begin + _EMBED_BATCH] for begin in range(0, len(texts), _EMBED_BATCH)]
        coming = [asyncio.ensure_future(embed(part)) for part in parts]
        try:
            for number, part in enumerate(coming, 1):
                rows = await part
                report("embed", number / len(coming))
                yield rows
        finally:
            for part in coming:
                part.cancel()
            await asyncio.gather(*coming, return_exceptions=True)

    async def _link(self, canonical_id: str, owner_id: str, *, again: bool = True) -> tuple[str | None, bool]:
        """Put a ready canonical book on a shelf; (None, False) when there is none yet."""
        async with self._database.read() as session:
            canonical = await session.get(BookRow, canonical_id)
            owned = await session.scalar(
                select(BookRow.id).where(
                    BookRow.canonical_book_id == canonical_id, BookRow.owner_id == owner_id
                )
            )
        if canonical is None or canonical.status != READY:
            return None, False
        if owned is not None:
            return owned, True
        row = owned_row(canonical, owner_id)
        book_id = row.id
        try:
            async with self._database.write() as session:
                session.add(row)
        except IntegrityError:
            # Another task of this reader was quicker, or the canonical book has just gone.
            if not again:
                raise
            return await self._link(canonical_id, owner_id, again=False)
        return book_id, False

    async def _added(self, book_id: str, canonical_id: str, seconds: float, existed: bool) -> AddedBook:
        async with self._database.read() as session:
            row = await session.get_one(BookRow, book_id)
            warnings = await session.scalar(select(BookRow.warnings).where(BookRow.id == canonical_id))
            return AddedBook(
                card=card_of(row),
                sections=tuple(await load_sections(session, canonical_id)),
                warnings=tuple(json.loads(warnings or "[]")),
                seconds=seconds,
                existed=existed,
            )

    # ---- loading ---------------------------------------------------------------------------

    async def load(self, canonical_id: str) -> BookContent:
        """Return a ready book whole; an index of another version or embedder is made anew first."""
        async with self._database.read() as session:
            stored = await load_text(session, canonical_id)
            row = await session.get(IndexRow, (canonical_id, "search"))
            story = await story_store.load(session, canonical_id)
        if row is None or row.version != str(SearchIndex.VERSION) or story is None:
            with Workshop() as workshop:
                await self._derive(canonical_id, stored, None, _unheard, _is_stored, workshop)
            async with self._database.read() as session:  # with what models wrote, which was kept
                row = await session.get(IndexRow, (canonical_id, "search"))
                story = await story_store.load(session, canonical_id)
            if row is None or story is None:
                raise StorageUnavailable(reason="the book went while it was being opened")
        search = await asyncio.to_thread(SearchIndex.from_bytes, row.data)
        return BookContent(
            text=stored.text,
            sections=stored.sections,
            pages=stored.pages,
            search=search,
            story=story,
            vectors=await self._matrix(canonical_id, stored, search),
        )

    async def _matrix(self, canonical_id: str, stored: StoredText, search: SearchIndex) -> np.ndarray | None:
        if not self._embedder.dimensions:
            return None
        matrix = await self._vectors.load(canonical_id, self._embedder.name, search.window_count)
        if matrix is None:
            turns = asyncio.Semaphore(_EMBED_AT_ONCE)
            async with aclosing(self._embed(search.window_texts(stored.text), turns, _unheard)) as made:
                parts = [part async for part in made]
            matrix = np.concatenate([np.zeros((0, self._embedder.dimensions), np.float32), *parts])
            with Workshop() as workshop:
                run = workshop.place_for(stored.text)
                await self._vectors.save(canonical_id, self._embedder.name, matrix, run)
        return matrix


def _unheard(_step: str, _share: float) -> None:
    pass


async def _is_stored(_tiling: Tiling) -> None:
    pass


async def _together(*work: Awaitable[Any]) -> Any:
    """Return the results of what runs at the same time; the first that fails ends them all."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        # Ended, not only told to end: what is undone after a failure must not meet a step still running.
        await asyncio.gather(*tasks, return_exceptions=True)
