"""What was said comes back only where its horizon is reached, and only in its own conversation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage.book.tables import BookRow
from storage.database import Database
from storage.errors import HorizonViolation
from storage.reader.identities import Identities
from storage.reader.progress import horizon_at
from storage.reader.turns import ConversationKey, Turn, TurnCitation, Turns
from storage.values import Span

BOOK, OTHER_BOOK = "b" * 32, "c" * 32


async def conversation(database: Database) -> ConversationKey:
    """Return a conversation of a reader about a book on their shelf."""
    reader = await Identities(database).reader_of("terminal", "ada")
    async with database.write() as session:
        for book in (BOOK, OTHER_BOOK):
            session.add(
                BookRow(
                    id=book, owner_id=reader, canonical_book_id=book, sha256=book * 2, format="epub",
                    title="T", author="A", language="en", words=2, reading_chars=10, text_version=1,
                    status="ready", warnings="[]", added_at=datetime.now(UTC),
                )
            )  # fmt: skip
    return ConversationKey("terminal", "1", reader, BOOK)


def turn(question: str, horizon: int, *spans: tuple[int, int]) -> Turn:
    cited = tuple(TurnCitation(Span(*span), "ch. 1 ¶2") for span in spans)
    return Turn(question, f"answer to {question}", horizon, cited, model="extractive", findings=("name",))


async def questions(turns: Turns, key: ConversationKey, end: int, limit: int = 6) -> list[str]:
    return [t.question for t in await turns.recent(key, horizon_at(key.book_id, end), limit)]


async def test_going_back_seals_turns_and_going_forward_returns_them_t21_t22(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    await turns.keep(key, turn("early", 50, (1, 9)))
    await turns.keep(key, turn("late", 200, (150, 190)))
    assert await questions(turns, key, 200) == ["early", "late"]
    assert await questions(turns, key, 199) == ["early"]
    assert await questions(turns, key, 49) == []
    assert await questions(turns, key, 500) == ["early", "late"]


async def test_a_turn_that_rests_on_little_is_sealed_with_its_horizon_all_the_same_s37(
    database: Database,
) -> None:
    key, turns = await conversation(database), Turns(database)
    # Its evidence was read long ago, but one who chose these words had read to 200.
    await turns.keep(key, turn("hindsight", 200, (1, 9)))
    assert await questions(turns, key, 100) == []


async def test_the_latest_turns_come_in_the_order_they_were_said(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    for n in range(5):
        await turns.keep(key, turn(f"q{n}", 10 + n))
    assert await questions(turns, key, 100, limit=3) == ["q2", "q3", "q4"]
    assert await questions(turns, key, 12, limit=2) == ["q1", "q2"]


async def test_a_turn_comes_back_as_it_was_kept(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    said = turn("who?", 90, (5, 9), (70, 88))
    kept = await turns.keep(key, said)
    found = await turns.find_turn(key.reader_id, kept, horizon_at(BOOK, 90))
    assert found is not None
    assert (found.question, found.answer, found.citations) == (said.question, said.answer, said.citations)
    assert (found.findings, found.model, found.evidence_end) == (("name",), "extractive", 88)
    assert found.said_at is not None
    assert await turns.find_last(key, horizon_at(BOOK, 90)) == found
    assert await turns.find_last(key, horizon_at(BOOK, 89)) is None
    assert await turns.find_turn(key.reader_id, kept, horizon_at(BOOK, 89)) is None
    assert await turns.find_turn("somebody else", kept, horizon_at(BOOK, 90)) is None


async def test_conversations_share_nothing_s42(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    await turns.keep(key, turn("private", 10))
    others = [
        ConversationKey("telegram", "1", key.reader_id, BOOK),
        ConversationKey("terminal", "2", key.reader_id, BOOK),
        ConversationKey("terminal", "1", key.reader_id, BOOK, topic="7"),
        ConversationKey("terminal", "1", key.reader_id, OTHER_BOOK),
        ConversationKey("terminal", "1", "somebody else", BOOK),
        # Parts that read alike when they are put together are different keys.
        ConversationKey("terminal", "1" + key.reader_id[0], key.reader_id[1:], BOOK),
    ]
    for other in others:
        assert await questions(turns, other, 100) == []


async def test_an_answer_that_cites_unread_text_is_never_kept(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    with pytest.raises(HorizonViolation):
        await turns.keep(key, turn("leak", 50, (40, 51)))
    assert await questions(turns, key, 1_000) == []


async def test_a_horizon_of_another_book_opens_no_talk(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    with pytest.raises(HorizonViolation):
        await turns.recent(key, horizon_at(OTHER_BOOK, 10))


async def test_forgetting_deletes_turns_with_their_citations(database: Database) -> None:
    key, turns = await conversation(database), Turns(database)
    await turns.keep(key, turn("who?", 90, (5, 9)))
    assert await turns.forget(key.reader_id, BOOK) == 1
    assert await questions(turns, key, 1_000) == []
    async with database.read() as session:
        assert await session.scalar(text("select count(*) from chunk_citations")) == 0


async def test_reading_recent_turns_walks_an_index_and_sorts_nothing(database: Database) -> None:
    """The cost must not grow with the number of past turns: the plan has neither a scan nor a sort."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL chooses its plans by size")
    async with database.read() as session:
        plan = await session.execute(
            text(
                "explain query plan select * from session_turns where conversation = 'x' and horizon <= 5 "
                "order by number desc limit 6"
            )
        )
        steps = " ".join(str(row[3]) for row in plan)
    assert "ix_session_turns_recent" in steps
    assert "SCAN" not in steps
    assert "TEMP B-TREE" not in steps
