"""Starting, stopping, being cut off and starting again; tokens, addresses, shards."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.markup import to_plain
from bot.messages import Conversation, IncomingMessage
from bot.replies.refusals import sentence
from storage.errors import ConfigError, PlatformUnreachable
from tests.flows.discord_talks import bot_on, reads
from tests.platform_fakes.discord_server import DiscordServer


async def test_a_refused_token_is_one_clear_line(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        with pytest.raises(ConfigError) as refused:
            async with bot_on(server, tmp_path / "data", token="not.the.token"):
                pass
        line = to_plain(sentence(refused.value))
        assert "discord.token" in line
        assert "\n" not in line
        assert "not.the.token" not in line


async def test_an_address_that_nobody_answers_at_is_one_clear_line(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        with pytest.raises(PlatformUnreachable):
            async with bot_on(server, tmp_path / "data", api_url="http://127.0.0.1:9/api/v10"):
                pass


async def test_after_a_restart_the_talk_and_its_buttons_go_on(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await reads(ada, "/at ch 3")
            await ada.dm("Who is Captain Brannoc?")
            await ada.sees("Passages:")
        async with bot_on(server, tmp_path / "data"):
            opened = await ada.presses("Passages")
            assert opened.labels
            assert "using:" in (await ada.slash("where")).text
        assert server.violations == []


async def test_on_leaving_the_turn_in_hand_is_finished_and_no_more_is_taken(tmp_path: Path) -> None:
    async with DiscordServer() as server, AsyncExitStack() as stack:
        ada, ben = server.person("ada"), server.person("ben")
        app = await stack.enter_async_context(bot_on(server, tmp_path / "data"))
        await reads(ada, "/at ch 3")
        turn = IncomingMessage(Conversation("discord", ada.dm_channel), ada.id, "")
        async with app.companion._turn(turn):
            typed = len(server.typed)
            await ada.dm("Who is Captain Brannoc?")
            await server.until(lambda: len(server.typed) > typed, "typing")
            leaving = asyncio.ensure_future(stack.aclose())
            await asyncio.sleep(0)
            await ben.dm("hello")
        await leaving
        assert "Passages:" in ada.seen[-1].text
        assert ben.seen == []
        assert server.sessions == 0


async def test_what_was_said_while_cut_off_is_answered_once_after_resuming(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await reads(ada, "/at ch 3")
            await server.drop_connections(code=4000)
            await ada.dm("Who is Captain Brannoc?")
            await ada.sees("Passages:")
            assert server.resumes == 1
            # Told a second time, as after a resume that began further back.
            (said,) = [post for post in server.posts if post.text == "Who is Captain Brannoc?"]
            await server.dispatch("MESSAGE_CREATE", said.raw, guild_id=None, intent=1 << 12)
            await ada.dm("/where")
            await ada.until_last("using:")
            assert sum("Passages:" in post.text for post in ada.seen) == 1


async def test_a_button_from_before_everything_was_lost_is_politely_out_of_date(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "one"):
            await reads(ada, "/at ch 3")
            await ada.dm("Who is Captain Brannoc?")
            await ada.sees("Passages:")
        async with bot_on(server, tmp_path / "other"):
            said = await ada.presses("Passages")
            assert "out of date" in said.text


async def test_shards_are_as_many_as_configured_and_all_of_them_listen(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guilds = [server.guild(f"guild {number}") for number in range(2)]
        channels = [server.channel(guild) for guild in guilds]
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data", shards=2):
            assert sorted(tuple(one["shard"]) for one in server.identifies) == [(0, 2), (1, 2)]
            await ada.dm("hello")
            await ada.sees("Send me the book")
            for channel in channels:
                assert "Send me" in (await ada.slash("library", channel=channel)).text


async def test_no_token_and_nothing_that_was_said_is_logged(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await reads(ada, "/at ch 3")
            await ada.dm("Who is Captain Brannoc?")
            await ada.sees("Passages:")
            await ada.dm("/at ch 99")
            await ada.sees("I find no place")
        logged = "".join(
            path.read_text() for path in (tmp_path / "data" / "logs").rglob("*") if path.is_file()
        )
        assert "refused" in logged
        for word in (server.token, "Brannoc", "Quillon", "Lamp", "interaction-"):
            assert word not in logged


async def test_a_killed_bot_reads_on_where_it_was_and_a_told_one_ends_by_itself(tmp_path: Path) -> None:
    # The program itself, as it is started by its operator: killed while it reads, and told to stop.
    chapters = [
        f"# Chapter {number}\n\n" + f"Petronel slept beside the weir of year {number}. " * 700
        for number in range(1, 61)
    ]
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with started(server, tmp_path / "data") as first:
            await ada.uploads("weir.md", "\n\n".join(chapters).encode())
            await ada.sees("Reading the book")
            first.kill()
            await first.wait()
            assert not any("Where are you" in post.text for post in ada.seen)
        async with started(server, tmp_path / "data") as second:
            await ada.until_last("Where are you in it?")
            await ada.slash("at", place="ch 2")
            asked = await ada.slash("ask", question="Who slept beside the weir?")
            assert "Petronel" in asked.text
            assert sum("Where are you in it?" in post.text for post in ada.seen) == 1
            second.terminate()
            assert await second.wait() == 0
            assert server.sessions == 0
        assert server.violations == []


@asynccontextmanager
async def started(server: DiscordServer, data_dir: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the program in a process of its own; yields it when its bot is there."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith("DOGEAR_")}
    settings = {
        "DOGEAR_DATA": str(data_dir),
        "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
        "DOGEAR_DISCORD_TOKEN": server.token,
        "DOGEAR_DISCORD_API_URL": server.api_url,
        "DOGEAR_DISCORD_GATEWAY_URL": server.gateway_url,
    }
    before = len(server.identifies)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "bots", env=mine | settings, cwd=Path(__file__).parents[2]
    )
    try:
        await server.until(lambda: len(server.identifies) > before, "a bot")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_what_its_asker_sees_begin_is_being_kept_already_and_neither_waits_for_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data") as app:
            await reads(ada, "/at ch 3")
            take, begun, may_go = app.storage.updates.take, asyncio.Event(), asyncio.Event()

            async def taking(platform: str, update_id: str, message: str | None = None) -> bool:
                begun.set()
                await may_go.wait()
                return await take(platform, update_id, message)

            monkeypatch.setattr(app.storage.updates, "take", taking)
            asked = await ada.begins("where")
            await server.until(lambda: asked.callback, "deferred")  # three seconds, whatever storing takes
            assert begun.is_set()
            may_go.set()
            await ada.is_answered(asked)
            assert "using:" in asked.text
