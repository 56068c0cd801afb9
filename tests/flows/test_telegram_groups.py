"""Groups and topics on Telegram, two readers with one file, and canaries over all that was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo_book import build_demo_epub
from bot.markup import to_plain
from bot.replies.refusals import SENTENCES
from storage.errors import NotYourButton
from tests.flows.telegram_talks import Running, running
from tests.leaks.test_demo_canary import FACTS, later_titles, later_words, standing
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import Chat
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK

QUESTION = "Where did Oda find the letter?"
UNREAD = ("Perrin", "Marrow", "Tilde", "Saltgate", "Dunholt", "drowned", "mirrel", "brass key", "Wedding")


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    async with TelegramServer() as server, running(tmp_path / "data", server) as opened:
        yield opened


@pytest.fixture
def room(run: Running) -> Chat:
    return run.server.group("Readers")


async def reader(run: Running, name: str, place: str, chat: Chat | None = None) -> Person:
    """Return a reader of the book at a place, who has it open in a chat too."""
    person = run.server.person(name)
    await run.uploads(person, BOOK, "lamp.epub")
    await run.says(person, place)
    if chat is not None:
        await run.says(person, "/open lamp", chat)
    return person


# ---- who is spoken to ----------------------------------------------------------------------


async def test_in_a_group_only_what_is_said_to_the_bot_is_heard(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    for text in (QUESTION, "hello all", "/where@AnotherBot", "@someone_else where?", "stop"):
        assert await run.says(ada, text, room) == [], text
    assert len(await run.says(ada, "/where", room)) == 1
    assert len(await run.says(ada, "/where@dogearbot", room)) == 1
    (answer,) = await run.says(ada, f"@DogearBot {QUESTION}", room)
    assert "third stone" in answer.text
    (more,) = await run.says(ada, "Who is Captain Brannoc?", room, reply_to=answer)
    assert "Brannoc" in more.text


async def test_an_answer_in_a_group_answers_the_message_that_asked(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    update: dict[str, object] = {}
    (answer,) = await run.after(lambda: update.update(ada.sends("/where", room)), room)
    assert answer.reply_to == update["message"]["message_id"]  # type: ignore[index]


async def test_who_writes_in_the_name_of_a_chat_is_nobody_to_answer(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    assert await run.says(ada, "/where", room, sender_chat=room.json) == []


# ---- masks and labels ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", [f"@DogearBot {QUESTION}", "/where", "/who Captain Brannoc", "/catchmeup", "/cast"]
)
async def test_in_a_group_story_text_lies_under_the_mask_with_the_place_as_its_label_s40_s43(
    run: Running, room: Chat, said: str
) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    posts = await run.says(ada, said, room)
    assert posts
    for post in posts:
        assert post.styled("spoiler")
        open_ = post.unmasked
        for word in ("Brannoc", "Quillon", "letter", "third stone", "Velmarsh", "bell"):
            assert word not in open_
    if said != "/where":
        assert "up to ch. 2 ¶4" in posts[0].unmasked


async def test_anyone_may_take_the_fuller_answer_privately_s40_t29(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    (answer,) = await run.says(ada, f"@DogearBot {QUESTION}", room)
    assert answer.labels[-1] == "Ask privately"
    assert answer.buttons[-1][0]["url"] == "https://t.me/DogearBot?start=private"
    in_room = len(room.posts)
    hello, *_ = await run.says(ada, "/start private")
    assert "You have read up to ch. 2" in "\n".join(post.text for post in ada.private.posts)
    assert hello.chat is ada.private
    assert len(room.posts) == in_room


async def test_code_does_not_part_the_mask(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    (post,) = await run.says(ada, "/library", room)
    assert post.styled("code") == []
    assert post.styled("spoiler") == [post.text]


# ---- topics (S42, T32) ---------------------------------------------------------------------


async def test_topics_of_one_group_are_talks_of_their_own_t32(run: Running) -> None:
    forum = run.server.group("Club", is_forum=True)
    ada = await reader(run, "Ada", "/at 3")
    await run.says(ada, "/open lamp", forum, topic=7)
    (in_seven,) = await run.says(ada, f"@DogearBot {QUESTION}", forum, topic=7)
    assert in_seven.topic == 7
    (in_eight,) = await run.says(ada, "/receipt", forum, topic=8)
    assert in_eight.topic == 8
    assert "stone" not in in_eight.text
    (receipt,) = await run.says(ada, "/receipt", forum, topic=7)
    assert "up to ch. 2" in receipt.text


async def test_a_room_and_a_private_talk_share_no_word_s42_t31(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    await run.says(ada, QUESTION)
    (post,) = await run.says(ada, "/receipt", room)
    assert QUESTION not in post.text


# ---- two readers, one file -----------------------------------------------------------------


async def test_what_one_reader_has_read_reaches_no_other_in_text_masks_or_buttons(
    run: Running, room: Chat
) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    bo = await reader(run, "Bo", "/at end of ch 5", room)
    (late,) = await run.says(bo, "@DogearBot Who drowned in the tide race?", room)
    assert "Perrin Marrow" in late.text
    assert "Perrin" not in late.unmasked
    for said in (
        "@DogearBot What happened in the end?",
        "/receipt",
        "/cast",
        "/who Perrin Marrow",
        "/passage 1",
        "/toc",
    ):
        for post in await run.says(ada, said, room):
            assert [word for word in UNREAD if word in post.text + "".join(post.labels)] == [], said


async def test_a_button_belongs_to_who_was_shown_it_s44_t33(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    bo = await reader(run, "Bo", "/at end of ch 5", room)
    (late,) = await run.says(bo, "@DogearBot Who drowned in the tide race?", room)
    before = len(room.posts)
    query = ada.presses("Passages", late)
    await run.settled()
    assert len(room.posts) == before
    notice = run.server.queries[query]
    assert notice is not None
    assert notice["text"] == to_plain(SENTENCES[NotYourButton](NotYourButton()))
    assert notice["show_alert"]
    assert await run.presses(bo, "Passages", room)


async def test_replying_to_what_another_read_further_on_tells_nothing_s41_t30(
    run: Running, room: Chat
) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    bo = await reader(run, "Bo", "/at end of ch 5", room)
    (late,) = await run.says(bo, "@DogearBot Who drowned in the tide race?", room)
    posts = await run.says(ada, "Explain this to me, please", room, reply_to=late)
    assert [word for word in UNREAD if word in "".join(post.text for post in posts)] == []


async def test_a_stop_of_one_does_not_stop_another(run: Running, room: Chat) -> None:
    ada = await reader(run, "Ada", "/at 3", room)
    bo = await reader(run, "Bo", "/at 3", room)
    before = len(room.posts)
    ada.sends(f"@DogearBot {QUESTION}", room)
    bo.sends("/stop", room)
    await run.settled()
    assert "third stone" in room.posts[before].text


# ---- canaries ------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", [1, 8])
async def test_nothing_past_the_place_was_ever_sent_to_telegram(tmp_path: Path, chapter: int) -> None:
    later = later_words(chapter)
    questions = [q["q"] for q in FACTS["question"] if not standing(later, q["q"])]
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada = server.person("Ada")
        room = server.group("Readers")
        await run.uploads(ada, build_demo_epub(), "rope.epub")
        for said in (
            "/pick",
            f"/at ch {chapter}",
            "/done",
            "/toc",
            "/cast",
            "/places",
            "/where",
            "/catchmeup long",
            "/highlight the rope",
            "/highlight Zorblax",
            "/highlights",
        ):
            await run.says(ada, said)
        for question in questions:
            await run.says(ada, question)
            await run.presses(ada, "Passages")
        for label in ("Set place", "👍", "This spoiled me"):
            await run.presses(ada, label)
        await run.says(ada, "/open rope", room)
        for question in questions[:4]:
            await run.says(ada, f"@DogearBot {question}", room)
        sent = server.all_sent()
    assert standing(later, sent) == []
    assert [title for title in later_titles(chapter) if title in sent] == []
