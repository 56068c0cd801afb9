"""What is remembered is stamped, sealed on going back, never doubled, and stays the reader's own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.book.tables import BookRow
from storage.database import Database
from storage.errors import HorizonViolation
from storage.reader.identities import Identities
from storage.reader.memories import Memories, Memory, MemoryKind, MemorySource
from storage.reader.progress import horizon_at

BOOK = "b" * 32


async def reader_of_book(database: Database) -> str:
    """Return a reader with a book."""
    reader = await Identities(database).reader_of("terminal", "ada")
    async with database.write() as session:
        session.add(
            BookRow(
                id=BOOK, owner_id=reader, canonical_book_id=BOOK, sha256="0" * 64, format="epub", title="T",
                author="A", language="en", words=2, reading_chars=10, text_version=1, status="ready",
                warnings="[]", added_at=datetime.now(UTC),
            )
        )  # fmt: skip
    return reader


def fact(text: str, reveal: int, importance: int = 2) -> Memory:
    return Memory(MemoryKind.FACT, text, reveal, importance)


async def texts(memories: Memories, reader: str, end: int) -> list[str]:
    return [m.text for m in await memories.list_memories(reader, horizon_at(BOOK, end))]


async def test_memories_are_sealed_on_going_back_and_return_t21_t22_s37(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    await memories.keep(reader, BOOK, fact("early", 10))
    await memories.keep(reader, BOOK, fact("late", 80))
    assert await texts(memories, reader, 100) == ["late", "early"]
    assert await texts(memories, reader, 79) == ["early"]
    assert await texts(memories, reader, 9) == []
    assert await texts(memories, reader, 80) == ["late", "early"]


async def test_the_same_memory_is_kept_once_and_later_evidence_does_not_weigh_on_it_s16(
    database: Database,
) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    await memories.keep(reader, BOOK, fact("The reader likes maps.", 40, importance=1))
    await memories.keep(reader, BOOK, fact("the reader  likes maps.", 90, importance=3))
    found = await memories.list_memories(reader, horizon_at(BOOK, 100))
    assert [(m.reveal, m.importance) for m in found] == [(40, 1)]
    await memories.keep(reader, BOOK, fact("The reader likes maps.", 20, importance=2))
    found = await memories.list_memories(reader, horizon_at(BOOK, 20))
    assert [(m.reveal, m.importance) for m in found] == [(20, 2)]


async def test_the_more_important_comes_first_then_the_later(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    for text, reveal, importance in [("a", 10, 1), ("b", 20, 3), ("c", 30, 1), ("d", 5, 3)]:
        await memories.keep(reader, BOOK, fact(text, reveal, importance))
    assert await texts(memories, reader, 100) == ["b", "d", "c", "a"]


async def test_the_running_summary_is_the_one_that_reaches_furthest_below_the_horizon(
    database: Database,
) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    for text, reveal in [("to ten", 10), ("to fifty", 50), ("to fifty, mended", 50)]:
        await memories.keep(reader, BOOK, Memory(MemoryKind.SUMMARY, text, reveal))
    found = [await memories.find_summary(reader, horizon_at(BOOK, end)) for end in (9, 49, 50, 99)]
    assert [m.text if m else None for m in found] == [None, "to ten", "to fifty, mended", "to fifty, mended"]
    assert await texts(memories, reader, 99) == []


async def test_the_readers_words_stay_the_readers_s38(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    guess = "The gardener did it."
    await memories.keep(reader, BOOK, Memory(MemoryKind.FACT, guess, 30, source=MemorySource.READER))
    await memories.keep(reader, BOOK, fact(guess, 90))
    found = await memories.list_memories(reader, horizon_at(BOOK, 50))
    assert [(m.text, m.source) for m in found] == [(guess, MemorySource.READER)]
    # Confirmed by the text later, it is a second memory and does not turn the guess into a fact.
    assert len(await memories.list_memories(reader, horizon_at(BOOK, 90))) == 2


async def test_a_question_answered_later_is_open_again_after_going_back(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    asked = Memory(MemoryKind.QUESTION, "Who rang?", 20, source=MemorySource.READER)
    await memories.keep(reader, BOOK, asked)
    await memories.settle(reader, BOOK, "who  rang?", 70)
    assert await texts(memories, reader, 70) == []
    assert await texts(memories, reader, 69) == ["Who rang?"]
    other = await Identities(database).reader_of("terminal", "bob")
    await memories.settle(other, BOOK, "Who rang?", 1)
    assert await texts(memories, reader, 69) == ["Who rang?"]


async def test_memories_of_one_reader_are_not_the_next_ones(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    other = await Identities(database).reader_of("terminal", "bob")
    await memories.keep(reader, BOOK, fact("mine", 1))
    assert await texts(memories, other, 100) == []
    assert await memories.forget(other, BOOK) == 0
    assert await memories.forget(reader, BOOK) == 1
    assert await texts(memories, reader, 100) == []


async def test_what_is_said_in_a_room_is_remembered_there_alone_s42(database: Database) -> None:
    reader, memories = await reader_of_book(database), Memories(database)
    asked = Memory(MemoryKind.QUESTION, "Who rang?", 5, source=MemorySource.READER)
    for room in ("", "telegram/-1/7", "telegram/-1/8"):
        await memories.keep(reader, BOOK, fact(f"of {room}", 10), room)
        await memories.keep(reader, BOOK, asked, room)
        await memories.keep(reader, BOOK, Memory(MemoryKind.SUMMARY, f"all of {room}", 10), room)
    await memories.settle(reader, BOOK, "Who rang?", 6, "telegram/-1/7")
    here = horizon_at(BOOK, 100)
    for room, more in (("", ["Who rang?"]), ("telegram/-1/7", []), ("telegram/-1/8", ["Who rang?"])):
        found = await memories.list_memories(reader, here, room=room)
        assert [m.text for m in found] == [f"of {room}", *more]
        summary = await memories.find_summary(reader, here, room)
        assert summary is not None
        assert summary.text == f"all of {room}"
    assert await memories.forget(reader, BOOK) == 9


def test_a_memory_without_a_place_or_with_an_odd_importance_is_refused_s8() -> None:
    with pytest.raises(HorizonViolation):
        fact("unplaced", -1)
    with pytest.raises(ValueError, match="importance"):
        fact("loud", 1, importance=4)
