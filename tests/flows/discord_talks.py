"""A bot on Discord over the invented book: the real library, the real program, a server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import App, open_app
from bot.bots import bots
from bot.config import Config
from tests.platform_fakes.discord_people import Person
from tests.platform_fakes.discord_server import DiscordServer
from tests.talking import BOOK, settings


@dataclass
class Running:
    """A running bot, the server it speaks to, and two people."""

    app: App
    server: DiscordServer
    ada: Person
    ben: Person


def discord_settings(data_dir: Path, server: DiscordServer, **changed: object) -> Config:
    """Return settings for a bot that speaks to `server` and to nobody else."""
    config = settings(data_dir)
    discord = replace(
        config.discord, token=server.token, api_url=server.api_url, gateway_url=server.gateway_url
    )
    return replace(config, discord=replace(discord, **changed))  # type: ignore[arg-type]


@asynccontextmanager
async def bot_on(server: DiscordServer, data_dir: Path, **changed: object) -> AsyncIterator[App]:
    """Run the program with its bot on `server`."""
    async with open_app(discord_settings(data_dir, server, **changed)) as app, bots(app):
        yield app


async def reads(person: Person, place: str = "", file: bytes = BOOK, *, done: str = "") -> None:
    """Let somebody add a book in a direct message and say where they are.

    With `done` they have also finished what they are in, and are answered with these words.
    """
    await person.uploads("book.epub", file)
    await person.until_last("Where are you")
    if place:
        await person.dm(place)
        await person.until_last("finished it" if place == "/at end" else "using:")
    if done:
        await person.dm("done")
        await person.until_last(done)
