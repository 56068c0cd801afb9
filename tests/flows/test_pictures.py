"""The drawn graph on the platforms: a picture with the place as its caption, hidden where others look on."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on, reads
from tests.flows.telegram_talks import running
from tests.flows.test_cards import MILL
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer


async def test_on_telegram_it_is_a_photo_and_behind_a_spoiler_in_a_group_s39(tmp_path: Path) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada = server.person("Ada")
        await run.reads(ada, MILL, "/at ch 2")
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
            await reads(ada, "/at ch 2", MILL, done="Brin Aske was wounded")
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
            assert hidden == ("SPOILER_picture.png", data)
            # No mask lies on a file's name or on its alternative text, so neither names anybody (S43).
            before = len(server.requests)
            await ada.says(channel, "/relations Sella Tarn", to_bot=True)
            await server.until(
                lambda: len([file for post in server.shown_in(channel) for file in post.files]) > 1, "another"
            )
            sent = str([request.body for request in server.requests[before:] if request.files])
            assert "up to ch. 2 ¶3" in sent
            assert not [word for word in ("Sella", "sella", "Brin", "Aske") if word in sent]
        assert server.violations == []
