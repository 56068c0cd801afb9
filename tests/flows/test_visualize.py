"""Pictures of people on the platforms: words and price first, then one press; hidden in a room (S39)."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on, reads
from tests.flows.telegram_talks import running
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.portraits import FILE


async def test_on_telegram_a_press_brings_the_picture_with_its_place_and_a_room_gets_it_hidden_s39(
    tmp_path: Path,
) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada = server.person("Ada")
        await run.reads(ada, FILE, "/at ch 1")
        (card,) = await run.says(ada, "/visualize Oda Quillon")
        assert "red hair" in card.text
        assert "The text does not say: age" in card.text
        posts = await run.presses(ada, "Draw it from the words · free")
        photo = next(post for post in posts if post.photo is not None)
        assert photo.photo is not None
        name, data = photo.photo
        assert name == "the-lamp-of-velmarsh-oda-quillon-up-to-ch-1-4.png"
        assert data.startswith(b"\x89PNG")
        assert photo.text == "The Lamp of Velmarsh · up to ch. 1 ¶4"
        listed = await run.says(ada, "/gallery")
        assert "Oda Quillon" in listed[-1].text
        again = await run.presses(ada, "1")
        assert any(post.photo is not None for post in again)
        group = server.group("The reading room")
        await run.says(ada, f"/visualize@{server.me['username']} Oda Quillon", chat=group)
        shown = await run.presses(ada, "Draw it from the words · free", chat=group)
        hidden = next(post for post in shown if post.photo is not None)
        assert hidden.has_spoiler
        assert "Quillon" not in "".join(post.unmasked for post in shown)


async def test_on_telegram_an_answer_to_a_picture_is_a_version_with_that_wish_and_to_nobody_elses(
    tmp_path: Path,
) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada, ben = server.person("Ada"), server.person("Ben")
        await run.reads(ada, FILE, "/at ch 1")
        await run.says(ada, "/visualize Oda Quillon")
        posts = await run.presses(ada, "Draw it from the words · free")
        for post in posts:  # the photo and the words under it are one message
            (card,) = await run.says(ada, "older, no hat", reply_to=post)
            assert "Your choice, not the book's: older, no hat" in card.text
            assert card.labels[0] == "Draw it from the words · free"
        posts = await run.presses(ada, "Draw it from the words · free")
        assert any("version 2 of 2" in post.text for post in posts)
        (card,) = await run.says(ada, "in | the rain", reply_to=posts[0])
        assert "older, no hat\n" in card.text
        assert "in , the rain" in card.text
        (told,) = await run.says(ada, "What colour is her hair?", reply_to=posts[0])
        assert "Your choice" not in told.text
        (command,) = await run.says(ada, "/where", reply_to=posts[0])
        assert "ch. 1" in command.text
        # In a room an answer to somebody else's picture is none to it.
        group = server.group("The reading room")
        await run.says(ada, f"/visualize@{server.me['username']} Oda Quillon", chat=group)
        shown = await run.presses(ada, "Draw it from the words · free", chat=group)
        for post in shown:
            answer = await run.says(ben, "older, no hat", chat=group, reply_to=post)
            assert "Your choice" not in "".join(one.text for one in answer)
        # Back before what it shows, it is no picture of theirs to answer (S5).
        await run.reads(ada, FILE, "/at start")
        await run.presses(ada, "It was a mistake: I have read less than that")
        (sealed,) = await run.says(ada, "younger", reply_to=posts[0])
        assert "no such picture up to here" in sealed.text


async def test_on_discord_it_is_a_file_with_its_words_for_who_cannot_see_it_s30(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await reads(ada, "/at ch 1", FILE, done="ch. 1")
            alone = await ada.slash("visualize", what="Oda Quillon | go drawn")
            await server.until(lambda: any(post.files for post in alone.posts), "the picture")
            ((name, data), *others) = [file for post in alone.posts for file in post.files]
            assert (name, others) == ("the-lamp-of-velmarsh-oda-quillon-up-to-ch-1-4.png", [])
            assert data.startswith(b"\x89PNG")
            sent = str([request.body for request in server.requests if request.files])
            assert "Character card of Oda Quillon" in sent
            assert "red hair" in sent
            (shown,) = [post for post in alone.posts if post.files]
            await ada.dm("older, no hat", reply_to=shown)
            card = await ada.until_last("Your choice, not the book's:* older, no hat")
            assert "Draw it from the words · free" in card.labels
        assert server.violations == []
