"""A reader on Telegram, from the first word to the last: real library, real HTTP, a strict server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot import replies
from bot.commands import commands_on
from bot.companion.scene import Messages
from bot.markup import to_plain
from bot.messages import Button, Conversation, IncomingMessage, Kind, OutgoingMessage
from bot.telegram_adapter.rates import Rates
from tests.books import Chapter, epub
from tests.fakes import model_service
from tests.flows.telegram_talks import Running, reader_of_two_chapters, running, shown
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, TITLE

QUESTION = "Where did Oda find the letter?"
UNREAD = ("Perrin", "Marrow", "Tilde", "Saltgate", "Dunholt", "drowned", "mirrel", "brass key", "Wedding")


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as opened:
        yield opened


@pytest.fixture
async def run(tmp_path: Path, server: TelegramServer) -> AsyncIterator[Running]:
    async with running(tmp_path / "data", server) as opened:
        yield opened


@pytest.fixture
async def ada(run: Running) -> Person:
    return await reader_of_two_chapters(run)


# ---- first contact -------------------------------------------------------------------------


async def test_three_messages_lead_to_the_first_answer(run: Running) -> None:
    person = run.server.person("Ada")
    (hello,) = await run.says(person, "/start")
    assert hello.text == to_plain(replies.SEND_ME_A_BOOK)
    read, where = await run.uploads(person, BOOK, "lamp.epub")
    assert "is read" in read.text
    assert "Where are you in it?" in where.text
    assert where.labels == ["I have not begun", "Pick a chapter", "Paste the last line", "I finished it"]
    (picker,) = await run.presses(person, "Pick a chapter")
    assert picker.labels == ["ch. 1", "ch. 2", "ch. 3", "ch. 4", "ch. 5"]  # S27: no title is told
    (there,) = await run.presses(person, "ch. 3")
    assert "using: up to the end of ch. 2" in there.text
    (answer,) = await run.says(person, QUESTION)
    assert "third stone of the bridge" in answer.text
    assert answer.text.startswith(f"{TITLE} · up to ch. 2 ¶4\n")


async def test_the_command_menu_is_that_of_the_registry(run: Running) -> None:
    names = [entry["command"] for entry in run.server.menu]
    assert names == [command.name for command in commands_on("telegram")]
    assert not {"doctor", "quit", "move", "feedback"} & set(names)


async def test_a_last_line_may_be_pasted(run: Running) -> None:
    person = run.server.person("Ada")
    await run.uploads(person, BOOK, "lamp.epub")
    (asked,) = await run.presses(person, "Paste the last line")
    assert asked.text == replies.PASTE_A_LINE
    (there,) = await run.says(person, "Captain Brannoc asked her nothing at all, which was his way")
    assert "ch. 2 ¶3" in there.text


async def test_a_bare_number_is_a_chapter_and_no_choice_of_a_list_that_has_no_numbers(run: Running) -> None:
    person = run.server.person("Ada")
    await run.uploads(person, BOOK, "lamp.epub")
    await run.presses(person, "Pick a chapter")
    (there,) = await run.says(person, "2")
    assert "using: up to the end of ch. 1" in there.text


async def test_a_long_book_is_picked_from_a_page_at_a_time_in_one_message(run: Running) -> None:
    chapters = tuple(
        Chapter(f"Chapter {n}: Secret {n}", (f"Day {n} was long and grey.",)) for n in range(1, 31)
    )
    person = run.server.person("Ada")
    await run.uploads(person, epub(chapters, title="Long", author="A"), "long.epub")
    (picker,) = await run.presses(person, "Pick a chapter")
    assert picker.labels[-1] == "Later ›"
    assert await run.presses(person, "Later ›") == []
    assert picker.labels[0] == "ch. 13"
    assert picker.labels[-2:] == ["‹ Earlier", "Later ›"]
    assert "Secret" not in "".join(picker.labels)
    (there,) = await run.presses(person, "ch. 20")
    assert "ch. 19" in there.text


# ---- answers -------------------------------------------------------------------------------


async def test_under_an_answer_are_its_buttons_and_passages_open(run: Running, ada: Person) -> None:
    (answer,) = await run.says(ada, QUESTION)
    assert answer.labels == [
        "Passages",
        "Finished ch. 3",
        "Next",
        "Set place",
        "👍",
        "👎",
        "This spoiled me",
    ]
    (listed,) = await run.presses(ada, "Passages")
    assert "ch. 2 ¶1" in listed.text
    (passage,) = await run.presses(ada, "1")
    assert passage.styled("blockquote")
    assert "Oda Quillon" in passage.text


async def test_finished_moves_to_the_chapter_it_names(run: Running, ada: Person) -> None:
    await run.says(ada, QUESTION)
    (there,) = await run.presses(ada, "Finished ch. 3")
    assert "up to ch. 3" in there.text


async def test_an_answer_of_a_model_grows_by_edits_and_never_shrinks(
    tmp_path: Path, server: TelegramServer
) -> None:
    sentences = [
        "Oda Quillon lit the lamp above the harbour steps before anyone else in Velmarsh was awake [1].",
        "Captain Brannoc set down his basket of nets beside her [2].",
    ]
    async with (
        model_service(*[" ".join(sentences)] * 8, pause=0.1) as service,
        running(
            tmp_path / "data", server, service.base_url, {"notes": False, "digest_chars_a_turn": 0}
        ) as run,
    ):
        person = server.person("Ada")
        await run.uploads(person, BOOK, "lamp.epub")
        await run.presses(person, "Yes, use it")
        await run.says(person, "/at 3")
        (answer,) = await run.says(person, "Who lit the lamp and what did the captain do?")
    assert answer.labels
    assert len(answer.texts) > 1
    for before, after in pairwise(answer.texts):
        assert after.startswith(before)
    assert run.server.made("sendChatAction")


async def test_a_thumb_is_taken(run: Running, ada: Person) -> None:
    await run.says(ada, QUESTION)
    (thanks,) = await run.presses(ada, "👍")
    assert thanks.text == replies.THANKS


async def test_this_spoiled_me_hides_the_answer_and_keeps_its_receipt_t54(run: Running, ada: Person) -> None:
    (answer,) = await run.says(ada, QUESTION)
    assert await run.presses(ada, "This spoiled me") == []
    assert answer.text.startswith("Hidden.")
    assert "stone" not in answer.text
    assert answer.labels == ["Set my place", "What it used"]
    (report,) = await run.app.storage.feedback.list_reports()
    assert "third stone" in str(report.receipt["answer"])
    (used,) = await run.presses(ada, "What it used")
    assert "Text used: up to ch. 2 ¶4" in used.text


async def test_this_spoiled_me_hides_every_piece_of_a_long_answer_also_after_a_restart_t54(
    tmp_path: Path, server: TelegramServer
) -> None:
    person = server.person("Ada")
    long = "It rained on the grey harbour, and nobody came down to the steps that morning. " * 60
    chapters = tuple(Chapter(f"Chapter {n}", (f"Day {n}. {long}",)) for n in range(1, 3))
    async with running(tmp_path / "data", server) as run:
        await run.uploads(person, epub(chapters, title="Rain", author="A"), "rain.epub")
        await run.says(person, "/at end")
        surface = run.bot._talks._surface(Conversation("telegram", str(person.private.id)))
        heard = IncomingMessage(Conversation("telegram", str(person.private.id)), str(person.id), "?")
        before = len(person.private.posts)
        await run.says(person, "Who came down to the steps that morning?")
        turn = person.private.last
        spoiled = next(b for row in turn.buttons for b in row if b["text"] == "This spoiled me")
        pressed = await run.app.storage.buttons.press(spoiled["callback_data"], "telegram", str(person.id))

        async def told() -> Messages:
            yield OutgoingMessage(long * 2, Kind.ANSWER, (Button("This spoiled me", pressed.action),))

        before = len(person.private.posts)
        await run.bot._talks._present(surface, heard, told())
    pieces = person.private.posts[before:]
    assert len(pieces) == 3
    async with running(tmp_path / "data", server) as run:
        await run.presses(person, "This spoiled me")
    assert [piece.text for piece in pieces[:2]] == ["…", "…"]
    assert "Hidden" in pieces[2].text


async def test_replying_to_a_quote_asks_about_that_passage(run: Running, ada: Person) -> None:
    await run.says(ada, QUESTION)
    await run.presses(ada, "Passages")
    (passage,) = await run.presses(ada, "1")
    (answer,) = await run.says(
        ada, "Why?", reply_to=passage, quote="She read it in the rain, and then she burned it"
    )
    assert "burned it because her brother had asked her to" in answer.text


async def test_a_line_is_kept_by_answering_its_quotation_and_a_later_one_is_offered_as_a_place_s4(
    run: Running, ada: Person
) -> None:
    (answer,) = await run.says(ada, QUESTION)
    line = "Oda Quillon found the letter under the third stone of the bridge"
    (kept,) = await run.says(ada, "/highlight here!", reply_to=answer, quote=line)
    assert kept.styled("blockquote") == [line]
    assert "Your note: here!" in kept.text
    (listed,) = await run.says(ada, "/highlights")
    assert listed.labels == ["Remove 1"]
    (gone,) = await run.presses(ada, "Remove 1")
    assert await run.presses(ada, "Put it back")
    assert gone.text == "The highlight is removed."
    (offered,) = await run.says(ada, "/highlight He gave her a brass key and told her that it opened nothing")
    assert offered.text == replies.LATER_LINE
    assert line in shown(await run.says(ada, "/highlights"))


async def test_an_older_quote_from_past_the_place_is_of_no_use_after_going_back_s37(
    run: Running, ada: Person
) -> None:
    await run.says(ada, "/at end of ch 5")
    (answer,) = await run.says(ada, "Who drowned in the tide race?")
    assert "Perrin Marrow" in answer.text
    await run.says(ada, "/at 3")
    await run.presses(ada, replies.MISTAKE)
    posts = await run.says(ada, "What is this?", reply_to=answer)
    assert [word for word in UNREAD if word in shown(posts)] == []


async def test_a_later_line_that_is_forwarded_gets_an_offer_and_no_word_about_it_s4_t20(
    run: Running, ada: Person
) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Bo", "date": 1}
    line = "Perrin Marrow married Tilde Harrowby at Saltgate on the first dry day of the year."
    (offer,) = await run.says(ada, line, forward_origin=origin)
    assert offer.text == replies.LATER_LINE
    assert offer.labels == ["Yes, I am there", "Leave my place as it is"]


async def test_what_is_longer_than_a_message_comes_in_pieces_and_longer_still_as_a_file(
    run: Running, ada: Person
) -> None:
    words = "Wenna walked to the ferry and back again before the bell rang twice over the grey water. "
    chapters = tuple(Chapter(f"Chapter {n}: Of the ferry", tuple([words * 4] * 6)) for n in range(1, 40))
    await run.uploads(ada, epub(chapters, title="Long", author="A"), "long.epub")
    await run.presses(ada, "I finished it")
    await run.says(ada, "/at end of ch 39")
    contents = epub(
        tuple(Chapter(f"Chapter {n}: {'word ' * 30}", ("It rained.",)) for n in range(1, 120)),
        title="L",
        author="A",
    )
    await run.uploads(ada, contents, "contents.epub")
    await run.presses(ada, "I finished it")
    posts = await run.says(ada, "/toc")
    assert posts[-1].document is not None
    name, data = posts[-1].document
    assert name == "answer.txt"
    assert data.decode().count("word") == 119 * 30


# ---- order, stopping, duplicates -----------------------------------------------------------


async def test_answers_come_in_the_order_of_the_questions(run: Running, ada: Person) -> None:
    before = len(ada.private.posts)
    questions = [QUESTION, "/where", "Who is Captain Brannoc?", "/toc", "What is a skarn?"]
    for question in questions:
        ada.sends(question)
    await run.settled()
    texts = [post.text for post in ada.private.posts[before:]]
    assert len(texts) == len(questions)
    assert "third stone" in texts[0]
    assert "using:" in texts[1]
    assert "Chapter 1: The Lamp" in texts[3]
    assert "skarn" in texts[4]


async def test_stop_ends_the_answer_in_hand_and_what_waits(run: Running, ada: Person) -> None:
    begun = asyncio.Event()
    never = asyncio.Event()

    async def handle(message: object) -> object:
        begun.set()
        await never.wait()
        yield  # pragma: no cover

    usual = type(run.app.companion).handle
    run.app.companion.handle = handle  # type: ignore[method-assign,assignment]
    before = len(ada.private.posts)
    ada.sends(QUESTION)
    ada.sends(QUESTION)
    await asyncio.wait_for(begun.wait(), 20)
    ada.sends("Stop.")
    await run.settled()
    assert [post.text for post in ada.private.posts[before:]] == [replies.STOPPED]
    run.app.companion.handle = usual.__get__(run.app.companion)  # type: ignore[method-assign]
    (idle,) = await run.says(ada, "stop")
    assert idle.text == replies.NOTHING_TO_STOP


async def test_an_update_that_comes_twice_is_answered_once(run: Running, ada: Person) -> None:
    update = ada.sends("/where")
    await run.settled()
    before = len(ada.private.posts)
    run.server.repeat(update)
    await run.settled()
    assert len(ada.private.posts) == before


async def test_an_edit_of_the_last_message_is_a_new_question_and_of_an_older_one_not(
    run: Running, ada: Person
) -> None:
    older = ada.sends("/where")
    await run.settled()
    last = ada.sends("Who is Zorblax?")
    await run.settled()
    (answer,) = await run.after(lambda: ada.edits(last, QUESTION), ada.private)
    assert "third stone" in answer.text
    assert await run.after(lambda: ada.edits(older, QUESTION), ada.private) == []


async def test_many_talks_go_on_at_once(run: Running) -> None:
    people = [run.server.person(f"P{n}") for n in range(12)]
    for person in people:
        person.uploads(BOOK, "lamp.epub")
        person.sends("/at 3")
        person.sends(QUESTION)
    await run.settled()
    assert all("third stone" in person.private.last.text for person in people)


# ---- what goes wrong -----------------------------------------------------------------------


async def test_a_flood_is_waited_out_and_nothing_is_lost(run: Running, ada: Person) -> None:
    run.server.flood("sendMessage", seconds=1, times=2)
    (answer,) = await run.says(ada, QUESTION)
    assert "third stone" in answer.text
    sends = run.server.made("sendMessage")[-3:]
    assert [call.status for call in sends] == [429, 429, 200]
    assert all(after.at - before.at >= 1 for before, after in pairwise(sends))


async def test_a_flood_in_one_chat_holds_no_other_chat(run: Running, ada: Person) -> None:
    bo = run.server.person("Bo")
    await run.says(bo, "/start")
    run.server.flood("sendMessage", seconds=2)
    ada.sends("/where")
    await run.server.until(lambda: any(c.status == 429 for c in run.server.made("sendMessage")))
    ada_posts = len(ada.private.posts)
    before = len(bo.private.posts)
    bo.sends("/help")
    await run.server.until(lambda: len(bo.private.posts) > before)
    assert len(ada.private.posts) == ada_posts
    await run.settled()
    assert len(ada.private.posts) == ada_posts + 1


async def test_who_blocks_the_bot_is_not_written_to_again(run: Running, ada: Person) -> None:
    ada.sends(QUESTION)
    ada.blocks()
    await run.settled()
    refused = [call for call in run.server.made("sendMessage", "editMessageText") if call.status == 403]
    assert len(refused) <= 1
    bo = run.server.person("Bo")
    assert await run.says(bo, "/start")  # everybody else goes on


async def test_a_message_that_was_deleted_is_posted_anew(run: Running, ada: Person) -> None:
    (answer,) = await run.says(ada, QUESTION)
    ada.presses("This spoiled me")
    ada.private.posts.remove(answer)
    await run.settled()
    assert ada.private.last.text.startswith("Hidden.")


async def test_a_failure_of_the_network_is_tried_again(run: Running, ada: Person) -> None:
    run.server.refuse("sendMessage", 502, "Bad Gateway")
    (answer,) = await run.says(ada, "/where")
    assert "using:" in answer.text


async def test_a_forged_or_old_button_is_answered_politely(run: Running, ada: Person) -> None:
    (answer,) = await run.says(ada, QUESTION)
    query = ada.presses_data("no-such-token", answer)
    await run.settled()
    notice = run.server.queries[query]
    assert notice is not None
    assert "out of date" in notice["text"]
    assert notice["show_alert"]


async def test_every_press_is_answered(run: Running, ada: Person) -> None:
    await run.says(ada, QUESTION)
    for label in ("Passages", "👍", "Next", "Set place"):
        ada.presses(label)
    await run.settled()
    assert all(answer is not None for answer in run.server.queries.values())


async def test_what_the_bot_sends_at_once_to_a_group_stays_under_its_rate() -> None:
    # Bots FAQ: no more than 20 messages a minute to one group; the 21st would be the first to wait.
    rates, sent = Rates(), list[int]()

    async def send() -> int:
        sent.append(1)
        return 1

    async def post(chat: int) -> None:
        await rates.process_request(send, (), {}, "sendMessage", {"chat_id": chat}, None)

    for _ in range(20):
        await asyncio.wait_for(post(-100), 5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post(-100), 0.05)
    await asyncio.wait_for(post(-200), 5)
    await asyncio.wait_for(post(7), 5)
    assert len(sent) == 22
