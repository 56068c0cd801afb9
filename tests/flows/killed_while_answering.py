"""A bot's process that is killed while it answers. Run by test_killed_while_answering.py.

It is told the platform, the data folder, two addresses, the token, and the moment to be killed at: "heard"
(long before it is stored that something was asked), "asked" (before anything was done), "kept" (the answer is
stored and not shown), "posted" (it is shown), "" for none.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.app import open_app
from bot.bots import bots
from bot.companion.scene import Messages
from bot.messages import IncomingMessage, Kind
from bot.presenter import Presenter
from tests.talking import settings

DEADLY = "the letter"
"""A message with these words is the last one that the process hears."""


async def main(platform: str, folder: Path, first: str, second: str, token: str, killed_at: str) -> None:
    config = settings(folder)
    if platform == "telegram":
        telegram = replace(config.telegram, token=token, base_url=first, file_url=second, messages_a_second=0)
        config = replace(config, telegram=telegram)
    else:
        config = replace(
            config, discord=replace(config.discord, token=token, api_url=first, gateway_url=second)
        )
    async with open_app(config) as app:
        handle = app.companion.handle

        async def dying(message: IncomingMessage) -> Messages:
            is_deadly = DEADLY in message.text
            if killed_at == "asked" and is_deadly:
                die()
            async for outgoing in handle(message):
                if killed_at == "kept" and is_deadly and outgoing.kind is Kind.ANSWER and outgoing.final:
                    die()
                yield outgoing

        app.companion.handle = dying  # type: ignore[method-assign]
        if killed_at == "heard":
            take = app.storage.updates.take

            async def taking(platform: str, update_id: str, message: str | None = None) -> bool:
                if message is not None and DEADLY in message:
                    await asyncio.sleep(1.0)  # whoever confirms what is not stored has done so by then
                    die()
                return await take(platform, update_id, message)

            app.storage.updates.take = taking  # type: ignore[method-assign]
        if killed_at == "posted":
            show = Presenter._show_pieces

            async def showing(presenter: Presenter, *what: Any) -> None:
                await show(presenter, *what)
                if DEADLY in presenter._message.text:
                    die()

            Presenter._show_pieces = showing  # type: ignore[method-assign]
        async with bots(app):
            await asyncio.Event().wait()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
