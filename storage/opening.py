"""Opening storage: the parts put together, and closed again in the right order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from storage.book.embedding import Embedder, build_embedder
from storage.book.library import Library
from storage.book.vectors import VectorStore
from storage.config import StorageConfig
from storage.credits.licence_flags import LicenceTerms
from storage.credits.licences import Licences
from storage.credits.purchases import Purchases
from storage.credits.terms import Terms
from storage.credits.wallet import Wallets
from storage.database import Asked, Change, Database
from storage.ingest.limits import Limits
from storage.ingest.pipeline import Pipeline
from storage.pictures.files import PictureFiles
from storage.pictures.pictures import Pictures
from storage.reader.buttons import Buttons
from storage.reader.feedback import Feedback
from storage.reader.highlights import Highlights
from storage.reader.identities import Identities
from storage.reader.links import Links
from storage.reader.memories import Memories
from storage.reader.model_use import ModelUse
from storage.reader.open_books import OpenBooks
from storage.reader.progress import Progress
from storage.reader.settings import Settings
from storage.reader.turns import Turns
from storage.reader.updates import Updates
from storage.story.corrections_store import Corrections


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything that is kept, open."""

    database: Database
    library: Library
    identities: Identities
    progress: Progress
    turns: Turns
    memories: Memories
    open_books: OpenBooks
    buttons: Buttons
    links: Links
    settings: Settings
    updates: Updates
    feedback: Feedback
    highlights: Highlights
    corrections: Corrections
    model_use: ModelUse
    wallets: Wallets
    purchases: Purchases
    licences: Licences
    pictures: Pictures
    embedder: Embedder

    @asynccontextmanager
    async def reading(self, reader_id: str = "", book_id: str = "") -> AsyncIterator[None]:
        """Let all that is asked for within be one read; another task's questions are not.

        Of a reader and a book, what every message asks is read at once.
        """
        expected = (self.library.expected(book_id), self.progress.expected(reader_id, book_id))
        async with self.database.reading(*expected if book_id else ()):
            yield

    async def foresee(self, *expected: Asked) -> None:
        """Read at once what will be asked within the `reading` of this task; without one, nothing is read."""
        await self.database.foresee(*expected)

    async def keep(self, *changes: Change) -> None:
        """Store what some parts give to be stored, together or not at all."""
        await self.database.change(*changes)

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Let all that is stored within be kept together or not at all."""
        async with self.database.write_rows():
            yield


@asynccontextmanager
async def open_storage(
    config: StorageConfig,
    *,
    terms: Terms | None = None,
    licences: LicenceTerms | None = None,
    demo_hash: Callable[[], str] = str,
) -> AsyncIterator[Storage]:
    """Open the database (bringing its schema up to date), the vectors and the embedder.

    `terms` say what wallets are given, `licences` what may be made of books nobody set anything for;
    `demo_hash` returns the sha256 of the demo's file.
    Raises `StorageUnavailable` when the data folder or the database cannot be used.
    """
    config.data_dir.mkdir(parents=True, exist_ok=True)
    limits = Limits(
        file_bytes=config.max_file_bytes,
        seconds=config.parse_seconds,
        address_space_bytes=config.parse_memory_bytes,
    )
    async with (
        Database(config.url) as database,
        VectorStore(config.data_dir / "vectors") as vectors,
        build_embedder(config.embedder) as embedder,
    ):
        await database.migrate()
        pipeline = Pipeline(database, vectors, embedder, limits)
        updates = Updates(database)
        library = Library(database, pipeline, vectors, embedder, config.cache_bytes)
        wallets = Wallets(database, terms)
        opened = Storage(
            database=database,
            library=library,
            identities=Identities(database),
            progress=Progress(database),
            turns=Turns(database),
            memories=Memories(database),
            open_books=OpenBooks(database),
            buttons=Buttons(database, updates),
            settings=Settings(database),
            links=Links(database, library.hand_over, wallets.hand_over),
            updates=updates,
            feedback=Feedback(database),
            highlights=Highlights(database),
            corrections=Corrections(database),
            model_use=ModelUse(database),
            wallets=wallets,
            purchases=Purchases(database, wallets),
            licences=Licences(database, library.identify, licences, demo_hash),
            pictures=Pictures(database, PictureFiles(config.pictures, config.data_dir)),
            embedder=embedder,
        )
        try:
            yield opened
        finally:
            await updates.flush()
