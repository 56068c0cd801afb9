"""The bots: every platform that has a token, in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config import Config
from bot.uploads import FOLDER, sweep
from storage.errors import ConfigError

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: whether it is configured, and its bot, which runs while it is open.

    Opening yields the name that the bot is known by there. Leaving takes no more and ends what is in hand.
    """

    name: str
    is_configured: Callable[[Config], bool]
    run: Callable[[App], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _telegram(app: App) -> AsyncIterator[str]:
    from bot.telegram_adapter import telegram_bot

    async with telegram_bot(app) as bot:
        yield f"@{bot.username}"


@asynccontextmanager
async def _discord(app: App) -> AsyncIterator[str]:
    from bot.discord_adapter import discord_bot

    async with discord_bot(app) as bot:
        yield bot.username


PLATFORMS: tuple[Platform, ...] = (
    Platform("Telegram", lambda config: bool(config.telegram.token), _telegram),
    Platform("Discord", lambda config: bool(config.discord.token), _discord),
)


def has_bots(config: Config) -> bool:
    """Tell whether any platform has a token."""
    return any(platform.is_configured(config) for platform in PLATFORMS)


async def run_bots(app: App) -> None:
    """Run the bots until SIGTERM or SIGINT.

    Raises `ConfigError` when no platform has a token or one is refused, `PlatformUnreachable` when a platform
    does not answer, `StorageUnavailable` when jobs cannot be kept.
    """
    stopped = asyncio.Event()
    with _until_told(stopped):
        async with bots(app) as names:
            for name in names:
                print(f"dogear: {name}", file=sys.stderr, flush=True)
            await stopped.wait()
            print("dogear: stopping", file=sys.stderr, flush=True)


@asynccontextmanager
async def bots(app: App) -> AsyncIterator[list[str]]:
    """Run the bots while this is open; yields a line about each. Raises as `run_bots` does."""
    from storage.jobs import Jobs

    configured = [platform for platform in PLATFORMS if platform.is_configured(app.config)]
    if not configured:
        raise ConfigError(
            key="telegram.token", problem="or another platform's is needed: DOGEAR_TELEGRAM_TOKEN"
        )
    async with AsyncExitStack() as stack:
        storage = app.config.storage
        await asyncio.to_thread(sweep, storage.data_dir / FOLDER)
        jobs = await stack.enter_async_context(Jobs(storage.url, storage.data_dir))
        app.reading.make_durable(jobs, app.companion.handle)
        app.making.make_durable(jobs, app.companion.handle)
        await jobs.resume()
        await app.making.take_up()
        yield [f"{p.name}: {await stack.enter_async_context(p.run(app))}" for p in configured]


@contextlib.contextmanager
def _until_told(stopped: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends the program
            loop.add_signal_handler(number, stopped.set)
    try:
        yield
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
