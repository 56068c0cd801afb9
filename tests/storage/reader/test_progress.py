"""Where readers are: two marks, moves up and down, undo, and the only maker of horizons (S1-S7, E6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.book.tables import BookRow
from storage.database import Database
from storage.errors import HorizonViolation, NoPlaceYet, NothingToUndo
from storage.reader.identities import Identities
from storage.reader.position import DownReason, Mode, Purpose
from storage.reader.progress import (
    Act,
    Outcome,
    PlaceOffer,
    Progress,
    find_offer,
    horizon_at,
    horizon_before_section,
    horizon_through_section,
)
from storage.values import Matter, PlaceHow, PlaceMatch, Section, SectionKind

TEXT_END = 1_000


def line(offset: int) -> PlaceMatch:
    return PlaceMatch(offset, offset, PlaceHow.LINE, exact=True)


def chapter(start: int, end: int) -> PlaceMatch:
    return PlaceMatch(start, end, PlaceHow.CHAPTER, exact=False)


async def shelf(database: Database) -> tuple[str, str]:
    """Return a reader and a book of theirs."""
    reader = await Identities(database).reader_of("terminal", "ada")
    async with database.write() as session:
        session.add(
            BookRow(
                id="b" * 32, owner_id=reader, canonical_book_id="b" * 32, sha256="0" * 64, format="epub",
                title="T", author="A", language="en", words=200, reading_chars=TEXT_END, text_version=1,
                status="ready", warnings="[]", added_at=datetime.now(UTC),
            )
        )  # fmt: skip
    return reader, "b" * 32


async def ends(progress: Progress, reader: str, book: str) -> tuple[int, int]:
    question = await progress.horizon(reader, book)
    recap = await progress.horizon(reader, book, Purpose.RECAP)
    return question.end, recap.end


async def test_there_is_no_horizon_before_a_place_is_stated(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    with pytest.raises(NoPlaceYet):
        await progress.horizon(reader, book)
    assert await progress.find_horizon(reader, book, Purpose.RECAP) is None


async def test_moving_up_moves_both_marks_and_counts_the_low_end_s3(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    move = await progress.move_to(reader, book, chapter(100, 200))
    assert move.outcome is Outcome.MOVED
    assert await ends(progress, reader, book) == (100, 100)
    await progress.widen(reader, book)
    assert await ends(progress, reader, book) == (200, 200)
    again = await progress.widen(reader, book)
    assert again.outcome is Outcome.UNCHANGED


async def test_moving_down_asks_why_and_moves_nothing_until_told_s5(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(500))
    move = await progress.move_to(reader, book, line(120))
    assert move.outcome is Outcome.ASK_WHY
    assert move.match == line(120)
    assert await ends(progress, reader, book) == (500, 500)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (DownReason.MISTAKE, (120, 120)),
        (DownReason.REREAD, (120, 120)),
        (DownReason.LOOK_BACK, (500, 120)),
    ],
)
async def test_each_reason_to_go_back_does_what_it_says_s5(
    database: Database, reason: DownReason, expected: tuple[int, int]
) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(500))
    await progress.move_down(reader, book, line(120), reason)
    assert await ends(progress, reader, book) == expected


async def test_a_reread_keeps_the_furthest_mark_and_ends_where_it_is_reached_s2(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(500))
    await progress.move_down(reader, book, line(100), DownReason.REREAD)
    position = await progress.position(reader, book)
    assert (position.furthest, position.mode) == (500, Mode.REREAD)
    await progress.move_to(reader, book, line(300))
    assert await ends(progress, reader, book) == (300, 300)
    await progress.move_to(reader, book, line(500))
    assert (await progress.position(reader, book)).mode is Mode.NORMAL
    assert await ends(progress, reader, book) == (500, 500)


async def test_a_stale_button_for_going_back_never_raises_s4(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(100))
    for reason in DownReason:
        move = await progress.move_down(reader, book, line(700), reason)
        assert move.outcome is Outcome.UNCHANGED
    assert await ends(progress, reader, book) == (100, 100)


async def test_saying_the_chapter_one_is_in_seals_nothing(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(150))
    await progress.move_to(reader, book, chapter(100, 200))
    assert await ends(progress, reader, book) == (150, 150)


async def test_finishing_lifts_to_the_end_and_unfinishing_restores_s7(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, line(300))
    await progress.finish(reader, book, TEXT_END)
    assert await ends(progress, reader, book) == (TEXT_END, TEXT_END)
    await progress.unfinish(reader, book)
    assert await ends(progress, reader, book) == (300, 300)


async def test_the_end_as_a_place_finishes_and_a_book_never_begun_is_unset_again_t24(
    database: Database,
) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    await progress.move_to(reader, book, PlaceMatch(TEXT_END, TEXT_END, PlaceHow.END, exact=True))
    assert (await progress.position(reader, book)).finished
    await progress.unfinish(reader, book)
    with pytest.raises(NoPlaceYet):
        await progress.horizon(reader, book)


async def test_undo_walks_back_through_the_moves_and_keeps_the_history(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    with pytest.raises(NothingToUndo):
        await progress.undo(reader, book)
    await progress.move_to(reader, book, line(100))
    await progress.move_to(reader, book, line(400))
    await progress.move_down(reader, book, line(50), DownReason.MISTAKE)
    await progress.undo(reader, book)
    assert await ends(progress, reader, book) == (400, 400)
    await progress.undo(reader, book)
    assert await ends(progress, reader, book) == (100, 100)
    await progress.undo(reader, book)
    assert await progress.find_horizon(reader, book) is None
    with pytest.raises(NothingToUndo):
        await progress.undo(reader, book)
    made = await progress.list_moves(reader, book)
    assert [move.act for move in made] == [Act.UNDO, Act.UNDO, Act.UNDO, Act.MISTAKE, Act.MOVE, Act.MOVE]
    assert all(move.made_at <= datetime.now(move.made_at.tzinfo) for move in made)


async def test_two_readers_of_one_book_have_places_of_their_own(database: Database) -> None:
    reader, book = await shelf(database)
    other = await Identities(database).reader_of("telegram", "17")
    progress = Progress(database)
    await progress.move_to(reader, book, line(900))
    await progress.move_to(other, book, line(10))
    assert (await ends(progress, reader, book))[0] == 900
    assert (await ends(progress, other, book))[0] == 10


async def test_an_account_is_always_the_same_reader_and_can_be_linked(database: Database) -> None:
    identities = Identities(database)
    reader = await identities.reader_of("telegram", "17")
    assert await identities.reader_of("telegram", "17") == reader
    assert await identities.reader_of("discord", "17") != reader
    assert await identities.find_reader("telegram", "18") is None
    await identities.link("discord", "17", reader)
    assert await identities.reader_of("discord", "17") == reader


async def test_a_pasted_later_line_becomes_an_offer_and_a_read_one_does_not_s4(database: Database) -> None:
    reader, book = await shelf(database)
    progress = Progress(database)
    assert find_offer(None, line(5)) == PlaceOffer(line(5))
    await progress.move_to(reader, book, line(300))
    position = await progress.position(reader, book)
    assert find_offer(position, line(301)) == PlaceOffer(line(301))
    assert find_offer(position, line(300)) is None
    assert await ends(progress, reader, book) == (300, 300)


def test_preparation_has_read_exactly_to_the_section_it_is_about_s31() -> None:
    section = Section(2, SectionKind.CHAPTER, Matter.BODY, "ch. 2", "Two", start=40, body_start=45, end=90)
    assert horizon_before_section("book", section).end == 40
    assert horizon_through_section("book", section).end == 90
    sealed = Section(1, SectionKind.SEALED, Matter.FRONT, "Introduction", "Introduction")
    with pytest.raises(HorizonViolation):
        horizon_before_section("book", sealed)
    with pytest.raises(HorizonViolation):
        horizon_at("book", -1)


def test_horizons_are_made_in_one_file_only() -> None:
    root = Path(__file__).parents[3]
    makers = {
        path.relative_to(root).as_posix()
        for package in ("bot", "agent", "storage")
        for path in (root / package).rglob("*.py")
        if re.search(r"(?<![\w.])Horizon\(|\breplace\(\s*(?:self\.)?_?horizon\b", path.read_text("utf-8"))
    }
    assert makers == {"storage/horizon.py", "storage/reader/progress.py"}
