"""How updates come: asked for one batch after the other, or posted to us; kept before they are confirmed.

Telegram drops an update once it is confirmed: by the next getUpdates with a higher offset, or by the 200 of a
webhook (Bot API, "Getting updates"). So both wait here until `take` has returned: what a kill cuts off before
that comes again, and is known by its id when it was kept after all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import Updater

from bot.telegram_adapter.rates import wait_of
from storage.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import TelegramConfig

log = logging.getLogger(__name__)

Take = Callable[[Update], Awaitable[None]]
"""Sorts an update before it first waits, and returns when it is kept."""

_POLL_SECONDS = 30
_MOST_WAIT_SECONDS = 30.0
_TRIES_TO_KEEP = 5
"""Of updates that cannot be kept: for ever would be silence, should one of them be why."""
SECONDS_BETWEEN_LOOKS = 60.0
"""At the webhook: a bot that is not sent anything cannot tell an idle day from a revoked token."""


@asynccontextmanager
async def polling(
    bot: Bot, take: Take, kinds: Sequence[str], refused: Callable[[], None]
) -> AsyncIterator[None]:
    """Ask for updates of `kinds` while this is open; ends with a call of `refused` when the token is."""
    polls = _Polling(bot, take, kinds)

    async def run() -> None:
        try:
            await polls.run()
        except InvalidToken:
            refused()

    async with _beside(run()):
        yield
    with contextlib.suppress(TelegramError):  # what is not confirmed comes again, and is known
        await polls.confirm()


@asynccontextmanager
async def webhook(
    config: TelegramConfig, bot: Bot, take: Take, kinds: Sequence[str], refused: Callable[[], None]
) -> AsyncIterator[None]:
    """Listen for updates of `kinds` while this is open; `refused` is called when the token is revoked.

    Raises `ConfigError` for an address that Telegram does not take and for a port that is not free.
    """
    updater = Updater(bot, _Door(take))
    await updater.initialize()
    try:
        await updater.start_webhook(
            listen=config.webhook_listen,
            port=config.webhook_port,
            url_path=urlsplit(config.webhook_url).path.lstrip("/"),
            webhook_url=config.webhook_url,
            secret_token=config.webhook_secret or secrets.token_urlsafe(32),
            allowed_updates=kinds,
        )
    except BadRequest as error:
        raise ConfigError(
            key="telegram.webhook_url",
            problem="is not accepted by Telegram: a public https address is wanted",
        ) from error
    except OSError as error:
        raise ConfigError(key="telegram.webhook_port", problem="cannot be listened on") from error
    try:
        async with _beside(_look_after(bot, config.webhook_url, refused)):
            yield
    finally:
        await updater.stop()


class _Door(asyncio.Queue[object]):
    """Where the library's webhook puts an update, and waits for that before it answers 200."""

    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take

    async def put(self, item: object) -> None:
        """Return when the update is kept."""
        assert isinstance(item, Update)
        await self._take(item)


class _Polling:
    """The asking, one batch after the other."""

    def __init__(self, bot: Bot, take: Take, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._take = take
        self._kinds = kinds
        self._offset: int | None = None
        self._tries = 0

    async def run(self) -> None:
        """Ask until it is cancelled; raises `InvalidToken`. Whatever else goes wrong is tried again."""
        failed = 0
        has_hook = True
        while True:
            try:
                if has_hook:  # no polling while one is set (Bot API, getUpdates)
                    await self._bot.delete_webhook()
                    has_hook = False
                updates = await self._ask(_POLL_SECONDS)
                await asyncio.shield(self._keep(updates))
            except InvalidToken:
                raise
            except RetryAfter as error:
                await asyncio.sleep(wait_of(error))
            except Exception as error:
                log.warning("updates could not be fetched: %s", type(error).__name__)
                failed += 1
                if not isinstance(error, TimedOut):
                    await asyncio.sleep(min(1.5**failed, _MOST_WAIT_SECONDS))
            else:
                failed = 0

    async def confirm(self) -> None:
        """Let Telegram drop what is kept."""
        if self._offset is not None:
            await self._ask(0)

    async def _ask(self, seconds: int) -> Sequence[Update]:
        try:
            return await self._bot.get_updates(
                offset=self._offset, timeout=seconds, allowed_updates=list(self._kinds)
            )
        except TelegramError:
            raise
        except Exception as error:  # one that the library cannot read would hold up all that come after it
            log.warning("updates could not be read: %s", type(error).__name__)
            return await self._read_singly()

    async def _read_singly(self) -> Sequence[Update]:
        """Return the updates that wait; of one that cannot be read, its number alone."""
        asked = {"timeout": 0} | ({} if self._offset is None else {"offset": self._offset})
        told: Any = await self._bot.do_api_request("getUpdates", asked)
        updates = []
        for one in told:
            try:
                updates.append(Update.de_json(one, self._bot))
            except Exception as error:
                log.error("an update is left, as it cannot be read: %s", type(error).__name__)
                updates.append(Update(one["update_id"]))
        return updates

    async def _keep(self, updates: Sequence[Update]) -> None:
        if not updates:
            return
        # Tasks begin in the order in which they are made, which is all that sorting needs.
        kept = await asyncio.gather(*(self._take(update) for update in updates), return_exceptions=True)
        error = next((one for one in kept if isinstance(one, BaseException)), None)
        self._tries = self._tries + 1 if error else 0
        if error and self._tries < _TRIES_TO_KEEP:
            raise error
        if error:
            log.error("some of %d updates could not be kept: %s", len(updates), type(error).__name__)
            self._tries = 0
        self._offset = updates[-1].update_id + 1


async def _look_after(bot: Bot, address: str, refused: Callable[[], None]) -> None:
    """Look once in a while whether the token is good, and whether Telegram reaches the webhook."""
    told: object = None
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            found = await bot.get_webhook_info()
        except InvalidToken:
            refused()
            return
        except TelegramError as error:
            log.info("the webhook could not be looked at: %s", type(error).__name__)
            continue
        if found.url != address:
            log.warning("the webhook leads elsewhere now: another program uses the same token")
        elif found.last_error_date is not None and found.last_error_date != told:
            told = found.last_error_date
            log.warning("Telegram could not reach the webhook: %s", found.last_error_message)


@asynccontextmanager
async def _beside(work: Awaitable[None]) -> AsyncIterator[None]:
    """Do `work` while this is open."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
