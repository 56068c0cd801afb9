"""A restart in the middle of each flow, on both platforms: what was begun goes on, or is asked for anew."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on, reads
from tests.flows.telegram_talks import running
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK

QUESTION = "Where did Oda find the letter?"
ANSWER = "third stone of the bridge"
LINE = "Captain Brannoc asked her nothing at all, which was his way of being kind."


async def test_on_telegram_a_restart_may_stand_between_any_two_steps(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(data, server) as run:
            await run.uploads(ada, BOOK, "lamp.epub")
            where = ada.private.last
        async with running(data, server) as run:
            await run.after(lambda: ada.presses("Paste the last line", where), ada.private)
        async with running(data, server) as run:
            (placed,) = await run.says(ada, LINE)
            assert "using:" in placed.text
        async with running(data, server) as run:
            (answer,) = await run.says(ada, QUESTION)
            assert ANSWER in answer.text
        async with running(data, server) as run:
            (passages,) = await run.after(lambda: ada.presses("Passages", answer), ada.private)
        async with running(data, server) as run:
            (opened,) = await run.after(lambda: ada.presses("1", passages), ada.private)
            assert opened.styled("blockquote")
        async with running(data, server) as run:
            (warned,) = await run.says(ada, "/remove")
        async with running(data, server) as run:
            (again,) = await run.says(ada, "remove")
            assert again.text == warned.text
            await run.says(ada, "remove")
            (shelf,) = await run.says(ada, "/library")
            assert "Lamp" not in shelf.text


async def test_on_discord_a_restart_may_stand_between_any_two_steps(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, data):
            await reads(ada)
        async with bot_on(server, data):
            await ada.dm(LINE)
            await ada.until_last("using:")
        async with bot_on(server, data):
            await ada.dm(QUESTION)
            assert ANSWER in (await ada.sees("Passages:")).text
        async with bot_on(server, data):
            passages = await ada.presses("Passages")
        async with bot_on(server, data):
            assert "> " in (await ada.presses(passages.labels[0])).text
        async with bot_on(server, data):
            await ada.dm("/remove")
            warned = await ada.until_last("remove")
        async with bot_on(server, data):
            before = len(ada.seen)
            await ada.dm("remove")
            await server.until(lambda: len(ada.seen) > before, "asked again")
            assert ada.seen[-1].text == warned.text
            await ada.dm("remove")
            await ada.until_last("is removed")
            assert "Lamp" not in (await ada.slash("library")).text
        assert server.violations == []
