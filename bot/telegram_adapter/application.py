"""The Telegram bot, opened and closed: polling or webhook, the command menu, a clean end."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from telegram import Bot, BotCommand
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.commands import commands_on
from bot.limits import TELEGRAM_COMMAND_CHARS, TELEGRAM_COMMANDS, TELEGRAM_DESCRIPTION_CHARS
from bot.markup import to_plain
from bot.telegram_adapter.conversations import Conversations, list_update_kinds
from bot.telegram_adapter.incoming import PLATFORM, Me
from bot.telegram_adapter.listening import Take, polling, webhook
from bot.telegram_adapter.rates import Rates
from storage.errors import ConfigError, PlatformUnreachable, ReaderError

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import TelegramConfig

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 20.0
"""Turns in hand may take so long after the bot was told to stop."""
_CONNECTIONS = 20
"""Each request looks at every open line, so many cost more than they carry; some are left for files."""
_COMMAND = re.compile(rf"^[a-z0-9_]{{1,{TELEGRAM_COMMAND_CHARS}}}$")


class TelegramBot:
    """The bot while it runs."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], talks: Conversations) -> None:
        """Wrap what `telegram_bot` opened."""
        self._application = application
        self._talks = talks
        self.gone: asyncio.Future[ReaderError] = asyncio.get_running_loop().create_future()
        """Why Telegram will have nothing of the bot any more."""

    @property
    def name(self) -> str:
        """Return the bot's name, as it is mentioned."""
        return str(self._application.bot.name)

    def refuse(self) -> None:
        """Let the bot be gone, as its token is not taken any more."""
        if not self.gone.done():
            self.gone.set_result(_refused_token())

    async def settle(self) -> None:
        """Return when all that was received is answered."""
        await self._talks.lanes.settle()
        await self._talks.stars.settle()


def default_builder(config: TelegramConfig) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """Return a builder that speaks to where the settings say."""
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = ApplicationBuilder().token(config.token)
    if config.base_url:
        builder = builder.base_url(config.base_url)
    if config.file_url:
        builder = builder.base_file_url(config.file_url)
    return (
        builder.local_mode(config.local_server)
        .rate_limiter(Rates(config.messages_a_second))
        .connection_pool_size(_CONNECTIONS)
        .pool_timeout(30.0)
    )


def build_application(
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any],
) -> Application[Any, Any, Any, Any, Any, Any]:
    """Return the application of any builder that has a token: addresses, limits and network are its own.

    Its updater and its queue stay idle: updates are taken as listening.py says.
    """
    return builder.updater(None).build()


@asynccontextmanager
async def telegram_bot(
    app: App, application: Application[Any, Any, Any, Any, Any, Any] | None = None
) -> AsyncIterator[TelegramBot]:
    """Run the bot; on leaving, no more is taken and turns in hand come to their end within a limit.

    Raises `ConfigError` for a token that is refused, `PlatformUnreachable` when nobody answers.
    """
    config = app.config.telegram
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write an address with the token
    application = application or build_application(default_builder(config))
    await _initialize(application)
    try:
        talks = Conversations(
            app, application.bot, Me(application.bot.id, str(application.bot.username or ""))
        )

        await _show_menu(application)
        await talks.take_up()
        bot = TelegramBot(application, talks)
        try:
            async with _listening(application.bot, config, talks.take, bot.refuse):
                await app.outlets.open(PLATFORM, talks.show)
                if app.config.credits.packs:
                    talks.stars.look_back()
                yield bot
        finally:
            await talks.lanes.close(SECONDS_TO_FINISH)
            await talks.stars.settle()
    finally:
        await application.shutdown()


def _refused_token() -> ConfigError:
    return ConfigError(
        key="telegram.token", problem="is not accepted by Telegram; BotFather shows the right one"
    )


async def _initialize(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    try:
        await application.initialize()
    except InvalidToken as error:
        raise _refused_token() from error
    except NetworkError as error:
        raise PlatformUnreachable(platform="Telegram") from error


def _listening(
    bot: Bot, config: TelegramConfig, take: Take, refused: Callable[[], None]
) -> AbstractAsyncContextManager[None]:
    kinds = list_update_kinds()
    if config.webhook_url:
        return webhook(config, bot, take, kinds, refused)
    return polling(bot, take, kinds, refused)


async def _show_menu(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    try:
        await application.bot.set_my_commands(list_menu())
    except TelegramError as error:  # the bot works without
        log.warning("the command menu could not be set: %s", type(error).__name__)


def list_menu() -> list[BotCommand]:
    """Return the command menu: what Telegram takes of the registry, in its order."""
    return [
        BotCommand(command.name, to_plain(command.help)[:TELEGRAM_DESCRIPTION_CHARS])
        for command in commands_on(PLATFORM)
        if _COMMAND.match(command.name)
    ][:TELEGRAM_COMMANDS]
