"""The sign that the bot is typing: after a second, again and again, until the answer is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.limits import TELEGRAM_TYPING_SECONDS

AFTER_SECONDS = 1.0
"""An answer that is quicker needs no sign."""
EVERY_SECONDS = TELEGRAM_TYPING_SECONDS - 0.7


class TypingSigns:
    """The signs of one bot, one on its way at a time: with hundreds who wait, signs without a bound would
    outnumber the answers and hold them up, which makes for more signs."""

    def __init__(self, bot: Bot) -> None:
        """Send through `bot`."""
        self._bot = bot
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def shown(self, chat_id: int, topic: int | None) -> AsyncIterator[None]:
        """Show the sign in a chat and a topic of it while this is open."""
        typing: list[asyncio.Task[None]] = []

        # Most answers are there by then, and need no task for it.
        waiting = asyncio.get_running_loop().call_later(
            AFTER_SECONDS, lambda: typing.append(asyncio.ensure_future(self._type(chat_id, topic)))
        )
        try:
            yield
        finally:
            waiting.cancel()
            for task in typing:
                task.cancel()

    async def _type(self, chat_id: int, topic: int | None) -> None:
        while True:
            async with self._one:
                with contextlib.suppress(TelegramError):
                    await self._bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=topic)
            await asyncio.sleep(EVERY_SECONDS)
