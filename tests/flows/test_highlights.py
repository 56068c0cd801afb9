"""Keeping lines: found in what is read, listed up to the place, sealed by a move back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import replies
from bot.markup import to_plain
from bot.messages import Conversation, IncomingMessage
from bot.replies import highlights as words
from tests.talking import BOOK, Person, opened

LAMP = "Oda Quillon lit the lamp above the harbour steps before anyone else in Velmarsh was awake."
BELL = "The bell of the tide house rang twice, as it did on every grey morning."
LATER = "Perrin Marrow drowned in the tide race below Dunholt with the lamp still burning in his boat."


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Person]:
    (tmp_path / "lamp.epub").write_bytes(BOOK)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'lamp.epub'}")
        await person.says("/at ch 2")
        await person.says("/done")
        yield person


async def answers(person: Person, about: str, text: str) -> str:
    """Return what is shown for a command that answers a message."""
    place = Conversation(person.platform, person.chat)
    message = IncomingMessage(place, person.account, text, about=about)
    return "\n\n".join([to_plain(m.text) async for m in person.app.companion.handle(message) if m.final])


async def test_a_pasted_line_is_kept_at_its_place_also_mistyped_and_as_a_part_of_one(ada: Person) -> None:
    assert f"Highlighted.\n\nch. 1 ¶1\n> {LAMP}" in await ada.hears(f"/highlight {LAMP}")
    assert words.KEPT_ALREADY in await ada.hears(f"/highlight {LAMP.upper()}")
    shown = await ada.hears(
        "/highlight Captain Brannoc askd her nothing at all, which was his way of bein kind"
    )
    assert "ch. 2 ¶3\n> Captain Brannoc asked her nothing at all, which was his way of being kind." in shown
    assert "> the third stone of the bridge" in await ada.hears("/highlight the third stone of the bridge")
    listed = await ada.hears("/highlights")
    assert "3 highlights so far" in listed
    assert listed.index("1. ch. 1 ¶1") < listed.index("2. ch. 2 ¶1") < listed.index("3. ch. 2 ¶3")


async def test_a_line_that_stands_twice_in_what_is_read_is_asked_about(ada: Person) -> None:
    labels = await ada.is_asked(f"/highlight {BELL}")
    assert labels == ["1. ch. 1 ¶4", "2. ch. 2 ¶4"]
    assert "ch. 2 ¶4" in await ada.hears("2")
    assert "1 highlight so far" in await ada.hears("/highlights")


async def test_a_line_from_further_on_is_offered_as_a_place_and_not_a_word_of_it_is_shown_s4_t20(
    ada: Person,
) -> None:
    shown = (await ada.says(f"/highlight {LATER}"))[-1]
    assert shown.text == replies.LATER_LINE
    assert [button.label for button in shown.buttons] == ["Yes, I am there", "Leave my place as it is"]
    assert await ada.hears("/highlights") == to_plain(words.NO_HIGHLIGHTS)
    assert "Perrin" not in await ada.hears("/where")


async def test_a_line_of_no_book_a_later_name_and_nonsense_get_the_same_bytes_s18(ada: Person) -> None:
    never = await ada.hears("/highlight Seven velmins trudged home over the gritstone.")
    assert replies.NOT_IN_WHAT_YOU_READ in never
    for line in ("Perrin", "Perrin Marrow", "Zorblax", "The Wedding at Saltgate", "the"):
        said = await ada.hears(f"/highlight {line}")
        assert said == (to_plain(replies.LONGER_LINE) if line == "the" else never)


async def test_a_line_is_kept_by_answering_the_message_that_quotes_it_with_words_as_its_note(
    ada: Person,
) -> None:
    answer = f"The Lamp · up to ch. 2 ¶4\n\n{LAMP} [ch. 1 ¶1]\n\nPassages: 1 ch. 1 ¶1"
    kept = await answers(ada, answer, "/highlight so early!")
    assert f"> {LAMP}" in kept
    assert "Your note: so early!" in kept
    assert "Your note: so early!" in await ada.hears("/highlights")
    shown = await ada.hears("/highlights note 1 every day, it seems")
    assert "Your note: every day, it seems" in shown
    assert "Your note" not in await ada.hears("/highlights note 1")


async def test_of_a_message_that_quotes_several_lines_it_is_asked_which(ada: Person) -> None:
    other = "She read it in the rain, and then she burned it because her brother had asked her to."
    asked = await answers(ada, f"{LAMP} [ch. 1 ¶1] {other} [ch. 2 ¶2]", "/highlight sad")
    assert asked == words.WHICH_OF_THEM
    kept = await ada.hears("2")
    assert f"> {other}" in kept
    assert "Your note: sad" in kept


async def test_a_highlight_is_removed_and_put_back_by_buttons_and_by_words(ada: Person) -> None:
    kept = (await ada.says(f"/highlight {LAMP}"))[-1]
    gone = (await ada.says(kept.buttons[0].action))[-1]
    assert gone.text == words.HIGHLIGHT_REMOVED
    assert await ada.hears("/highlights") == to_plain(words.NO_HIGHLIGHTS)
    assert (await ada.says(gone.buttons[0].action))[-1].text == words.HIGHLIGHT_BACK
    assert await ada.hears("/highlights remove 1") == words.HIGHLIGHT_REMOVED
    assert await ada.hears("/highlights remove 1") == to_plain(words.NO_SUCH_HIGHLIGHT)
    assert await ada.hears("/highlights undo") == words.HIGHLIGHT_BACK


async def test_a_move_back_seals_what_was_kept_further_on_and_going_on_brings_it_back_s5(ada: Person) -> None:
    await ada.says(f"/highlight {LAMP}")
    note = await ada.hears("/highlights note 1 her brother!")
    await ada.says("/at ch 2")
    await ada.says("1")  # it was a mistake: less is read
    assert await ada.hears("/highlights") == to_plain(words.NO_HIGHLIGHTS)
    assert await ada.hears("/highlights note 1 x") == to_plain(words.NO_SUCH_HIGHLIGHT)
    await ada.says("/at ch 2")
    await ada.says("/done")
    assert "her brother!" in await ada.hears("/highlights")
    assert "her brother!" in note


async def test_an_old_choice_among_lines_keeps_nothing_that_is_sealed_since(ada: Person) -> None:
    asked = (await ada.says(f"/highlight {BELL}"))[-1]
    later = asked.buttons[1].action
    await ada.says("/at ch 2")
    await ada.says("1")
    assert replies.NOT_IN_WHAT_YOU_READ in await ada.hears(later)
    assert replies.NOT_IN_WHAT_YOU_READ in await ada.hears("/highlight @0-999999999")


async def test_many_are_shown_in_pages_of_eight(ada: Person) -> None:
    await ada.says("/at end")
    phrases = "the lamp above|nets beside|a flat boat|nine of them|the letter under|in the rain|brass key and"
    phrases += "|on a string|her father’s clerk|the first dry day"
    for phrase in phrases.split("|"):
        assert "Highlighted" in await ada.hears(f"/highlight {phrase}"), phrase
    first = (await ada.says("/highlights"))[-1]
    assert "10 highlights so far · page 1 of 2" in to_plain(first.text)
    assert [b.label for b in first.buttons] == [*(f"Remove {n}" for n in range(1, 9)), "Later ›"]
    second = (await ada.says("/highlights 2"))[-1]
    assert second.in_place
    assert to_plain(second.text).count("\n> ") == 2
    assert await ada.hears("/highlights 3") == replies.NO_MORE_PAGES


async def test_removing_the_book_says_how_many_highlights_went(ada: Person) -> None:
    await ada.says(f"/highlight {LAMP}")
    await ada.says("/remove")
    assert "1 highlight" in await ada.hears("remove")


async def test_the_same_reader_on_another_talk_has_the_same_highlights_and_nobody_else_has(
    ada: Person,
) -> None:
    await ada.says(f"/highlight {LAMP}")
    assert LAMP in await replace(ada, chat="sofa").hears("/highlights")
    ben = replace(ada, account="ben", chat="hall")
    assert LAMP not in await ben.hears("/highlights")
