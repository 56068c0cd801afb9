"""Discord in shared places: answered alone, or behind a mask; never plain (S39, S40)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.discord_adapter import conversations
from storage.reader.buttons import Pressed
from tests.flows.discord_talks import Running, bot_on, reads
from tests.platform_fakes.discord_records import Post
from tests.platform_fakes.discord_server import DiscordServer


@dataclass
class Room(Running):
    """A channel, a thread in it and a post in a forum, of a server that the bot is a member of."""

    channel: str
    thread: str
    topic: str


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot in a server; ada has read two chapters, ben has no book."""
    async with DiscordServer() as server:
        guild = server.guild()
        channel = server.channel(guild)
        forum = server.channel(guild, "one book each", is_forum=True)
        thread, topic = server.thread(guild, channel), server.thread(guild, forum)
        ada, ben = server.person("ada"), server.person("ben")
        async with bot_on(server, tmp_path / "data") as app:
            found = Room(app, server, ada, ben, channel, thread, topic)
            await reads(ada, "/at ch 3")
            yield found
        assert server.violations == []


async def shown(room: Room, channel: str, text: str = "") -> Post:
    """Wait until everybody in a channel is shown `text`; return the message."""

    def find() -> Post | None:
        return next((post for post in reversed(room.server.shown_in(channel)) if text in post.text), None)

    found = await room.server.until(find, f"{text!r} in a channel")
    assert isinstance(found, Post)
    return found


async def test_a_command_in_a_channel_is_answered_to_its_asker_alone_chosen_at_the_deferral_s40(
    room: Room,
) -> None:
    asked = await room.ada.slash("ask", channel=room.channel, question="Who is Captain Brannoc?")
    assert asked.callback == {"type": 5, "data": {"flags": 64}}
    assert "Brannoc" in asked.text
    assert not any(post.is_masked for post in asked.posts)
    assert {post.only_for for post in asked.posts} == {room.ada.id}
    assert room.server.shown_in(room.channel) == []
    passages = await room.ada.presses("Passages", asked.posts[-1])
    assert {post.only_for for post in passages.posts} == {room.ada.id}
    assert room.server.shown_in(room.channel) == []


async def test_in_public_story_text_is_behind_the_mask_and_the_place_is_its_label_s40(room: Room) -> None:
    asked = await room.ada.slash("ask", channel=room.channel, question="Who is Captain Brannoc?", public=True)
    (post,) = asked.posts
    assert post.only_for == ""
    label, *rest = post.text.split("\n")
    assert label == r"**The Lamp \*and\* the Rope** · up to ch. 2 ¶4"
    told = [line for line in rest if line]
    assert told
    assert all(line.startswith("||") and line.endswith("||") and line.count("||") == 2 for line in told)


async def test_a_button_belongs_to_its_asker_s44_t33(room: Room) -> None:
    asked = await room.ada.slash("ask", channel=room.channel, question="Who is Captain Brannoc?", public=True)
    no = await room.ben.presses("Passages", asked.posts[0])
    assert "another reader" in no.text
    assert no.posts[0].only_for == room.ben.id
    yes = await room.ada.presses("Passages", asked.posts[0])
    assert {post.only_for for post in yes.posts} == {room.ada.id}
    assert "another reader" not in yes.text


async def test_a_mention_is_answered_masked_and_what_is_not_said_to_the_bot_is_not_heard(room: Room) -> None:
    await room.ada.says(room.channel, "Who is Captain Brannoc?")
    await room.ada.says(room.channel, "Who is Captain Brannoc?", to_bot=True)
    post = await shown(room, room.channel, "Brannoc")
    assert post.raw["referenced_message"]["content"].startswith("<@")
    assert post.is_masked
    assert len(room.server.shown_in(room.channel)) == 1
    again = await room.ada.says(room.channel, "Why?", reply_to=post)
    answer = await shown(room, room.channel, "The Lamp")
    assert answer.raw["referenced_message"]["id"] in (again.id, post.raw["referenced_message"]["id"])


async def test_where_it_may_not_read_history_it_answers_without_a_reference(room: Room) -> None:
    room.server.without_history.add(room.channel)
    await room.ada.says(room.channel, "Who is Captain Brannoc?", to_bot=True)
    assert "referenced_message" not in (await shown(room, room.channel, "Brannoc")).raw


async def test_in_a_shared_place_no_label_tells_of_the_story_s39(room: Room) -> None:
    await room.ada.says(room.channel, "", to_bot=True)
    post = await shown(room, room.channel, "You could ask")
    assert post.labels
    assert all(label.isdecimal() for label in post.labels)
    assert post.text.count("||") > 2
    chosen = await room.ada.presses("1", post)
    assert {one.only_for for one in chosen.posts} == {room.ada.id}


async def test_a_reader_without_a_book_is_told_openly_how_to_begin(room: Room) -> None:
    await room.ben.says(room.channel, "Who is Captain Brannoc?", to_bot=True)
    post = await shown(room, room.channel, "Send me the book")
    assert not post.is_masked


async def test_a_thread_and_a_forum_post_are_talks_of_their_own_s42_t32(room: Room) -> None:
    other = room.ada.file("mill.txt", b"Chapter 1\n\nIt rained on the mill, and Petronel slept.\n")
    added = await room.ada.slash("add", file=other, channel=room.thread)
    await room.ada.until_last("Where are you")
    assert {post.only_for for post in added.posts} == {room.ada.id}
    await room.ada.slash("at", place="end", channel=room.thread)
    opened = await room.ada.slash("open", book="The Lamp", channel=room.topic)
    assert "The Lamp" in opened.text
    assert "mill" in (await room.ada.slash("where", channel=room.thread)).text
    assert "The Lamp" in (await room.ada.slash("where", channel=room.topic)).text
    await room.ada.says(room.topic, "/open The Lamp", to_bot=True)
    await room.ada.says(room.topic, "Who is Captain Brannoc?", to_bot=True)
    assert (await shown(room, room.topic, "Brannoc")).is_masked


async def test_what_was_said_alone_does_not_feed_the_room_s42_t31(room: Room) -> None:
    await room.ada.slash("ask", channel=room.channel, question="Who is Captain Brannoc?")
    receipt = await room.ada.slash("receipt", channel=room.channel)
    assert "Brannoc" in receipt.text
    await room.ada.says(room.channel, "/receipt", to_bot=True)
    post = await shown(room, room.channel)
    assert "Brannoc" not in post.text


async def test_somebody_elses_command_in_the_same_channel_does_not_wait(room: Room) -> None:
    await reads(room.ben, "/at ch 2")
    first = await room.ada.begins("ask", channel=room.channel, question="Who is Captain Brannoc?")
    second = await room.ben.begins("ask", channel=room.channel, question="Who is Captain Brannoc?")
    for asked in (first, second):
        await asked.person.is_answered(asked)
    assert "ch. 2 ¶4" in first.text
    assert "ch. 1 ¶4" in second.text


async def test_when_the_token_has_run_out_an_answer_for_one_goes_to_that_one(room: Room) -> None:
    room.server.token_seconds = 0.0
    before = len(room.ada.seen)
    await room.ada.begins("where", channel=room.channel)
    await room.server.until(lambda: len([p for p in room.ada.seen if not p.is_loading]) > before, "an answer")
    assert "using:" in room.ada.seen[-1].text
    assert room.ada.seen[-1].channel_id == room.ada.dm_channel
    assert room.server.shown_in(room.channel) == []


async def test_when_the_token_has_run_out_a_public_answer_goes_to_the_channel_masked(room: Room) -> None:
    room.server.token_seconds = 0.0
    await room.ada.begins("ask", channel=room.channel, question="Who is Captain Brannoc?", public=True)
    post = await shown(room, room.channel, "Brannoc")
    assert post.is_masked


async def test_work_that_ends_when_nobody_waits_is_told_to_its_reader_alone_s40(room: Room) -> None:
    from bot.messages import Conversation, IncomingMessage

    place = Conversation("discord", room.channel, f"~{room.ada.id}")
    message = IncomingMessage(place, room.ada.id, "/where")
    await room.app.companion.reader_id("discord", room.ada.id)
    await room.app.outlets.show(message, room.app.companion.handle(message))
    assert room.ada.seen[-1].channel_id == room.ada.dm_channel
    assert room.server.shown_in(room.channel) == []


async def test_installed_by_one_reader_it_answers_that_one_in_a_group_and_in_any_server_s40(
    room: Room,
) -> None:
    group = room.server.group(room.ada, room.ben)
    elsewhere = room.server.channel(room.server.guild("Elsewhere", is_member=False))
    for channel in (group, elsewhere):
        asked = await room.ada.slash("ask", channel=channel, question="Who is Captain Brannoc?")
        assert "Brannoc" in asked.text
        assert {post.only_for for post in asked.posts} == {room.ada.id}
        public = await room.ada.slash("ask", channel=channel, question="Who is Oda Quillon?", public=True)
        assert public.posts[0].is_masked


async def test_a_button_is_deferred_in_time_when_what_it_says_is_slow_to_find(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await room.ada.slash("ask", channel=room.channel, question="Who is Captain Brannoc?")
    buttons = room.app.storage.buttons
    deferred = asyncio.Event()
    press = buttons.press

    async def slow(*what: str) -> Pressed:
        await deferred.wait()
        return await press(*what)

    monkeypatch.setattr(buttons, "press", slow)
    monkeypatch.setattr(conversations, "_LOOK_UP_SECONDS", 0.01)
    touched = await room.ada.touches("Passages", asked.posts[-1])
    await room.server.until(lambda: touched.callback, "a first answer")
    assert touched.callback == {"type": 6}
    deferred.set()
    assert (await room.ada.is_answered(touched)).labels


async def test_an_answer_that_spoiled_is_hidden_where_it_stands_s52_t54(room: Room) -> None:
    for public in (True, False):
        asked = await room.ada.slash(
            "ask", channel=room.channel, question="Who is Captain Brannoc?", public=public
        )
        post = asked.posts[-1]
        await room.ada.presses("This spoiled me", post)
        assert "Brannoc" not in post.text
        assert "Passages" not in post.labels


async def test_a_page_of_chapters_asked_for_alone_does_not_get_into_the_room_s40(room: Room) -> None:
    long = "\n\n".join(f"# Chapter {n}: The Weir {n}\n\nIt rained on Petronel." for n in range(1, 31))
    await room.ada.slash("add", file=room.ada.file("weir.md", long.encode()), channel=room.channel)
    await room.ada.until_last("Where are you")
    await room.ada.says(room.channel, "/open weir", to_bot=True)
    await shown(room, room.channel, "Where are you")
    await room.ada.says(room.channel, "/pick", to_bot=True)
    picker = await room.server.until(
        lambda: next((p for p in room.server.shown_in(room.channel) if "Later ›" in p.labels), None),
        "a picker",
    )
    before = picker.text
    later = await room.ada.presses("Later ›", picker)
    assert picker.text == before
    assert {post.only_for for post in later.posts} == {room.ada.id}
    assert "‹ Earlier" in later.labels


async def test_a_book_is_removed_where_only_commands_are_heard(room: Room) -> None:
    asked = await room.ada.slash("remove", channel=room.channel, book="The Lamp")
    assert "`remove`" in asked.text
    gone = await room.ada.slash("ask", channel=room.channel, question="remove")
    assert "is removed" in gone.text
    assert room.server.shown_in(room.channel) == []


async def test_the_bot_asks_for_no_privileged_intent(room: Room) -> None:
    (identify,) = room.server.identifies
    assert identify["intents"] == 1 << 0 | 1 << 9 | 1 << 12
