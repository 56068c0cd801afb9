"""Where a message can be shown that nobody is waiting for: one way for each platform that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.messages import IncomingMessage

if TYPE_CHECKING:
    from bot.companion.scene import Messages

Show = Callable[[IncomingMessage, "Messages"], Awaitable[None]]
"""Shows messages in the conversation of an incoming message, as if they answered it."""


class Outlets:
    """The platforms of this process, each with its way to show something unasked."""

    def __init__(self) -> None:
        """Begin with none; an adapter opens its own when it can send."""
        self._shows: dict[str, Show] = {}
        self._opened = asyncio.Condition()

    async def open(self, platform: str, show: Show) -> None:
        """Let messages go out on a platform from now on."""
        async with self._opened:
            self._shows[platform] = show
            self._opened.notify_all()

    async def show(self, message: IncomingMessage, messages: Messages) -> None:
        """Show messages in the conversation of `message`, as soon as its platform can send."""
        platform = message.conversation.platform
        async with self._opened:
            await self._opened.wait_for(lambda: platform in self._shows)
        await self._shows[platform](message, messages)
