"""The drawn graph on the platforms: a picture with the place as its caption, hidden where others look on."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on
from tests.flows.telegram_talks import running
from tests.flows.test_cards import MILL
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer


async def test_on_telegram_it_is_a_photo_and_behind_a_spoiler_in_a_group_s39(tmp_path: Path) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada = server.person("Ada")
        await run.uploads(ada, MILL, "mill.epub")
        await run.says(ada, "/at ch 2")
        await run.says(ada, "done")
        photo, lines = await run.says(ada, "/relations")
        assert photo.photo is not None
        name, data = photo.photo
        assert name == "the-mill-ties-up-to-ch-2-3.png"
        assert data.startswith(b"\x89PNG")
        assert photo.text == "The Mill · up to ch. 2 ¶3"
        assert not photo.has_spoiler
        assert "Sella Tarn, sister of Brin Aske" in lines.text
        group = server.group("The reading room")
        shown = await run.says(ada, f"/relations@{server.me['username']}", chat=group)
        hidden = next(post for post in shown if post.photo is not None)
        assert hidden.has_spoiler
        assert "Sella" not in "".join(post.unmasked for post in shown)


async def test_on_discord_it_is_a_file_with_its_words_as_alternative_text_and_a_spoiler_in_a_channel_s39(
    tmp_path: Path,
) -> None:
    async with DiscordServer() as server:
        channel = server.channel(server.guild())
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await ada.uploads("mill.epub", MILL)
            await ada.until_last("Where are you")
            await ada.dm("/at ch 2")
            await ada.until_last("using:")
            await ada.dm("done")
            await ada.until_last("Brin Aske was wounded")
            alone = await ada.slash("relations")
            (name, data), *others = [file for post in alone.posts for file in post.files]
            assert (name, others) == ("the-mill-ties-up-to-ch-2-3.png", [])
            assert data.startswith(b"\x89PNG")
            told = "Sella Tarn**, sister of **Brin Aske"
            await server.until(lambda: any(told in post.text for post in alone.posts), "the lines")
            sent = str([request.body for request in server.requests if request.files])
            assert "Who is what to whom, The Mill · up to ch. 2 ¶3: Sella Tarn, sister of Brin Aske." in sent
            await ada.says(channel, "/relations", to_bot=True)
            await server.until(
                lambda: any("||" in post.text for post in server.shown_in(channel)), "masked lines"
            )
            (hidden,) = [file for post in server.shown_in(channel) for file in post.files]
            assert hidden == (f"SPOILER_{name}", data)
        assert server.violations == []
