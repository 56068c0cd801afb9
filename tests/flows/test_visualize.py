"""Pictures of people on the platforms: words and price first, then one press; hidden in a room (S39)."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on
from tests.flows.telegram_talks import running
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.portraits import FILE


async def test_on_telegram_a_press_brings_the_picture_with_its_place_and_a_room_gets_it_hidden_s39(
    tmp_path: Path,
) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada = server.person("Ada")
        await run.uploads(ada, FILE, "lamp.epub")
        await run.says(ada, "/at ch 1")
        await run.says(ada, "done")
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


async def test_on_discord_it_is_a_file_with_its_words_for_who_cannot_see_it_s30(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await ada.uploads("lamp.epub", FILE)
            await ada.until_last("Where are you")
            await ada.dm("/at ch 1")
            await ada.until_last("using:")
            await ada.dm("done")
            await ada.until_last("ch. 1")
            alone = await ada.slash("visualize", what="Oda Quillon | go drawn")
            await server.until(lambda: any(post.files for post in alone.posts), "the picture")
            ((name, data), *others) = [file for post in alone.posts for file in post.files]
            assert (name, others) == ("the-lamp-of-velmarsh-oda-quillon-up-to-ch-1-4.png", [])
            assert data.startswith(b"\x89PNG")
            sent = str([request.body for request in server.requests if request.files])
            assert "Character card of Oda Quillon" in sent
            assert "red hair" in sent
        assert server.violations == []
