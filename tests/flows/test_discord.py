"""Direct messages on Discord: from a file to an answer, over the real library and real sockets."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.limits import SECONDS_BETWEEN_EDITS
from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from tests.flows.discord_talks import Running, bot_on, reads
from tests.platform_fakes.discord_server import DiscordServer
from tests.talking import BOOK


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    """A bot, and two people who have not yet spoken to it; nothing that it sends is refused."""
    async with DiscordServer() as server:
        ada, ben = server.person("ada"), server.person("ben")
        async with bot_on(server, tmp_path / "data") as app:
            yield Running(app, server, ada, ben)
        assert server.violations == []


async def test_first_contact_is_a_book_a_place_and_a_question(run: Running) -> None:
    ada = run.ada
    await ada.dm("hello")
    await ada.sees("Send me the book")
    await ada.uploads("lamp.epub", BOOK)
    asked = await ada.sees("Where are you in it?")
    assert asked.labels == ["I have not begun", "Pick a chapter", "Paste the last line", "I finished it"]
    await ada.dm("ch 3")
    await ada.sees("using: up to the end of ch. 2")
    await ada.dm("Who is Captain Brannoc?")
    answer = await ada.sees("Passages:")
    assert answer.text.startswith(r"**The Lamp \*and\* the Rope** · up to ch. 2 ¶4")
    assert answer.labels[0] == "Passages"
    assert {"Next", "Set place", "👍", "👎", "This spoiled me"} <= set(answer.labels)
    assert not answer.is_masked
    opened = await ada.presses("Passages")
    assert opened.text
    (first, *_) = opened.labels
    passage = await ada.presses(first)
    assert "> " in passage.text


async def test_the_state_of_reading_is_one_message_edited_in_place_and_tells_no_story_s34(
    run: Running,
) -> None:
    await run.ada.uploads("lamp.epub", BOOK)
    await run.ada.sees("Where are you in it?")
    status = next(post for post in run.ada.seen if "is read:" in post.text)
    assert [post for post in run.ada.seen if "Reading the book" in post.text] == []
    for version in status.versions:
        assert not re.search(r"Oda|Brannoc|Perrin|Quillon|Wedding|Ferry|Drowned", version)


async def test_a_book_is_removed_by_a_typed_word_and_what_went_is_counted(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    await run.ada.slash("remove")
    await run.ada.sees("Type remove to do it")
    await run.ada.dm("remove")
    gone = await run.ada.sees("is removed:")
    assert re.search(r"\d+ sections, \d+ passages", gone.text)
    await run.ada.dm("Who is Captain Brannoc?")
    await run.ada.until_last("Send me the book")


async def test_what_cannot_be_a_book_is_refused_before_a_byte_is_fetched(run: Running) -> None:
    await run.ada.uploads("holiday.png", b"\x89PNG")
    refused = await run.ada.sees("not a book I can read")
    assert "EPUB" in refused.text
    await run.ada.uploads("huge.pdf", b"%PDF-", size=600 * 2**20)
    await run.ada.sees("too large")
    assert [request for request in run.server.requests if request.path.startswith("/attachments")] == []


async def test_a_file_that_does_not_get_here_is_said_to_have_not(run: Running) -> None:
    file = run.ada.file("lamp.epub", BOOK)
    file["url"] = file["url"].replace("/attachments/", "/attachments/gone")
    await run.ada.dm("", file)
    await run.ada.sees("Please send it again")


async def test_a_book_is_added_by_a_command_with_a_file(run: Running) -> None:
    added = await run.ada.slash("add", file=run.ada.file("lamp.epub", BOOK))
    await run.ada.sees("Where are you in it?")
    assert "is read:" in added.text


async def test_the_last_line_is_pasted_into_a_form(run: Running) -> None:
    await reads(run.ada)
    opened = await run.ada.presses("Paste the last line")
    assert opened.modal is not None
    filled = await run.ada.fills(opened, line="He gave her a brass key and told her that it opened nothing")
    assert "using: up to ch. 3 ¶2" in filled.text.replace("\\", "")
    opened = await run.ada.slash("at")
    assert opened.modal is not None
    filled = await run.ada.fills(opened, line="ch 2")
    assert "That is before your place" in filled.text


async def test_chapters_are_picked_from_a_menu_and_later_titles_are_bare_numbers_s27(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    picked = await run.ada.slash("at", place="ch 4")
    assert "using: up to the end of ch. 3" in picked.text
    await run.ada.dm("Who is Oda Quillon?")
    await run.ada.sees("Passages:")
    offered = await run.ada.presses("Set place")
    assert any("The Ferry" in label for label in offered.labels)
    assert not re.search("Green|Drowned|Wedding", " ".join(offered.labels))
    moved = await run.ada.presses(offered.labels[4])
    assert "using:" in moved.text


async def test_ask_about_this_takes_a_message_and_answers_from_what_is_read(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    said = await run.ada.dm("A skarn is a flat boat that no wind can turn over")
    await run.ada.sees("Passages:")
    form = await run.ada.uses_on("Ask about this", said)
    answered = await run.ada.fills(form, question="What is a skarn?")
    assert "skarn" in answered.text
    form = await run.ada.uses_on("Ask about this", said)
    assert (await run.ada.fills(form)).text  # "Explain this"


async def test_a_line_from_further_on_is_not_explained_wherever_it_was_said_s41_t30(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    later = await run.ben.dm(
        "Perrin Marrow drowned in the tide race below Dunholt with the lamp still burning"
    )
    form = await run.ada.uses_on("Ask about this", later)
    answered = await run.ada.fills(form, question="What does this mean?")
    assert "drowned" not in answered.text
    assert "Dunholt" not in answered.text


async def test_save_highlight_keeps_the_line_of_a_message_with_a_note(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    said = await run.ada.dm("A skarn is a flat boat that no wind can turn over")
    await run.ada.sees("Passages:")
    form = await run.ada.uses_on("Save highlight", said)
    kept = await run.ada.fills(form, note="no wind?")
    assert "Highlighted" in kept.text
    listed = await run.ada.slash("highlights")
    assert "> A skarn is a flat boat that no wind can turn over" in listed.text
    assert "no wind?" in listed.text
    later = await run.ben.dm("Perrin Marrow drowned in the tide race below Dunholt")
    form = await run.ada.uses_on("Save highlight", later)
    offered = await run.ada.fills(form)
    assert "from further on" in offered.text
    assert "drowned" not in (await run.ada.slash("highlights")).text
    pasted = await run.ada.slash("highlight", line="Captain Brannoc asked her nothing at all")
    assert "ch. 2 ¶3" in pasted.text


async def test_a_reply_to_a_quotation_asks_about_that_passage(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    await run.ada.dm("Who is Captain Brannoc?")
    answer = await run.ada.sees("Passages:")
    before = len(run.ada.seen)
    await run.ada.dm("Why?", reply_to=answer)
    await run.server.until(lambda: len(run.ada.seen) > before, "an answer to a reply")
    assert "The Lamp" in run.ada.seen[-1].text


async def test_a_forwarded_passage_is_asked_about_as_far_as_it_is_read_s41(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    read = await run.ben.dm(
        "A skarn is a flat boat that no wind can turn over, and the captain had built nine of them."
    )
    await run.ada.forwards(read)
    told = await run.ada.sees("Passages:")
    assert "skarn" in told.text
    later = await run.ben.dm(
        "Perrin Marrow drowned in the tide race below Dunholt with the lamp still burning"
    )
    before = len(run.ada.seen)
    await run.ada.forwards(later)
    await run.server.until(lambda: len(run.ada.seen) > before, "an answer")
    await run.ada.slash("where")
    assert not any("Dunholt" in post.text for post in run.ada.seen)


async def test_commands_are_registered_for_servers_and_readers_with_plain_descriptions(run: Running) -> None:
    slashes = [command for command in run.server.commands if command["type"] == 1]
    names = {command["name"] for command in slashes}
    assert {
        "ask",
        "at",
        "where",
        "who",
        "add",
        "library",
        "open",
        "read",
        "remove",
        "help",
        "stop",
        "link",
    } <= names
    assert not names & {"quit", "doctor", "move", "pick", "feedback"}
    on_messages = [command["name"] for command in run.server.commands if command["type"] == 3]
    assert on_messages == ["Ask about this", "Save highlight"]
    for command in run.server.commands:
        assert command["integration_types"] == [0, 1]
        assert command["contexts"] == [0, 1, 2]
    assert not any("`" in command["description"] for command in slashes)


async def test_every_command_without_arguments_is_answered(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    for command in run.server.commands:
        needs = [option for option in command.get("options") or [] if option.get("required")]
        if command["type"] == 1 and not needs and command["name"] != "remove":
            answered = await run.ada.slash(command["name"])
            assert answered.text or answered.modal, command["name"]


async def test_only_names_that_this_reader_has_read_are_offered_t43(run: Running) -> None:
    await reads(run.ada, "/at end")
    await reads(run.ben, "/at ch 3")
    assert await run.ada.types("who", "name", "Pe") == ["Perrin Marrow"]
    assert await run.ben.types("who", "name", "Pe") == []
    assert "Oda Quillon" in await run.ben.types("who", "name", "O")
    assert await run.ben.types("define", "word", "mir") == []
    assert await run.ben.types("open", "book", "The") == ["The Lamp *and* the Rope"]
    assert await run.server.person("eve").types("who", "name", "O") == []


async def test_two_readers_of_one_file_are_each_answered_to_their_own_place(run: Running) -> None:
    await reads(run.ada, "/at end")
    await reads(run.ben, "/at ch 3")
    told = await run.ada.slash("who", name="Perrin Marrow")
    assert "Perrin Marrow" in told.text
    future = await run.ben.slash("who", name="Perrin Marrow")
    nonsense = await run.ben.slash("who", name="Zorblax")
    assert future.text == nonsense.text  # T7
    assert "Perrin" not in future.text


async def test_stop_ends_the_answer_in_hand_and_what_waits(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    async with run.app.companion._turn(  # the conversation is busy: what is asked now waits
        IncomingMessage(Conversation("discord", run.ada.dm_channel), run.ada.id, "")
    ):
        await run.ada.dm("Who is Captain Brannoc?")
        await run.ada.dm("Who is Oda Quillon?")
        await run.ada.dm("stop")
        await run.ada.sees("Stopped.")
    await run.ada.dm("/where")
    await run.ada.sees("using:")
    assert not any("Passages:" in post.text for post in run.ada.seen)


async def test_what_is_said_in_one_talk_is_answered_in_its_order(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    before = len(run.ada.seen)
    for line in ("/where", "/toc", "/library"):
        await run.ada.dm(line)
    await run.server.until(lambda: len(run.ada.seen) >= before + 3, "three answers")
    where, toc, library = (post.text for post in run.ada.seen[before:])
    assert "using:" in where
    assert "Chapter 1" in toc
    assert "← open" in library


async def test_an_answer_grows_by_edits_no_faster_than_one_a_second(run: Running) -> None:
    async def growing() -> AsyncIterator[OutgoingMessage]:
        text = "Head"
        for number in range(12):
            text += f" word{number}."
            yield OutgoingMessage(text, Kind.ANSWER, slot="a", final=False)
            await asyncio.sleep(SECONDS_BETWEEN_EDITS / 5)
        yield OutgoingMessage(text + " End.", Kind.ANSWER, slot="a")

    place = Conversation("discord", run.ada.dm_channel)
    await run.app.outlets.show(IncomingMessage(place, run.ada.id, ""), growing())  # type: ignore[arg-type]
    (post,) = run.ada.seen
    assert post.text.endswith("word11. End.")
    sent = [one.at_seconds for one in run.server.requests if "/messages" in one.path]
    assert 2 <= len(sent) <= 5
    # The last may follow at once: it has to arrive. The bot itself makes the gap, so no machine is too slow.
    gaps = [later - sooner for sooner, later in itertools.pairwise(sent)]
    assert all(gap > SECONDS_BETWEEN_EDITS / 2 for gap in gaps[:-1])


async def test_a_long_answer_is_pieces_and_a_longer_one_a_file(run: Running) -> None:
    async def saying(text: str) -> AsyncIterator[OutgoingMessage]:
        yield OutgoingMessage(text)

    message = IncomingMessage(Conversation("discord", run.ada.dm_channel), run.ada.id, "")
    sentence = "It *rained* again on the [mill] and nobody_came to it. "
    await run.app.outlets.show(message, saying(sentence * 60))  # type: ignore[arg-type]
    assert len(run.ada.seen) == 2
    assert all(len(post.text) <= 2000 for post in run.ada.seen)
    await run.app.outlets.show(message, saying(sentence * 400))  # type: ignore[arg-type]
    assert [name for post in run.ada.seen for name, _ in post.files] == ["answer.txt"]
    assert run.ada.seen[-1].files[0][1].decode().startswith("It rained again on the [mill]")


async def test_who_has_blocked_the_bot_is_left_alone_and_others_are_answered(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    await reads(run.ben, "/at ch 3")
    run.ada.has_blocked = True
    await run.ada.dm("Who is Captain Brannoc?")
    await run.ben.dm("Who is Captain Brannoc?")
    await run.ben.sees("Passages:")
    await run.server.until(
        lambda: any("/messages" in one.path and run.ada.dm_channel in one.path for one in run.server.requests)
    )


async def test_a_rate_limit_is_waited_for_and_the_answer_arrives(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    run.server.limited.append((f"/channels/{run.ada.dm_channel}/messages", 0.2))
    await run.ada.dm("/toc")
    await run.ada.until_last("Chapter 1")
    asked = [one.at_seconds for one in run.server.requests if one.path.endswith("/messages")]
    assert asked[-1] - asked[-2] >= 0.2  # the wait that was asked for


async def test_a_long_work_shows_that_somebody_types(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    async with run.app.companion._turn(
        IncomingMessage(Conversation("discord", run.ada.dm_channel), run.ada.id, "")
    ):
        typed = len(run.server.typed)
        await run.ada.dm("Who is Captain Brannoc?")
        await run.server.until(lambda: len(run.server.typed) > typed, "typing")
    await run.ada.sees("Passages:")


async def test_a_server_that_tells_nothing_back_of_a_first_answer_is_no_hindrance(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    run.server.answers_bare = True
    asked = await run.ada.slash("ask", question="Who is Captain Brannoc?")
    assert "Brannoc" in asked.text
    assert (await run.ada.presses("Passages")).labels
    assert (await run.ada.slash("at")).modal is not None
    post = next(one for one in run.ada.seen if "Passages" in one.labels)
    assert "another reader" in (await run.ben.presses("Passages", post)).text


async def test_a_message_of_a_bot_is_not_answered(run: Running) -> None:
    robot = run.server.person("robot")
    user = robot.user | {"bot": True}
    post = run.server._post(robot.dm_channel, {"content": "hello"}, author=user)
    await run.server.dispatch("MESSAGE_CREATE", post.raw, guild_id=None, intent=1 << 12)
    await run.ben.dm("hello")
    await run.ben.sees("Send me the book")
    assert robot.seen == []


async def test_an_answer_of_old_is_of_one_reader_on_two_accounts_after_a_link(run: Running) -> None:
    await reads(run.ada, "/at ch 3")
    code = re.search(r"[A-Z0-9]{8}", (await run.ada.slash("link")).text)
    assert code is not None
    await run.ben.slash("link", name=code[0])
    assert "Quillon" in (await run.ben.slash("who", name="Oda Quillon")).text


def test_a_config_without_a_token_has_no_bot() -> None:
    from bot.bots import has_bots
    from bot.config import load_config

    config, _ = load_config({})
    assert not has_bots(config)
    assert has_bots(replace(config, discord=replace(config.discord, token="x")))
