"""A picture asked for on both platforms, alone and where others look on: for tests of whatever draws."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.flows.discord_talks import bot_on, reads
from tests.flows.telegram_talks import running
from tests.flows.test_cards import MILL
from tests.platform_fakes.discord_people import Person
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_records import Post
from tests.platform_fakes.telegram_server import TelegramServer


async def asked_on_telegram(folder: Path, command: str, argument: str = "") -> tuple[list[Post], list[Post]]:
    """Return what a reader of two chapters is shown for a command alone, and what a group is shown."""
    async with TelegramServer() as server, running(folder, server) as run:
        ada, group = server.person("Ada"), server.group("The reading room")
        await run.reads(ada, MILL, "/at ch 2")
        alone = await run.says(ada, f"/{command} {argument}".strip())
        said = f"/{command}@{server.me['username']} {argument}".strip()
        return alone, await run.says(ada, said, chat=group)


def photo_of(posts: list[Post]) -> tuple[Post, str, bytes]:
    """Return the post that is a photo, its file's name and its bytes."""
    post = next(post for post in posts if post.photo is not None)
    assert post.photo is not None
    return post, *post.photo


@dataclass
class Channel:
    """A reader of two chapters on Discord, and a channel where others look on."""

    server: DiscordServer
    ada: Person
    id: str

    async def shows(self, command: str, argument: str = "") -> list[tuple[str, bytes]]:
        """Return the files that the channel is shown for one more message to the bot."""
        before = len(self._files())
        await self.ada.says(self.id, f"/{command} {argument}".strip(), to_bot=True)
        await self.server.until(lambda: len(self._files()) > before, "a picture in the channel")
        return self._files()[before:]

    def sent_with_files(self, since: int = 0) -> str:
        """Return all words that went with files to the server, from a request on."""
        return str([request.body for request in self.server.requests[since:] if request.files])

    def _files(self) -> list[tuple[str, bytes]]:
        return [file for post in self.server.shown_in(self.id) for file in post.files]


@asynccontextmanager
async def channel_on_discord(folder: Path) -> AsyncIterator[Channel]:
    """Run a bot with one reader, alone with it and in a channel; nothing it does breaks Discord's rules."""
    async with DiscordServer() as server:
        channel = Channel(server, server.person("ada"), server.channel(server.guild()))
        async with bot_on(server, folder):
            await reads(channel.ada, "/at ch 2", MILL, done="Brin Aske was wounded")
            yield channel
        assert server.violations == []
