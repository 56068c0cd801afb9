"""Where the reader is, as they say it: S1 to S7, T8, T10, T17, T19 to T24."""

from __future__ import annotations

from pathlib import Path

from bot import replies
from bot.markup import to_plain
from storage.values import SectionKind
from tests.books import Chapter, epub
from tests.talking import Person

LATER = "Perrin Marrow drowned in the tide race below Dunholt"
UNREAD = ("Perrin", "Marrow", "Tilde", "Saltgate", "Dunholt", "Drowned", "Green Coat", "Wedding", "mirrel")


def tells(text: str) -> list[str]:
    """Return the words of later chapters that a text holds."""
    return [word for word in UNREAD if word in text]


async def test_without_a_place_everything_asks_for_one_and_no_answer_is_given(ada: Person) -> None:
    for said in ("Who is Oda?", "/who Oda", "/cast", "/toc", "/where", "done", "/catchmeup", "/passage 1"):
        assert to_plain(replies.WHERE_ARE_YOU) in await ada.hears(said), said


async def test_a_bare_number_answers_the_question_where_one_is(ada: Person) -> None:
    shown = await ada.hears("3")
    assert "using: up to the end of ch. 2" in shown


async def test_a_chapter_counts_by_its_low_end_and_says_how_to_raise_it(ada: Person) -> None:
    # S3, T8: "chapter 3" is everything before chapter 3.
    shown = await ada.hears("/at ch 3")
    assert "using: up to the end of ch. 2" in shown
    assert "In the middle of 3?" in shown
    assert "ferry" not in (await ada.hears("/where")).casefold()
    assert "ch. 3" in await ada.hears("done")


async def test_the_echo_ends_at_the_place(ada: Person) -> None:
    # S6: the text before, never a word after it.
    shown = await ada.hears("/at She read it in the rain, and then she burned it")
    assert "burned it" in shown
    assert "because" not in shown


async def test_a_pasted_line_is_found_through_curly_quotes_breaks_and_typing_errors(ada: Person) -> None:
    shown = await ada.hears(
        "/at 'You are early,' said\nCaptan Brannoc, and he set down his bas-\nket of nets"
    )
    assert "using: up to ch. 1 ¶2" in shown


async def test_a_line_that_stands_twice_asks_which(ada: Person) -> None:
    # T19
    labels = await ada.is_asked("/at The bell of the tide house rang twice, as it did")
    assert len(labels) == 2
    assert "ch. 2" in await ada.hears("2")


async def test_a_number_that_restarts_in_each_part_asks_which(ada: Person, tmp_path: Path) -> None:
    # T17, S27: no silent guess, and the title of the later part is not told.
    parts = [
        Chapter("Part One: The Weir", kind=SectionKind.PART),
        *(Chapter(f"Chapter {n}", (f"Petronel went out {n} times.",), depth=1) for n in (1, 2, 3)),
        Chapter("Part Two: The Wedding", kind=SectionKind.PART),
        *(Chapter(f"Chapter {n}", (f"Petronel came home {n} times.",), depth=1) for n in (1, 2, 3)),
    ]
    file = tmp_path / "parts.epub"
    file.write_bytes(epub(parts))
    await ada.says(f"/add {file}")
    labels = await ada.is_asked("/at 3")
    assert len(labels) == 2
    assert "Wedding" not in " ".join(labels)
    assert "went out 2 times" in await ada.hears("1")


async def test_a_line_from_further_on_is_offered_as_a_place_and_not_commented_on(ada: Person) -> None:
    # S4, T20
    await ada.says("/at 3")
    shown = await ada.says(f"explain this: {LATER}")
    assert to_plain(shown[-1].text) == replies.LATER_LINE
    assert tells(" ".join(to_plain(message.text) for message in shown)) == []
    assert await ada.hears("no") == replies.STAYED
    assert "ch. 2" in await ada.hears("/where")
    await ada.says(f"“{LATER}”")
    assert "ch. 5 ¶1" in await ada.hears("yes, I am there")


async def test_a_question_is_not_held_against_later_lines_s18_s19(ada: Person) -> None:
    # "is she dead?" must not find "she is dead", before any place is said as little as after.
    question = "was the man in the green coat Perrin Marrow?"
    statement = "the man in the green coat was Perrin Marrow"
    assert await ada.hears(question) == to_plain(replies.WHERE_ARE_YOU)
    await ada.says("/at 3")
    assert replies.NOT_IN_WHAT_YOU_READ in await ada.hears(question)
    assert to_plain(replies.LATER_LINE) in await ada.hears(statement)  # S4: pasted, it is offered


async def test_a_place_may_be_said_with_a_question_mark(ada: Person) -> None:
    assert "up to the end of ch. 2" in await ada.hears("ch 3?")


async def test_a_line_already_read_is_a_question_and_no_move(ada: Person) -> None:
    await ada.says("/at 3")
    shown = await ada.hears("What is meant by “he set down his basket of nets beside her”?")
    assert replies.LATER_LINE not in shown
    assert "up to ch. 2" in await ada.hears("/where")


async def test_saying_finished_in_a_sentence_gets_a_button_and_nothing_else(ada: Person) -> None:
    # S25
    await ada.says("/at 3")
    labels = await ada.is_asked("I have finished it")
    assert len(labels) == 2
    await ada.says("no")
    assert "ch. 2" in await ada.hears("/where")


async def test_moving_down_asks_why_and_a_mistake_seals_what_is_above(ada: Person) -> None:
    # S5, T21, T22
    await ada.says("/at end of ch 4")
    assert "Perrin" in await ada.hears("/cast")
    assert len(await ada.is_asked("/at 2")) == 4
    await ada.says("1")
    assert tells(await ada.hears("/cast")) == []
    await ada.says("/at end of ch 4")
    assert "Perrin" in await ada.hears("/cast")


async def test_looking_back_keeps_what_questions_may_use(ada: Person) -> None:
    await ada.says("/at end of ch 4")
    await ada.says("/at 2")
    await ada.says("3")
    assert "Perrin" in await ada.hears("/cast")
    assert "up to ch. 1" in await ada.hears("/where")


async def test_reading_again_as_a_first_reader_bounds_everything(ada: Person) -> None:
    # T23
    await ada.says("/finished")
    await ada.says("/at 3")
    await ada.says("2")
    assert tells(await ada.hears("/cast")) == []
    assert tells(await ada.hears("/toc")) == []


async def test_the_reason_may_be_given_in_words_of_ones_own(ada: Person) -> None:
    # S5: as the buttons do
    await ada.says("/at end of ch 4")
    await ada.says("/at 2")
    await ada.says("Just checking something")
    assert "Perrin" in await ada.hears("/cast")
    assert "up to ch. 1" in await ada.hears("/where")
    await ada.says("/at end of ch 4")
    await ada.says("/at 2")
    assert to_plain(replies.BACK_AS_MISTAKE) in await ada.hears("I misremembered")
    assert tells(await ada.hears("/cast")) == []


async def test_such_words_are_a_question_where_no_reason_was_asked_for(ada: Person) -> None:
    await ada.says("/at end of ch 4")
    assert to_plain(replies.BACK_AS_MISTAKE) not in await ada.hears("I misremembered")
    assert "up to ch. 4" in await ada.hears("/where")


async def test_a_yes_that_says_nothing_of_which_is_asked_which(ada: Person) -> None:
    await ada.says("/at end of ch 4")
    reasons = await ada.is_asked("/at 2")
    assert await ada.is_asked("ok") == reasons
    await ada.says("1")
    assert tells(await ada.hears("/cast")) == []
    assert replies.WHICH_OF_THESE not in await ada.hears("ok")


async def test_leaving_the_place_as_it_is_changes_nothing(ada: Person) -> None:
    await ada.says("/at 4")
    before = await ada.hears("/where")
    await ada.says("/at 2")
    await ada.says("4")
    assert await ada.hears("/where") == before


async def test_next_and_done_go_from_chapter_to_chapter(ada: Person) -> None:
    await ada.says("/at start")
    assert "In the middle of 1?" in await ada.hears("next")
    assert "up to ch. 1 ¶4" in await ada.hears("done")
    assert "In the middle of 2?" in await ada.hears("next")
    assert "In the middle of 3?" in await ada.hears("next")
    assert "up to ch. 3 ¶3" in await ada.hears("done")
    # A part's heading page is passed with the chapter after it.
    assert "up to ch. 4 ¶3" in await ada.hears("done")
    await ada.hears("done")
    assert await ada.hears("done") == to_plain(replies.ALREADY_AT_END)
    assert await ada.hears("next") == to_plain(replies.ALREADY_AT_END)


async def test_undo_takes_moves_back_one_by_one(ada: Person) -> None:
    await ada.says("/at 2")
    await ada.says("/at 4")
    assert "up to ch. 1" in await ada.hears("/at undo")
    assert to_plain(replies.WHERE_ARE_YOU) in await ada.hears("/at undo")
    assert await ada.hears("/at undo") == "There is no earlier move to take back."


async def test_finished_lifts_the_bound_and_unfinish_restores_it(ada: Person) -> None:
    # S7, T24
    await ada.says("/at 3")
    await ada.says("finished")
    assert "The Drowned Clerk" in await ada.hears("/toc")
    await ada.says("/unfinish")
    assert tells(await ada.hears("/toc")) == []
    assert tells(await ada.hears("/cast")) == []


async def test_later_titles_are_bare_numbers_in_the_contents(ada: Person) -> None:
    # S27, T10
    await ada.says("/at 3")
    shown = await ada.hears("/toc")
    assert "Chapter 2: The Letter" in shown
    assert tells(shown) == []


async def test_what_is_no_place_is_refused_in_one_sentence(ada: Person) -> None:
    for said in ("/at 99", "/at p. 12", "/at xyzzy", "/at 130%", "/at offset:99999999"):
        shown = await ada.says(said)
        assert len(shown) == 1, said
        assert tells(to_plain(shown[0].text)) == []


async def test_a_later_title_is_no_place_and_gets_the_refusal_of_nonsense(ada: Person) -> None:
    # S27: the same words whether the title exists or not.
    await ada.says("/at 3")
    later = await ada.hears("/at The Drowned Clerk")
    nonsense = await ada.hears("/at The Purple Clerk")
    assert later.replace("Drowned", "Purple") == nonsense


async def test_a_line_that_stands_everywhere_gets_the_wish_for_a_longer_one(
    ada: Person, tmp_path: Path
) -> None:
    refrain = "And so the long grey day ended as it had begun."
    file = tmp_path / "days.md"
    days = "\n\n".join(f"Day {number} brought the {number}th boat.\n\n{refrain}" for number in range(12))
    file.write_text(f"# Days\n\n## Chapter 1\n\n{days}\n")
    await ada.says(f"/add {file}")
    assert await ada.hears(f"/at {refrain}") == replies.LONGER_LINE
    # With the line before it there is one place.
    assert "ch. 1 ¶8" in await ada.hears(f"/at Day 3 brought the 3th boat.\n{refrain}")
    # Once a place is known, the same words said without a command are talk, as they were.
    assert replies.LONGER_LINE not in await ada.hears(f"What is meant by “{refrain}”?")
