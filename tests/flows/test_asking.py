"""Questions, cards and what is kept of them: S13, S16, S18, S21, S29, S37, T5, T7, T12, T21, T22, T31."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from agent.answer import Answer
from agent.reading_agent import ReadingAgent
from bot import replies
from bot.markup import to_plain
from bot.messages import Kind, OutgoingMessage
from storage.sqlite_driver import OneHopConnection
from tests.talking import Person

UNREAD = ("Perrin", "Marrow", "Tilde", "Saltgate", "Dunholt", "drowned", "mirrel", "brass key")


@pytest.fixture
async def ada_at_3(ada: Person) -> Person:
    """The reader, who has read chapters 1 and 2."""
    await ada.says("/at 3")
    return ada


async def test_an_answer_is_headed_by_the_book_and_how_far_it_goes(ada_at_3: Person) -> None:
    shown = await ada_at_3.hears("Where did Oda find the letter?")
    assert shown.startswith("The Lamp *and* the Rope · up to ch. 2 ¶4\n\n")
    assert "third stone of the bridge" in shown
    assert "[ch. 2 ¶1]" in shown


async def test_sentences_are_shown_as_they_pass_and_only_ever_grow(ada_at_3: Person) -> None:
    shown = await ada_at_3.says("Where did Oda find the letter?")
    assert len({message.slot for message in shown}) == 1
    assert [message.final for message in shown] == [False] * (len(shown) - 1) + [True]
    for before, after in pairwise(shown):
        assert after.text.startswith(before.text)
    assert shown[-1].kind is Kind.ANSWER


async def test_a_question_goes_to_the_database_twice_to_read_and_once_to_write(
    ada_at_3: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada_at_3.says("Where did Oda find the letter?")
    gone: list[str] = []
    for name in ("ask", "transact", "run"):
        monkeypatch.setattr(OneHopConnection, name, _noted(name, gone, getattr(OneHopConnection, name)))
    await ada_at_3.says("Where did Oda find the letter?")
    assert gone == ["ask", "ask", "transact"]


async def test_of_many_who_ask_at_once_one_answer_is_computed_at_a_time(
    ada_at_3: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    at_once: list[int] = []
    answer = ReadingAgent.answer

    async def counted(*args: Any, **kwargs: Any) -> Answer:
        begun.append(1)
        at_once.append(len(begun))
        for _ in range(5):
            await asyncio.sleep(0)  # others go on meanwhile, up to where they would compute
        try:
            return await answer(*args, **kwargs)
        finally:
            begun.pop()

    monkeypatch.setattr(ReadingAgent, "answer", counted)
    others = [replace(ada_at_3, chat=f"desk {number}") for number in range(4)]
    shown = await asyncio.gather(*(one.hears("Where did Oda find the letter?") for one in others))
    assert all("third stone of the bridge" in one for one in shown)
    assert at_once == [1, 1, 1, 1]


def _noted(name: str, gone: list[str], done: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        gone.append(name)
        return done(*args, **kwargs)

    return noted


async def test_a_citation_can_be_opened(ada_at_3: Person) -> None:
    await ada_at_3.says("Where did Oda find the letter?")
    opened = [await ada_at_3.hears(f"/passage {number}") for number in (1, 2)]
    assert any("under the third stone of the bridge" in passage for passage in opened)
    assert await ada_at_3.hears("/passage 99") == replies.NO_SUCH_PASSAGE
    assert await ada_at_3.hears("/passage x") == replies.NO_SUCH_PASSAGE


async def test_courtesies_are_answered_as_such_and_ask_nothing_of_the_book(ada_at_3: Person) -> None:
    assert await ada_at_3.hears("Hello!") == to_plain(replies.HELLO)
    assert await ada_at_3.hears("thanks a lot :)") == to_plain(replies.WELCOME)
    assert await ada_at_3.hears("What can you do?") == to_plain(replies.WHAT_I_DO)
    assert await ada_at_3.hears("Good night") == to_plain(replies.GOODBYE)
    assert replies.NOTHING_REMEMBERED in await ada_at_3.hears("/memories")


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("what chapter am I in?", "/where"),
        ("Where are we now?", "/where"),
        ("how much have I read", "/where"),
        ("how many chapters are there?", "/toc"),
        ("how many chapters left?", "/toc"),
        ("who are the main characters?", "/cast by mentions"),
        ("list all the characters", "/cast by mentions"),
        ("I'm confused, who are all these people?", "/cast by mentions"),
        ("list the places", "/places"),
    ],
)
async def test_what_a_command_tells_is_told_in_plain_words_too(
    ada_at_3: Person, words: str, command: str
) -> None:
    assert await ada_at_3.hears(words) == await ada_at_3.hears(command)


async def test_how_long_the_book_is_tells_the_number_of_chapters_and_nothing_of_their_length_s20(
    ada_at_3: Person,
) -> None:
    for words in ("How long is this book?", "how long is this chapter", "how many pages are left?"):
        shown = await ada_at_3.hears(words)
        assert "up to ch. 2 ¶4" in shown
        assert "chapters" in shown


async def test_who_wrote_it_is_what_the_file_says(ada_at_3: Person) -> None:
    for words in ("who wrote this book?", "What book is this?", "who's the author?"):
        shown = await ada_at_3.hears(words)
        assert "The Lamp *and* the Rope" in shown
        assert "Passages" not in shown


async def test_what_asks_nothing_of_the_book_gets_no_line_of_it(ada_at_3: Person) -> None:
    for words, reply in {
        "?": replies.NO_WORDS,
        "\N{GRINNING FACE}": replies.NO_WORDS,
        "no": replies.NOTHING_TO_DECIDE,
        "You're wrong!": replies.SAID_WRONG,
        "that's not right": replies.SAID_WRONG,
        "Do you like Oda?": replies.NO_OPINION,
        "what's the moral?": replies.NO_OPINION,
        "this is boring": replies.SAID_LOST,
        "I don't understand anything": replies.SAID_LOST,
        "I'm so confused": replies.SAID_LOST,
        "wtf": replies.SAID_LOST,
        "you suck!!": replies.SAID_LOST,
        "is this book any good?": replies.NO_OPINION,
        "are you a robot": replies.NO_OPINION,
    }.items():
        assert await ada_at_3.hears(words) == to_plain(reply), words
    assert "Who is Oda Quillon?" in await ada_at_3.hears("what should I ask?")
    assert replies.NOTHING_REMEMBERED in await ada_at_3.hears("/memories")


async def test_how_something_is_done_is_answered_with_its_command(ada_at_3: Person) -> None:
    shown = await ada_at_3.hears("How do I look up a word?")
    assert "/define WORD" in shown
    assert "Passages" not in shown


async def test_questions_of_the_story_that_sound_alike_are_left_to_the_book(ada_at_3: Person) -> None:
    for words in (
        "Where are the nets?",
        "How many boats has the captain built?",
        "How long did the bell ring?",
    ):
        assert (await ada_at_3.hears(words)).startswith("The Lamp *and* the Rope · up to ch. 2 ¶4"), words


async def test_the_story_so_far_is_the_same_however_it_is_asked_for(ada_at_3: Person) -> None:
    # S2: a recap goes to the current place, in plain words too.
    told = await ada_at_3.hears("/catchmeup")
    for words in ("What happened so far?", "catch me up please", "Summarize the story so far", "recap"):
        assert await ada_at_3.hears(words) == told


async def test_who_is_asked_in_plain_words_offers_the_card(ada_at_3: Person) -> None:
    shown = (await ada_at_3.says("Who's Oda again?"))[-1]
    card = next(button for button in shown.buttons if button.label == "Card")
    assert "First met in" in await ada_at_3.hears(card.action)


async def test_never_and_not_yet_are_the_same_bytes(ada_at_3: Person) -> None:
    # S18, T7: a name of chapter 4, a name of no chapter; as question, as card, with buttons and all.
    for ask in ("Who is {}?", "/who {}", "/define {}", "Does {} die?"):
        later = await ada_at_3.says(ask.format("Perrin Marrow"))
        never = await ada_at_3.says(ask.format("Zorblax Querty"))
        assert [shape(m) for m in later] == [shape(m) for m in never]
        assert replies.NOT_IN_WHAT_YOU_READ in later[-1].text


def shape(message: OutgoingMessage) -> tuple[object, ...]:
    """Return a message with what its buttons do; which answer they speak of is an id drawn by chance."""
    does = [(button.label, *button.action.split()[:2]) for button in message.buttons]
    return (message.text, message.kind, does)


async def test_a_card_tells_first_and_last_met_so_far(ada_at_3: Person) -> None:
    # T5: last met so far, no word of what comes.
    shown = await ada_at_3.hears("/who Captain Brannoc")
    assert "First met in ch. 1 ¶2, last met so far in ch. 2 ¶3" in shown
    assert [word for word in UNREAD if word in shown] == []


@pytest.mark.parametrize("command", ["/cast", "/places", "/toc", "/memories", "/where", "/library", "/help"])
async def test_no_list_holds_a_word_of_what_is_not_read(ada_at_3: Person, command: str) -> None:
    shown = await ada_at_3.hears(command)
    assert [word for word in UNREAD if word in shown] == []


async def test_after_a_move_back_the_talk_of_before_is_sealed_and_comes_back(ada: Person) -> None:
    # S37, T21, T22: history, memories, passages and the receipt.
    await ada.says("/at end of ch 5")
    await ada.says("Who drowned in the tide race?")
    assert "drowned" in await ada.hears("/memories")
    assert "ch. 5" in await ada.hears("/receipt")
    await ada.says("/at 3")
    await ada.says("1")
    for command in ("/memories", "/receipt", "/passage 1", "/passage"):
        shown = await ada.hears(command)
        assert [word for word in UNREAD if word in shown] == [], command
        assert "ch. 5" not in shown, command
    await ada.says("/at end of ch 5")
    assert "drowned" in await ada.hears("/memories")
    assert "ch. 5" in await ada.hears("/receipt")


async def test_two_chats_do_not_share_what_was_said(ada_at_3: Person) -> None:
    # S42, T31: the receipt of one talk is not that of another.
    await ada_at_3.says("Where did Oda find the letter?")
    other = Person(ada_at_3.app, chat="kitchen")
    await other.begins()
    assert await other.hears("/receipt") == replies.NO_ANSWER_YET
    assert await other.hears("/passage 1") == replies.NO_ANSWER_YET


async def test_a_guess_is_kept_as_the_readers_own_words(ada_at_3: Person) -> None:
    # S38
    await ada_at_3.says("I think Captain Brannoc wrote the letter himself")
    assert "You said: I think Captain Brannoc wrote the letter himself" in await ada_at_3.hears("/memories")


async def test_forgetting_clears_questions_and_memories_and_nothing_else(ada_at_3: Person) -> None:
    await ada_at_3.says("Where did Oda find the letter?")
    assert "1 answer and" in await ada_at_3.hears("/memories forget")
    assert await ada_at_3.hears("/memories") == replies.NOTHING_REMEMBERED
    assert "ch. 2" in await ada_at_3.hears("/where")


async def test_the_receipt_tells_what_was_used(ada_at_3: Person) -> None:
    await ada_at_3.says("Where did Oda find the letter?")
    shown = await ada_at_3.hears("/receipt")
    assert "Text used: up to ch. 2 ¶4" in shown
    assert "ch. 2 ¶1" in shown
    assert "extractive" in shown


async def test_completion_offers_only_names_already_read(ada_at_3: Person) -> None:
    # T43
    async def offered(typed: str) -> list[str]:
        from bot.messages import Conversation, IncomingMessage

        message = IncomingMessage(Conversation("terminal", "desk"), "ada", typed)
        return [found.text for found in await ada_at_3.app.companion.complete(message)]

    assert "Oda Quillon" in await offered("/who Oda")
    assert await offered("/who Perrin") == []
    assert await offered("/who Til") == []
    assert await offered("What of Til") == []


async def test_sealed_matter_opens_by_name_after_a_warning_only(ada_at_3: Person) -> None:
    # S29, T11
    assert "kills" not in await ada_at_3.hears("What does Captain Brannoc do in the introduction?")
    assert len(await ada_at_3.is_asked("/sealed Introduction")) == 2
    assert "kills" in await ada_at_3.hears("1")
    assert await ada_at_3.hears("/sealed Afterword") == to_plain(replies.SEALED_NONE)


async def test_at_the_very_start_there_is_nothing_to_answer_from(ada: Person) -> None:
    await ada.says("/at start")
    assert await ada.hears("Who is Oda?") == replies.NOT_BEGUN


@pytest.mark.parametrize("argument", ["", "short", "medium", "long", "short since ch 2", "since ch 2"])
async def test_the_story_so_far_ends_at_the_place(ada_at_3: Person, argument: str) -> None:
    # S31: told from digests of the prefix, headed by how far it goes.
    shown = await ada_at_3.hears(f"/catchmeup {argument}")
    assert "up to ch. 2 ¶4" in shown
    assert [word for word in UNREAD if word in shown] == []
    assert ("lit the lamp" in shown) <= ("since" not in argument)
    assert "[ch. 2" in shown


async def test_a_recap_ends_at_the_current_place_and_a_question_does_not(ada: Person) -> None:
    # S2: looking back, the story is told to where the reader looks; questions use all that was read.
    await ada.says("/at end of ch 3")
    await ada.says("/at 2")
    await ada.says("3")
    assert "brass key" not in await ada.hears("/catchmeup long")
    assert "up to ch. 3" in await ada.hears("What did the man in the green coat give Oda?")


async def test_a_length_that_does_not_exist_is_refused(ada_at_3: Person) -> None:
    shown = await ada_at_3.says("/catchmeup gigantic")
    assert [message.kind for message in shown] == [Kind.REFUSAL]
