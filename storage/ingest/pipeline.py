"""From a file on disk to a book that is ready: steps that may each run twice.

    hash -> (known and ready? link) -> parse in a child -> store text, meanwhile build indexes and vectors
         -> store those -> ready

SQL is the truth. The text and its sections are stored in one transaction; everything after it is derived
and rebuildable; READY comes last, together with the owner's row, so nobody ever sees half a book (B6).
A job row with a lease keeps two processes from reading the same bytes at once; when the lease has run out
(the process was killed), whoever adds the file again goes on from what is stored. A file that is refused
leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.book.build import build_chunks, build_indexes, window_texts
from storage.book.content import BookContent
from storage.book.embedding import Embedder
from storage.book.library import READY, AddedBook, card_of, load_sections
from storage.book.search import SearchIndex
from storage.book.tables import BookRow, ChunkRow, IndexRow, IngestionJobRow, PageRow, SectionRow
from storage.book.text import TEXT_VERSION
from storage.book.vectors import VectorStore
from storage.database import Database
from storage.errors import BookError, EmptyBook, Excess, StorageUnavailable, TooLarge
from storage.ids import content_hash, derived_id, new_id
from storage.ingest.limits import PARSER_VERSION, Limits
from storage.ingest.parse import parse
from storage.ingest.parsed import ParsedBook
from storage.story import store as story_store
from storage.story.index import StoryIndex
from storage.values import PageMark, Section

LEASE = timedelta(seconds=30)
"""How long a job is believed to be in hand without a sign of life; renewed every third of it."""

Report = Callable[[str, float], None]

_EMBED_BATCH = 512
"""Windows an embedder gets at once: often enough to show progress."""

_EMBED_AT_ONCE = 2
"""Calls of an embedder under way: while one is on its processor or on the network, another can be too."""

_WAIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Stored:
    """The text of a canonical book as stored, and what is derived from it."""

    text: str
    sections: tuple[Section, ...]
    pages: tuple[PageMark, ...]
    language: str


class Pipeline:
    """Reads files into the database, and loads from it what was read."""

    def __init__(self, database: Database, vectors: VectorStore, embedder: Embedder, limits: Limits) -> None:
        """Take opened parts; storage.open_storage composes them."""
        self._database = database
        self._vectors = vectors
        self._embedder = embedder
        self._limits = limits

    # ---- adding ----------------------------------------------------------------------------

    async def add(self, path: Path, owner_id: str, filename: str, progress: Report | None) -> AddedBook:
        """Bring the file onto the owner's shelf: see `Library.add`."""
        report = progress or (lambda _step, _share: None)
        started = time.monotonic()
        sha256 = await asyncio.to_thread(self._hash, path)
        canonical_id = derived_id("book", sha256, str(TEXT_VERSION), str(PARSER_VERSION))
        book_id, existed = await self._link(canonical_id, owner_id)
        if book_id is None:
            async with self._job(sha256) as job_id:
                await self._read(path, filename, sha256, canonical_id, job_id, report)
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
        self, path: Path, filename: str, sha256: str, canonical_id: str, job_id: str, report: Report
    ) -> None:
        async with self._database.read() as session:
            row = await session.get(BookRow, canonical_id)
        if row is not None and row.status == READY:
            return
        try:
            report("parse", 0.0)
            if row is None:
                parsed = await self._parse(path, filename, report)
                stored = _Stored(parsed.text, parsed.sections, parsed.pages, parsed.language)
                storing = self._store(parsed, filename, sha256, canonical_id, job_id)
            else:
                stored = await self._stored(canonical_id)
                storing = _nothing()
            await self._derive(canonical_id, stored, job_id, report, storing)
            async with self._database.write() as session:
                await session.execute(update(BookRow).where(BookRow.id == canonical_id).values(status=READY))
                await self._stage(session, job_id, READY)
        except BookError:
            # Refused: nothing of it stays behind.
            async with self._database.write() as session:
                await session.execute(delete(BookRow).where(BookRow.id == canonical_id))
            raise

    async def _parse(self, path: Path, filename: str, report: Report) -> ParsedBook:
        """Read the file in a child; the embedder gets ready meanwhile, once it looks like a book."""
        warming: list[asyncio.Future[Any]] = []

        def heard(share: float) -> None:
            report("parse", share)
            if not warming:
                # What goes wrong here goes wrong again when there is something to embed.
                warming.append(asyncio.gather(self._embedder.embed([]), return_exceptions=True))

        parsed = await parse(path, filename=filename, limits=self._limits, progress=heard)
        if not parsed.text.strip():
            raise EmptyBook
        return parsed

    async def _store(
        self, parsed: ParsedBook, filename: str, sha256: str, canonical_id: str, job_id: str
    ) -> None:
        chunks = await asyncio.to_thread(build_chunks, parsed.text, parsed.sections)
        sealed = {part.ordinal: part.text for part in parsed.sealed}
        book = BookRow(
            id=canonical_id,
            owner_id=None,
            canonical_book_id=canonical_id,
            sha256=sha256,
            format=Path(filename).suffix.lstrip(".").lower()[:16],
            title=parsed.title,
            author=parsed.author,
            language=parsed.language,
            words=len(parsed.text.split()),
            reading_chars=len(parsed.text),
            text_version=TEXT_VERSION,
            status="reading",
            warnings=json.dumps([warned.text for warned in parsed.warnings]),
            cover=parsed.cover,
            added_at=datetime.now(UTC),
        )
        async with self._database.write() as session:
            session.add(book)
            await session.flush()
            await session.execute(
                insert(SectionRow),
                [
                    {
                        "book_id": canonical_id,
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
            )
            await session.execute(insert(ChunkRow), [{"book_id": canonical_id, **chunk} for chunk in chunks])
            if parsed.pages:
                await session.execute(
                    insert(PageRow),
                    [
                        {"book_id": canonical_id, "number": n, "label": p.label[:64], "start": p.start}
                        for n, p in enumerate(parsed.pages)
                    ],
                )
            await session.execute(
                update(IngestionJobRow)
                .where(IngestionJobRow.id == job_id)
                .values(stage="stored", book_id=canonical_id)
            )

    async def _derive(
        self,
        canonical_id: str,
        stored: _Stored,
        job_id: str | None,
        report: Report,
        storing: Coroutine[object, object, None],
    ) -> tuple[SearchIndex, StoryIndex]:
        """Build and keep all that rests on the text. Nothing waits for what it does not need.

        While the text is stored (`storing`), its indexes are built and its windows embedded; each is kept
        as soon as it is there and the text is.
        """
        report("index", 0.0)
        text_is_stored = asyncio.ensure_future(storing)

        async def index() -> tuple[SearchIndex, StoryIndex]:
            search, story = await build_indexes(stored.text, stored.sections, stored.language)
            await text_is_stored
            await self._store_indexes(canonical_id, job_id, search, story)
            return search, story

        async def embed() -> None:
            matrix = await self._embed(stored, report)
            await text_is_stored
            await self._keep_vectors(canonical_id, matrix)

        _, indexes, _ = await _together(text_is_stored, index(), embed())
        report("index", 1.0)
        search, story = indexes
        return search, story

    async def _store_indexes(
        self, canonical_id: str, job_id: str | None, search: SearchIndex, story: StoryIndex
    ) -> None:
        async with self._database.write() as session:
            await session.execute(delete(IndexRow).where(IndexRow.book_id == canonical_id))
            session.add(
                IndexRow(
                    book_id=canonical_id,
                    kind="search",
                    version=str(SearchIndex.VERSION),
                    data=search.to_bytes(),
                )
            )
            await story_store.save(session, canonical_id, story)
            if job_id is not None:
                await self._stage(session, job_id, "indexed")

    async def _stage(self, session: AsyncSession, job_id: str, stage: str) -> None:
        await session.execute(
            update(IngestionJobRow)
            .where(IngestionJobRow.id == job_id)
            .values(stage=stage, updated_at=datetime.now(UTC))
        )

    async def _embed(self, stored: _Stored, report: Report) -> np.ndarray | None:
        """Return the vectors of a book, a row a window; None when no embedder is configured."""
        if not self._embedder.dimensions:
            return None
        texts = await asyncio.to_thread(window_texts, stored.text, stored.sections)
        report("embed", 0.0)
        begins = range(0, len(texts), _EMBED_BATCH)
        parts: dict[int, np.ndarray] = {}
        waiting = iter(begins)

        async def work() -> None:
            for begin in waiting:
                parts[begin] = await self._embedder.embed(texts[begin : begin + _EMBED_BATCH])
                report("embed", len(parts) / len(begins))

        await _together(*(work() for _ in range(_EMBED_AT_ONCE)))
        if not parts:
            return np.zeros((0, self._embedder.dimensions), np.float32)
        return np.concatenate([parts[begin] for begin in begins])

    async def _keep_vectors(self, canonical_id: str, matrix: np.ndarray | None) -> None:
        if matrix is not None:
            await self._vectors.save(canonical_id, self._embedder.name, matrix)

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
        book_id = new_id()
        try:
            async with self._database.write() as session:
                session.add(
                    BookRow(
                        id=book_id,
                        owner_id=owner_id,
                        canonical_book_id=canonical_id,
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
                )
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
        stored = await self._stored(canonical_id)
        async with self._database.read() as session:
            row = await session.get(IndexRow, (canonical_id, "search"))
            story = await story_store.load(session, canonical_id)
        if row is None or row.version != str(SearchIndex.VERSION) or story is None:
            search, story = await self._derive(canonical_id, stored, None, _unheard, _nothing())
            async with self._database.read() as session:  # with what models wrote, which was kept
                story = await story_store.load(session, canonical_id) or story
        else:
            search = await asyncio.to_thread(SearchIndex.from_bytes, row.data)
        return BookContent(
            text=stored.text,
            sections=stored.sections,
            pages=stored.pages,
            search=search,
            story=story,
            vectors=await self._matrix(canonical_id, stored, search),
        )

    async def _matrix(self, canonical_id: str, stored: _Stored, search: SearchIndex) -> np.ndarray | None:
        if not self._embedder.dimensions:
            return None
        matrix = await self._vectors.load(canonical_id, self._embedder.name, search.window_count)
        if matrix is None:
            matrix = await self._embed(stored, _unheard)
            await self._keep_vectors(canonical_id, matrix)
        return matrix

    async def _stored(self, canonical_id: str) -> _Stored:
        async with self._database.read() as session:
            row = await session.get_one(BookRow, canonical_id)
            chunks = await session.scalars(
                select(ChunkRow.text).where(ChunkRow.book_id == canonical_id).order_by(ChunkRow.start)
            )
            pages = await session.scalars(
                select(PageRow).where(PageRow.book_id == canonical_id).order_by(PageRow.number)
            )
            return _Stored(
                text="".join(chunks),
                sections=tuple(await load_sections(session, canonical_id)),
                pages=tuple(PageMark(label=page.label, start=page.start) for page in pages),
                language=row.language,
            )

    # ---- jobs ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _job(self, sha256: str) -> AsyncIterator[str]:
        """Hold the lease on one file's bytes; wait while another task or process has it."""
        worker = _worker_name()
        job_id = await self._take(sha256, worker)
        while job_id is None:
            await asyncio.sleep(_WAIT_SECONDS)
            job_id = await self._take(sha256, worker)
        renewal = asyncio.create_task(self._renew(job_id, worker))
        try:
            yield job_id
        except BaseException as error:
            await self._release(job_id, worker, error=type(error).__name__)
            raise
        else:
            await self._release(job_id, worker, error=None)
        finally:
            renewal.cancel()

    async def _take(self, sha256: str, worker: str) -> str | None:
        now = datetime.now(UTC)
        lease = {"worker": worker, "lease_until": now + LEASE, "updated_at": now}
        free = or_(IngestionJobRow.lease_until.is_(None), IngestionJobRow.lease_until < now)
        async with self._database.write() as session:
            holder = await session.scalar(
                select(IngestionJobRow.worker).where(IngestionJobRow.sha256 == sha256)
            )
            if holder is not None and _is_gone(holder):
                # Killed on this machine: no need to wait for its lease to run out.
                free = or_(free, IngestionJobRow.worker == holder)
            taken: str | None = await session.scalar(
                update(IngestionJobRow)
                .where(IngestionJobRow.sha256 == sha256, free)
                .values(attempts=IngestionJobRow.attempts + 1, error=None, **lease)
                .returning(IngestionJobRow.id)
            )
            if taken is not None:
                return taken
            if await session.scalar(select(IngestionJobRow.id).where(IngestionJobRow.sha256 == sha256)):
                return None
        job = IngestionJobRow(id=new_id(), sha256=sha256, stage="parse", attempts=1, started_at=now, **lease)
        try:
            async with self._database.write() as session:
                session.add(job)
        except IntegrityError:
            return None  # another was quicker
        return job.id

    async def _renew(self, job_id: str, worker: str) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            async with self._database.write() as session:
                await session.execute(
                    update(IngestionJobRow)
                    .where(IngestionJobRow.id == job_id, IngestionJobRow.worker == worker)
                    .values(lease_until=datetime.now(UTC) + LEASE)
                )

    async def _release(self, job_id: str, worker: str, error: str | None) -> None:
        mine = (IngestionJobRow.id == job_id) & (IngestionJobRow.worker == worker)
        async with self._database.write() as session:
            stage = await session.scalar(select(IngestionJobRow.stage).where(mine))
            if error is not None and stage == "parse":
                # Nothing was stored, so nothing is remembered.
                await session.execute(delete(IngestionJobRow).where(mine))
                return
            await session.execute(
                update(IngestionJobRow)
                .where(mine)
                .values(worker=None, lease_until=None, error=error, updated_at=datetime.now(UTC))
            )


def _unheard(_step: str, _share: float) -> None:
    pass


async def _nothing() -> None:
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


def _worker_name() -> str:
    """Return a name for one act of reading that tells its machine and its process."""
    return f"{uuid.getnode():x}:{os.getpid()}:{new_id()[:8]}"


def _is_gone(worker: str) -> bool:
    """Tell whether the process that held a lease ran on this machine and is no more."""
    machine, process, _ = worker.split(":")
    if machine != f"{uuid.getnode():x}":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
