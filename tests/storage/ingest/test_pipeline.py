"""Adding books: once, twice, by two readers, refused, interrupted, killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from storage import BookView, Storage, StorageConfig, open_storage
from storage.book.build import LONG_TEXT_CHARS
from storage.book.tables import BookRow, ChunkRow, IngestionJobRow, SectionRow
from storage.config import EmbedderConfig
from storage.database import Database
from storage.errors import BookError, BookNotFound, EmptyBook, TooLarge, UnsupportedFormat
from storage.migrations.tables import all_tables
from storage.values import BookCard
from tests.books import random_book

CONFIG: dict[str, Any] = {"embedder": EmbedderConfig(kind="none")}


@pytest.fixture
async def storage(database: Database, tmp_path: Path) -> AsyncIterator[Storage]:
    """Storage on either engine; the schema is made by the `database` fixture."""
    url = database._url.render_as_string(hide_password=False)
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            open_storage(StorageConfig(data_dir=tmp_path / "data", database_url=url, **CONFIG))
        )


def book_file(folder: Path, seed: int = 1, **shape: Any) -> Path:
    path = folder / f"book{seed}.epub"
    path.write_bytes(random_book(seed, sealed=True, **shape).epub)
    return path


async def opened_whole(storage: Storage, card: BookCard) -> BookView:
    return await storage.library.open(storage.progress.horizon_at(card.book_id, card.reading_chars))


async def counts(database: Database) -> dict[str, int]:
    """Return the number of rows of every table but the readers'."""
    async with database.read() as session:
        return {
            name: (await session.execute(text(f'select count(*) from "{name}"'))).scalar_one()
            for name in all_tables().tables
            if not name.startswith("user")
        }


async def test_an_added_book_is_on_the_shelf_with_its_text_and_its_sections(
    storage: Storage, tmp_path: Path
) -> None:
    owner = await storage.identities.reader_of("terminal", "ada")
    book = random_book(1, sealed=True)
    added = await storage.library.add(book_file(tmp_path), owner_id=owner)
    assert added.card.title == book.title
    assert not added.existed
    assert [s.matter.value for s in added.sections][:1] == ["front"]
    view = await storage.library.open(
        storage.progress.horizon_at(added.card.book_id, added.card.reading_chars)
    )
    assert view.tail(10**9).text == book.text
    assert [card.book_id for card in await storage.library.books(owner)] == [added.card.book_id]


async def test_the_same_bytes_again_cost_nothing_and_make_no_second_book(
    storage: Storage, tmp_path: Path
) -> None:
    owner = await storage.identities.reader_of("terminal", "ada")
    first = await storage.library.add(book_file(tmp_path), owner_id=owner)
    before = await counts(storage.database)
    again = await storage.library.add(book_file(tmp_path), owner_id=owner)
    assert again.existed
    assert again.card == first.card
    assert await counts(storage.database) == before


async def test_two_readers_of_the_same_bytes_share_the_text_and_nothing_personal(
    storage: Storage, tmp_path: Path
) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    ben = await storage.identities.reader_of("terminal", "ben")
    one = await storage.library.add(book_file(tmp_path), owner_id=ada)
    other = await storage.library.add(book_file(tmp_path), owner_id=ben)
    assert one.card.book_id != other.card.book_id
    async with storage.database.read() as session:
        rows = (await session.scalars(select(BookRow).where(BookRow.owner_id.is_not(None)))).all()
        assert len({row.canonical_book_id for row in rows}) == 1
        assert (await session.scalar(select(func.count(ChunkRow.start.distinct())))) == (
            await session.scalar(select(func.count()).select_from(ChunkRow))
        )
    gone = await storage.library.remove(ada, one.card.book_id)
    assert gone.shared
    assert await storage.library.books(ada) == []
    view = await storage.library.open(storage.progress.horizon_at(other.card.book_id, 50))
    assert view.chars == 50


async def test_removing_the_last_copy_leaves_no_row_of_the_book(storage: Storage, tmp_path: Path) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    added = await storage.library.add(book_file(tmp_path), owner_id=ada)
    gone = await storage.library.remove(ada, added.card.book_id)
    assert gone.passages > 0
    assert not gone.shared
    assert set((await counts(storage.database)).values()) == {0}


async def test_a_reader_cannot_remove_or_find_the_book_of_another(storage: Storage, tmp_path: Path) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    ben = await storage.identities.reader_of("terminal", "ben")
    added = await storage.library.add(book_file(tmp_path), owner_id=ada)
    with pytest.raises(BookNotFound):
        await storage.library.remove(ben, added.card.book_id)
    with pytest.raises(BookNotFound):
        await storage.library.get_book(ben, added.card.book_id)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.epub", b"", BookError),
        ("a.bin", b"\x00\x01\x02" * 100, UnsupportedFormat),
        ("a.txt", b"   \n\n  ", EmptyBook),
        ("a.epub", random_book(1).epub[:700], BookError),
    ],
)
async def test_a_refused_file_leaves_nothing_behind(
    storage: Storage, tmp_path: Path, name: str, data: bytes, error: type[BookError]
) -> None:
    owner = await storage.identities.reader_of("terminal", "ada")
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error):
        await storage.library.add(path, owner_id=owner)
    assert set((await counts(storage.database)).values()) == {0}


async def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    config = StorageConfig(data_dir=tmp_path / "data", max_file_bytes=100, **CONFIG)
    async with open_storage(config) as storage:
        owner = await storage.identities.reader_of("terminal", "ada")
        with pytest.raises(TooLarge):
            await storage.library.add(book_file(tmp_path), owner_id=owner)


async def test_many_who_add_the_same_file_at_once_get_one_book(storage: Storage, tmp_path: Path) -> None:
    owner = await storage.identities.reader_of("terminal", "ada")
    path = book_file(tmp_path)
    added = await asyncio.gather(*(storage.library.add(path, owner_id=owner) for _ in range(5)))
    assert len({one.card.book_id for one in added}) == 1
    async with storage.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(BookRow)) == 2  # canonical and owned
        assert await session.scalar(select(func.count()).select_from(IngestionJobRow)) == 1


@pytest.mark.parametrize("step", ["_store", "_keep_indexes", "_keep_vectors", "_link"])
async def test_a_step_that_breaks_is_gone_on_from(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from storage.ingest.pipeline import Pipeline

    owner = await storage.identities.reader_of("terminal", "ada")
    path = book_file(tmp_path)
    right = getattr(Pipeline, step)
    calls = 0

    async def breaks(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if step != "_link" or calls == 2:
            raise OSError("the disk is full")
        return await right(*arguments, **named)

    monkeypatch.setattr(Pipeline, step, breaks)
    with pytest.raises(OSError, match="disk is full"):
        await storage.library.add(path, owner_id=owner)
    assert await storage.library.books(owner) == []
    monkeypatch.setattr(Pipeline, step, right)
    added = await storage.library.add(path, owner_id=owner)
    view = await storage.library.open(
        storage.progress.horizon_at(added.card.book_id, added.card.reading_chars)
    )
    assert view.tail(10**9).text == random_book(1, sealed=True).text


ADD = """
    import asyncio, sys
    from pathlib import Path
    from storage import StorageConfig, open_storage
    from storage.config import EmbedderConfig

    async def main():
        config = StorageConfig(data_dir=Path(sys.argv[1]), embedder=EmbedderConfig(kind="none"))
        async with open_storage(config) as storage:
            owner = await storage.identities.reader_of("terminal", "ada")
            print("open", flush=True)
            await storage.library.add(Path(sys.argv[2]), owner_id=owner)
            print("added", flush=True)

    asyncio.run(main())
"""


async def test_killed_at_any_moment_adding_again_gives_the_undisturbed_book(tmp_path: Path) -> None:
    # B6: nobody sees half a book, and the book that comes out is the one an uncrashed run makes.
    path = book_file(tmp_path, chapters=10, paragraphs_each=20)
    rng = random.Random(7)
    whole = random_book(1, sealed=True, chapters=10, paragraphs_each=20).text
    for turn in range(5):
        data = tmp_path / f"data{turn}"
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(ADD), str(data), str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        await asyncio.sleep(rng.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        async with open_storage(StorageConfig(data_dir=data, **CONFIG)) as storage:
            owner = await storage.identities.reader_of("terminal", "ada")
            for card in await storage.library.books(owner):
                assert card.ready
            added = await storage.library.add(path, owner_id=owner)
            view = await opened_whole(storage, added.card)
            assert view.tail(10**9).text == whole
            async with storage.database.read() as session:
                assert await session.scalar(select(func.count()).select_from(SectionRow)) == 12


async def test_what_holds_up_a_whole_process_is_done_in_another_one_for_a_novel(tmp_path: Path) -> None:
    import chromadb

    lines = (f"Line {number} of {CALM[number % len(CALM)]} waters.\n\n" for number in range(6_000))
    novel = tmp_path / "novel.txt"
    novel.write_text("".join(lines))
    assert novel.stat().st_size > LONG_TEXT_CHARS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chromadb.Collection, "add", _may_not_be_called)
        async with open_storage(StorageConfig(data_dir=tmp_path / "data")) as storage:
            owner = await storage.identities.reader_of("terminal", "one")
            card = (await storage.library.add(novel, owner_id=owner)).card
            whole = await opened_whole(storage, card)
            hit = (await whole.search("line 4242", 1))[0]
    assert "Line 4242 of" in hit.text


CALM = ("still", "calm", "quiet", "smooth", "sleeping")


def _may_not_be_called(*_: object, **__: object) -> None:
    raise AssertionError("in the process of the loop")
