"""How fast may be sent: one after the other in a chat, a pace for a group and for all together.

Telegram names no exact bounds and asks to obey `retry_after` (Bots FAQ, "My bot is hitting limits"): what is
refused so waits in its chat and is sent again, in order, while other chats go on. python-telegram-bot's own
limiter holds all chats for the one that was refused, and counts the typing sign as a message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter

from bot.limits import TELEGRAM_GROUP_MESSAGES_A_MINUTE, TELEGRAM_MESSAGES_A_SECOND

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Requests on their way: what waits here costs nothing, what waits in the library is looked at each time,
and so is each line that stays open. At a tenth of a second each they carry more than Telegram takes."""
_TRIES = 6
_UNCOUNTED = frozenset({"sendChatAction"})
_MAY_REPEAT = frozenset({"editMessageText", "editMessageReplyMarkup", "deleteMessage", "getFile"})
"""What does no harm twice: sent again when nobody knows whether it arrived."""
_MOST_GROUPS = 10_000


class Pace:
    """So many in so long, a first few at once."""

    def __init__(self, count: int, seconds: float) -> None:
        """Let `count` go in each `seconds`; as many may go at once after a rest."""
        self._interval = seconds / count
        self._ahead = seconds - self._interval
        self.free_at = 0.0

    def take(self, now: float) -> float:
        """Return after how many seconds the next may go."""
        self.free_at = max(self.free_at, now - self._ahead)
        wait = max(0.0, self.free_at - now)
        self.free_at += self._interval
        return wait


class Rates(BaseRateLimiter[int]):
    """Holds requests back as Telegram wants it."""

    def __init__(self, messages_a_second: int = TELEGRAM_MESSAGES_A_SECOND) -> None:
        """Send at most so many to all chats together; 0: as fast as it goes."""
        self._all = Pace(messages_a_second, 1.0) if messages_a_second else None
        self._groups: dict[int, Pace] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Nothing is to be closed."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send a request when its time has come; raises what `telegram` raises."""
        chat = data.get("chat_id")
        if chat is None or endpoint in _UNCOUNTED:
            return await callback(*args, **kwargs)
        lock = self._locks.setdefault(str(chat), asyncio.Lock())
        async with lock:
            for left in range(_TRIES - 1, -1, -1):
                await self._wait(chat)
                try:
                    async with self._at_once:
                        return await callback(*args, **kwargs)
                except RetryAfter as error:
                    if not left:
                        raise
                    log.info("told to wait %.0f s", wait_of(error))
                    await asyncio.sleep(wait_of(error))
                except BadRequest:
                    raise  # by the library's tree a NetworkError, and by its nature none
                except NetworkError as error:
                    if not left or not (endpoint in _MAY_REPEAT or _never_left(error)):
                        raise
                    await asyncio.sleep(0.5 * 2 ** (_TRIES - 1 - left))
        raise AssertionError("unreachable")

    async def _wait(self, chat: Any) -> None:
        now = asyncio.get_running_loop().time()
        wait = self._all.take(now) if self._all else 0.0
        if self._all and isinstance(chat, int) and chat < 0:
            if len(self._groups) > _MOST_GROUPS:
                self._groups = {key: pace for key, pace in self._groups.items() if pace.free_at > now}
            pace = self._groups.setdefault(chat, Pace(TELEGRAM_GROUP_MESSAGES_A_MINUTE, 60.0))
            wait = max(wait, pace.take(now))
        if wait:
            await asyncio.sleep(wait)


def _never_left(error: NetworkError) -> bool:
    """Tell whether a failed request was not carried out for certain, so that it may be sent again."""
    if isinstance(error, TimedOut):
        return isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
    # An answer of the server, which did not do it, or no line to it.
    return not isinstance(error.__cause__, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError)


def wait_of(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait."""
    asked = error._retry_after  # the public attribute is an int or a timedelta by a global switch
    return asked.total_seconds()
