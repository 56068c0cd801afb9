"""The bots: every platform that has a token, in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.config import Config
from bot.markup import to_plain
from bot.replies import refusals
from bot.uploads import FOLDER, sweep
from storage.errors import ConfigError, ReaderError

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_SWEEPS = 60.0


class Bot(Protocol):
    """A bot that runs: the name it is known by, and its end from the other side."""

    @property
    def name(self) -> str:
        """Return what it is called there."""

    @property
    def gone(self) -> asyncio.Future[ReaderError]:
        """Return what says why its platform will have nothing of it any more, should that come to be."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: whether it is configured, and its bot, which runs while it is open.

    Leaving takes no more and ends what is in hand.
    """

    name: str
    is_configured: Callable[[Config], bool]
    run: Callable[[App], AbstractAsyncContextManager[Bot]]


def _telegram(app: App) -> AbstractAsyncContextManager[Bot]:
    from bot.telegram_adapter import telegram_bot

    return telegram_bot(app)


def _discord(app: App) -> AbstractAsyncContextManager[Bot]:
    from bot.discord_adapter import discord_bot

    return discord_bot(app)


PLATFORMS: tuple[Platform, ...] = (
    Platform("Telegram", lambda config: bool(config.telegram.token), _telegram),
    Platform("Discord", lambda config: bool(config.discord.token), _discord),
)


def has_bots(config: Config) -> bool:
    """Tell whether any platform has a token."""
    return any(platform.is_configured(config) for platform in PLATFORMS)


async def run_bots(app: App) -> None:
    """Run the bots until SIGTERM or SIGINT.

    A bot that its platform throws out ends by itself, with a line that says why; the others go on.
    Raises `ConfigError` when no platform has a token or one is refused, also when the last one is refused
    later on; `PlatformUnreachable` when a platform does not answer, `StorageUnavailable` when jobs cannot be
    kept.
    """
    stopped = asyncio.Event()
    with _until_told(stopped):
        async with bots(app) as running:
            for name in running.names:
                _tell(name)
            stopping = asyncio.ensure_future(stopped.wait())
            await _first_of(stopping, running.over)
            stopping.cancel()
            if not running.over.done():
                _tell("stopping")
    if running.over.done():
        raise running.over.result()


@dataclass(slots=True)
class Bots:
    """The bots that run: a line about each, and why the last of them is over, should that come to be."""

    names: list[str]
    over: asyncio.Future[ReaderError]


@asynccontextmanager
async def bots(app: App) -> AsyncIterator[Bots]:
    """Run the bots while this is open. Raises as `run_bots` does when they begin."""
    from bot.picture_webhook import picture_webhook
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
        await stack.enter_async_context(picture_webhook(app.config.pictures, app.making))
        await jobs.resume()
        await app.making.take_up()
        for sweeping in (_sweep_holds(app), _sweep_pictures(app)):
            stack.callback(asyncio.create_task(sweeping).cancel)
        running = Bots([], asyncio.get_running_loop().create_future())
        left = set(configured)

        async def end(platform: Platform, why: ReaderError) -> None:
            left.discard(platform)
            if left:
                _tell(f"{platform.name} ended: {to_plain(refusals.sentence(why))}")
            elif not running.over.done():
                running.over.set_result(why)

        for platform in configured:
            name = await stack.enter_async_context(_kept(app, platform, end))
            running.names.append(f"{platform.name}: {name}")
        yield running


@asynccontextmanager
async def _kept(
    app: App, platform: Platform, end: Callable[[Platform, ReaderError], Awaitable[None]]
) -> AsyncIterator[str]:
    """Run one bot in a task of its own, which can end before the others do; yields its name."""
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    closing = asyncio.Event()

    async def run() -> None:
        why: ReaderError | None = None
        try:
            async with platform.run(app) as bot:
                opened.set_result(bot.name)
                leaving = asyncio.ensure_future(closing.wait())
                await _first_of(leaving, bot.gone)
                leaving.cancel()
                why = bot.gone.result() if bot.gone.done() else None
        except BaseException as error:
            if opened.done():
                raise
            opened.set_exception(error)
            return
        if why is not None:
            await end(platform, why)

    task = asyncio.create_task(run())
    try:
        yield await opened
    finally:
        closing.set()
        if not opened.done():
            task.cancel()
        await asyncio.wait({task})
        if opened.done() and not task.cancelled() and task.exception() is not None:
            log.error("a bot did not end well: %s", type(task.exception()).__name__)


async def _first_of(*waited_for: asyncio.Future[Any]) -> None:
    await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)


def _tell(line: str) -> None:
    print(f"dogear: {line}", file=sys.stderr, flush=True)


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


async def _sweep_holds(app: App) -> None:
    """Give credits back whose act never came to an end, as long as the bots run."""
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_SWEEPS)
        try:
            await app.storage.wallets.release_expired(datetime.now(UTC))
        except Exception:  # the database may be away for a while; the next look finds them again
            log.exception("holds could not be swept")


async def _sweep_pictures(app: App) -> None:
    """Take away, once, files of pictures that a killed process had written and nothing knows of."""
    try:
        gone = await app.storage.pictures.purge()
    except ReaderError as error:  # the bucket may be away: the next start finds them again
        log.warning("files of pictures could not be swept: %s", type(error).__name__)
    else:
        log.info("%d files of pictures that nothing knew of are swept", gone)
