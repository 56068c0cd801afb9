"""The stored index: what is loaded tells what was saved, on both engines, however often it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.book.tables import BookRow
from storage.database import Database
from storage.story import store
from storage.story.facts import SectionDigest
from storage.story.index import StoryIndex
from storage.story.tables import (
    AliasRow,
    CharacterRow,
    DescriptorRow,
    DigestRow,
    PlaceRow,
    RelationRow,
    StoryWordsRow,
    TermRow,
)
from storage.values import Span

BOOK = "b" * 32
FIRST = (
    "Mrs. Varr came to Ostrel with Tam, her son. “Come here, Tam!” cried Mrs. Varr. Tam was a thin boy of "
    "ten years old. A velder, which is a small lamp of horn, hung in the hall of the house.\n"
    "In Ostrel the people call it a “moon lamp”, and nobody in Ostrel laughs at it.\n\n"
)
SECOND = (
    "Edrin Sool, otherwise known as Marlo Finch, smiled. Tam’s sister Rose wore a blue cloak that day.\n"
    "Marlo Finch walked into Ostrel, and Rose Varr followed him with the lamp in her hand.\n\n"
)
TEXT = FIRST + SECOND
SECTIONS = [Span(0, len(FIRST)), Span(len(FIRST), len(TEXT))]
TABLES = [
    CharacterRow,
    PlaceRow,
    AliasRow,
    RelationRow,
    DescriptorRow,
    TermRow,
    DigestRow,
    StoryWordsRow,
]


def index() -> StoryIndex:
    return StoryIndex.build(TEXT, SECTIONS, "en", [4, 5])


def told(built: StoryIndex, end: int) -> list[object]:
    prefix = built.cut(TEXT[:end], end)
    return [prefix.people(), prefix.places(), prefix.terms(), sorted(prefix.names()), prefix.digests()]


async def add_book(session: AsyncSession) -> None:
    row = BookRow(
        id=BOOK,
        owner_id=None,
        canonical_book_id=BOOK,
        sha256="0" * 64,
        format="txt",
        title="",
        author="",
        language="en",
        words=1,
        reading_chars=len(TEXT),
        text_version=1,
        status="ready",
        added_at=datetime.now(UTC),
    )
    session.add(row)
    await session.flush()


async def test_what_is_loaded_tells_what_was_saved_at_every_place(database: Database) -> None:
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, index().packed())
    async with database.read() as session:
        loaded = await store.load(session, BOOK)
    assert loaded is not None
    for end in range(0, len(TEXT) + 1, 29):
        assert told(loaded, end) == told(index(), end)


async def test_every_table_is_filled_and_saving_again_changes_nothing(database: Database) -> None:
    counts = []
    for attempt in range(2):
        async with database.write() as session:
            if attempt == 0:
                await add_book(session)
            await store.save(session, BOOK, index().packed())
        async with database.read() as session:
            counts.append([await session.scalar(select(func.count()).select_from(t)) for t in TABLES])
    assert counts[0] == counts[1]
    assert all(counts[0])


async def test_no_row_is_revealed_before_its_evidence_ends(database: Database) -> None:
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, index().packed())
    async with database.read() as session:
        for table in [t for t in TABLES if t is not StoryWordsRow]:
            for start, end, reveal in await session.execute(select(table.start, table.end, table.reveal)):
                assert 0 <= start <= end <= reveal <= len(TEXT)  # S11


async def test_an_index_of_other_rules_is_not_loaded(database: Database) -> None:
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, index().packed())
        await session.execute(update(StoryWordsRow).values(version="0"))
    async with database.read() as session:
        assert await store.load(session, BOOK) is None
        assert await store.load(session, "c" * 32) is None


async def test_a_models_digest_is_shown_from_the_end_of_its_section_and_outlives_a_rebuild(
    database: Database,
) -> None:
    digest = SectionDigest(4, SECTIONS[0], "Mrs. Varr brought Tam to Ostrel.", (Span(0, 44),), "scripted-1")
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, index().packed())
        for _ in range(2):
            await store.save_digests(session, BOOK, [digest])
        await store.save(session, BOOK, index().packed())
    async with database.read() as session:
        loaded = await store.load(session, BOOK)
        assert await store.load_digests(session, BOOK, "scripted-1") == [digest]
    assert loaded is not None
    for end in range(len(TEXT) + 1):
        shown = loaded.cut(TEXT[:end], end).digests()
        assert (digest in shown) == (end >= SECTIONS[0].end)  # S31
        assert len({d.section for d in shown}) == len(shown)


async def test_a_models_digest_of_other_spans_is_never_shown() -> None:
    stale = SectionDigest(4, Span(0, 30), "Mrs. Varr came.", (), "scripted-1")
    built = index().with_written([stale, replace(stale, span=Span(0, len(TEXT)))])
    assert told(built, len(TEXT)) == told(index(), len(TEXT))


@pytest.mark.parametrize("language", ["de", "ru", "ja", ""])
async def test_a_book_in_another_language_is_kept_and_loaded(database: Database, language: str) -> None:
    text = "Анна вошла. «Где Пётр?» — сказала Анна.\n太郎は言った。雨が降る。\nFrau Brandt sagte nichts.\n"
    built = StoryIndex.build(text, [Span(0, len(text))], language)
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, built.packed())
    async with database.read() as session:
        loaded = await store.load(session, BOOK)
    assert loaded is not None
    assert loaded.cut(text, len(text)).names() == built.cut(text, len(text)).names()
