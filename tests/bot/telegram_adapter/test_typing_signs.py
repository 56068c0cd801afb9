"""The typing sign: for answers that take a while, and never more of them on their way than one."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.telegram_adapter import typing_signs
from bot.telegram_adapter.typing_signs import TypingSigns


class _SlowBot:
    """Takes signs, and lets each go on when it is told to."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.came = asyncio.Semaphore(0)
        self.gate = asyncio.Semaphore(0)

    async def send_chat_action(self, chat_id: int, *_args: Any, **_kwargs: Any) -> None:
        self.sent.append(chat_id)
        self.came.release()
        await self.gate.acquire()
        raise TelegramError("a sign that is lost is no loss")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let signs be shown without waiting for an answer first."""
    monkeypatch.setattr(typing_signs, "AFTER_SECONDS", 0.0)


async def test_one_sign_is_on_its_way_however_many_wait_and_each_has_its_turn() -> None:
    bot = _SlowBot()
    signs = TypingSigns(cast("Bot", bot))
    async with signs.shown(1, None), signs.shown(2, None), signs.shown(3, None):
        for number in (1, 2, 3):
            await bot.came.acquire()
            await asyncio.sleep(0.01)
            assert bot.sent == [1, 2, 3][:number]
            bot.gate.release()


async def test_who_is_answered_meanwhile_is_sent_no_sign() -> None:
    bot = _SlowBot()
    signs = TypingSigns(cast("Bot", bot))
    async with signs.shown(1, None):
        await bot.came.acquire()
        async with signs.shown(2, None):
            await asyncio.sleep(0.01)
        async with signs.shown(3, None):
            bot.gate.release()
            await bot.came.acquire()
    assert bot.sent == [1, 3]
