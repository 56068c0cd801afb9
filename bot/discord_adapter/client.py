"""The Discord client, opened and closed: addresses, intents, commands registered, a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_adapter.conversations import Conversations
from bot.discord_adapter.incoming import PLATFORM
from bot.discord_adapter.sales import Sales
from bot.discord_adapter.slash import build_tree
from bot.discord_adapter.surface import NOBODY
from storage.errors import ConfigError, PlatformUnreachable, ReaderError

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import DiscordConfig

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 20.0
"""Turns in hand may take so long after the bot was told to stop."""
_SECONDS_TO_CONNECT = 60.0
_TOKEN_REFUSED = 4004
"""Of a gateway that closes: "authentication failed" (Opcodes and Status Codes)."""


class DiscordBot:
    """The bot while it runs."""

    def __init__(self, client: discord.Client, talks: Conversations, sales: Sales) -> None:
        """Wrap what `discord_bot` opened."""
        self._client = client
        self._talks = talks
        self._sales = sales
        self.gone: asyncio.Future[ReaderError] = asyncio.get_running_loop().create_future()
        """Why Discord will have nothing of the bot any more."""

    @property
    def name(self) -> str:
        """Return the bot's name, as it is shown."""
        return str(self._client.user)

    async def settle(self) -> None:
        """Return when all that was taken is answered."""
        await self._talks.lanes.settle()
        await self._sales.settle()


def build_client(config: DiscordConfig) -> discord.Client:
    """Return a client with the least intents: no content of messages but what is said to the bot.

    Direct messages, mentions and replies carry their content without the privileged intent.
    """
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    options: dict[str, Any] = {
        "intents": intents,
        "allowed_mentions": NOBODY,
        "max_messages": None,  # nothing of what is said is kept in memory
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": 0.5,  # nothing of ours waits for all servers
    }
    if config.shards == 1:
        return discord.Client(**options)
    return discord.AutoShardedClient(shard_count=config.shards or None, **options)


@asynccontextmanager
async def discord_bot(app: App, client: discord.Client | None = None) -> AsyncIterator[DiscordBot]:
    """Run the bot; on leaving, no more is taken and turns in hand come to their end within a limit.

    Raises `ConfigError` for a token that is refused, `PlatformUnreachable` when nobody answers.
    """
    config = app.config.discord
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it would warn that nobody can be heard
    client = client or build_client(config)
    talks, sales = Conversations(app, client), Sales(app, client)
    tree = build_tree(client, talks)
    _listen(client, tree, talks, sales)
    with _aimed_at(config):
        async with client:
            await _log_in(client, config.token)
            await _register(tree)
            running = asyncio.ensure_future(client.connect())
            try:
                await _until_ready(client, running)
                await talks.take_up()
                await app.outlets.open(PLATFORM, talks.show)
                sales.look_back()
                bot = DiscordBot(client, talks, sales)
                running.add_done_callback(partial(_ended, bot))
                try:
                    yield bot
                finally:
                    await talks.lanes.close(SECONDS_TO_FINISH)
                    await sales.settle()
            finally:
                await client.close()
                running.cancel()
                await asyncio.wait({running})


def _ended(bot: DiscordBot, running: asyncio.Future[None]) -> None:
    """Let the bot be gone when its line ended for good: the library has tried again what can be tried."""
    if running.cancelled() or bot.gone.done() or (error := running.exception()) is None:
        return
    log.error("the line to Discord ended: %s", type(error).__name__)
    is_refused = isinstance(error, discord.LoginFailure) or getattr(error, "code", 0) == _TOKEN_REFUSED
    bot.gone.set_result(_refused_token() if is_refused else PlatformUnreachable(platform="Discord"))


def _refused_token() -> ConfigError:
    return ConfigError(
        key="discord.token", problem="is not accepted by Discord; the developer portal gives a new one"
    )


def _listen(
    client: discord.Client,
    tree: app_commands.CommandTree[discord.Client],
    talks: Conversations,
    sales: Sales,
) -> None:
    async def on_message(message: discord.Message) -> None:
        await talks.take_message(message)

    async def on_interaction(interaction: discord.Interaction[discord.Client]) -> None:
        if interaction.type is discord.InteractionType.component:
            await talks.take_press(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await talks.take_form(interaction)

    async def on_entitlement_create(entitlement: discord.Entitlement) -> None:
        sales.take(entitlement)

    async def on_entitlement_delete(entitlement: discord.Entitlement) -> None:
        sales.take_back(entitlement)

    async def on_error(event: str, *_args: object, **_more: object) -> None:
        _note(f"event {event}")

    async def on_command_error(
        interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.error("a command failed: %s", type(cause).__name__)

    for listener in (on_message, on_interaction, on_entitlement_create, on_entitlement_delete, on_error):
        client.event(listener)
    tree.error(on_command_error)


def _note(what: str) -> None:
    import sys

    error = sys.exc_info()[0]
    log.error("%s failed: %s", what, error.__name__ if error else "?")


@contextmanager
def _aimed_at(config: DiscordConfig) -> Iterator[None]:
    """Set the two addresses that the library has no settings for, as long as a bot runs."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    if config.api_url:
        Route.BASE = config.api_url.rstrip("/")
    if config.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


async def _log_in(client: discord.Client, token: str) -> None:
    try:
        await client.login(token)
    except (discord.LoginFailure, ValueError) as error:  # a token that no header can carry
        raise _refused_token() from error
    except (discord.HTTPException, OSError) as error:
        raise PlatformUnreachable(platform="Discord") from error


async def _register(tree: app_commands.CommandTree[discord.Client]) -> None:
    try:
        await tree.sync()
    except discord.HTTPException as error:  # those of before stay
        log.warning("the commands could not be registered: %s", error.status)


async def _until_ready(client: discord.Client, running: asyncio.Future[None]) -> None:
    ready = asyncio.ensure_future(client.wait_until_ready())
    try:
        await asyncio.wait({ready, running}, timeout=_SECONDS_TO_CONNECT, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not running.done():
            return
        error = running.exception() if running.done() else None
        raise PlatformUnreachable(platform="Discord") from error
    finally:
        ready.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({ready})
