"""The whole program behind the real library, talking to the Bot API server of the fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.config import CreditsConfig
from bot.telegram_adapter import TelegramBot, telegram_bot
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import Chat, Post
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, settings


@dataclass
class Running:
    """A running bot and the server it talks to."""

    server: TelegramServer
    app: App
    bot: TelegramBot

    async def settled(self) -> None:
        """Return when all that people did is answered."""
        async with asyncio.timeout(60):
            while True:
                await self.server.taken()
                await self.bot.settle()
                if not self.server.has_waiting:
                    return

    async def after(self, act: Callable[[], Any], chat: Chat) -> list[Post]:
        """Return what the bot newly posted in a chat once an act is answered."""
        before = len(chat.posts)
        act()
        await self.settled()
        return chat.posts[before:]

    async def says(self, person: Person, text: str, chat: Chat | None = None, **how: Any) -> list[Post]:
        """Return what is posted for a text that somebody sends."""
        return await self.after(lambda: person.sends(text, chat, **how), chat or person.private)

    async def presses(self, person: Person, label: str, chat: Chat | None = None) -> list[Post]:
        """Return what is newly posted for a pressed button."""
        return await self.after(lambda: person.presses(label, chat=chat), chat or person.private)

    async def uploads(self, person: Person, data: bytes, name: str, **how: Any) -> list[Post]:
        """Return what is posted for a file that somebody sends."""
        return await self.after(lambda: person.uploads(data, name, **how), person.private)

    async def reads(self, person: Person, file: bytes, place: str) -> None:
        """Let somebody add a book, say where they are, and finish that."""
        await self.uploads(person, file, "book.epub")
        await self.says(person, place)
        await self.says(person, "done")


@asynccontextmanager
async def running(
    data_dir: Path,
    server: TelegramServer,
    model_address: str = "",
    preparing: dict[str, Any] | None = None,
    credits: CreditsConfig | None = None,
    database_url: str = "",
    **telegram: Any,
) -> AsyncIterator[Running]:
    """Run the bot over a data folder, as the composition root does, aimed at a server."""
    config = settings(data_dir, model_address, **(preparing or {}))
    aimed = {
        "token": server.token,
        "base_url": server.base_url,
        "file_url": server.file_url,
        "messages_a_second": 0,
    }
    config = replace(config, telegram=replace(config.telegram, **{**aimed, **telegram}))
    config = replace(
        config,
        credits=credits or config.credits,
        storage=replace(config.storage, database_url=database_url or config.storage.database_url),
    )
    async with open_app(config) as app, telegram_bot(app) as bot:
        yield Running(server, app, bot)


@asynccontextmanager
async def running_alone(folder: Path) -> AsyncIterator[Running]:
    """Open the bot on a server of its own."""
    async with TelegramServer() as server, running(folder, server) as opened:
        yield opened


async def reader_of_two_chapters(run: Running) -> Person:
    """Return a reader with the book on the shelf, who has read chapters 1 and 2."""
    person = run.server.person("Ada")
    await run.uploads(person, BOOK, "lamp.epub")
    await run.says(person, "/at 3")
    return person


def shown(posts: list[Post]) -> str:
    """Return the text of posts."""
    return "\n".join(post.text for post in posts)
