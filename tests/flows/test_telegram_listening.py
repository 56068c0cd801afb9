"""How updates come to the Telegram bot: none is confirmed before it is kept; a revoked token is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.replies.refusals import sentence
from bot.telegram_adapter import listening
from storage.reader.updates import Updates
from tests.flows.telegram_talks import Running, running
from tests.flows.test_telegram_running import free_port
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK

WAYS = ("polling", "webhook")


def hook(server: TelegramServer, way: str) -> dict[str, Any]:
    """Return the settings of a bot that polls or is called."""
    if way == "polling":
        return {}
    port = free_port()
    server.proxy = f"http://127.0.0.1:{port}"
    return {"webhook_url": "https://dogear.example/hook", "webhook_port": port}


@contextmanager
def kept_late(
    updates: Updates, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[asyncio.Event, asyncio.Event]]:
    """Let updates be kept only when the second event is set; the first tells that one came."""
    take = updates.take
    came, may_go = asyncio.Event(), asyncio.Event()

    async def taking(platform: str, update_id: str, message: str | None = None) -> bool:
        came.set()
        await may_go.wait()
        return await take(platform, update_id, message)

    with monkeypatch.context() as patched:
        patched.setattr(updates, "take", taking)
        yield came, may_go


async def many_calls(run: Running) -> None:
    """Give a bot that would confirm the time for it: some answers of the server."""
    for _ in range(20):
        await run.bot._application.bot.get_me()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["message", "press"])
async def test_nothing_is_confirmed_before_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, what: str
) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server, **hook(server, way)) as run:
        ada = server.person("Ada")
        await run.uploads(ada, BOOK, "lamp.epub")
        with kept_late(run.app.storage.updates, monkeypatch) as (came, may_go):
            if what == "message":
                ada.sends("/at 3")
            else:
                ada.presses("I have not begun")
            await asyncio.wait_for(came.wait(), 30)
            await many_calls(run)
            assert server.has_waiting
            may_go.set()
            await run.settled()
        assert not server.has_waiting
        assert "using" in ada.private.last.text or "not begun" in ada.private.last.text.casefold()


@pytest.mark.parametrize("way", WAYS)
async def test_what_could_not_be_kept_comes_again_and_is_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server, **hook(server, way)) as run:
        ada = server.person("Ada")
        take, failed = run.app.storage.updates.take, 0

        async def taking(*what: Any) -> bool:
            nonlocal failed
            failed += 1
            if failed == 1:
                raise OSError("no room")
            return await take(*what)

        monkeypatch.setattr(run.app.storage.updates, "take", taking)
        assert len(await run.says(ada, "/help")) == 1
        assert failed == 2


async def test_an_update_that_can_never_be_kept_holds_nobody_up_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_MOST_WAIT_SECONDS", 0.01)
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada, ben = server.person("Ada"), server.person("Ben")
        take = run.app.storage.updates.take

        async def taking(platform: str, update_id: str, message: str | None = None) -> bool:
            if message is not None and "/toc" in message:
                raise ValueError
            return await take(platform, update_id, message)

        monkeypatch.setattr(run.app.storage.updates, "take", taking)
        assert await run.says(ada, "/toc") == []
        assert len(await run.says(ben, "/help")) == 1


async def test_an_update_that_nobody_can_read_holds_nobody_up(tmp_path: Path) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server) as run:
        ada, ben = server.person("Ada"), server.person("Ben")
        ada.sends("/help")
        server.push({"message": {"message_id": 1, "date": "soon", "chat": 7}})
        ben.sends("/help")
        await run.settled()
        assert [len(person.private.posts) for person in (ada, ben)] == [1, 1]


async def test_a_webhook_bot_notices_that_its_token_was_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "SECONDS_BETWEEN_LOOKS", 0.01)
    async with (
        TelegramServer() as server,
        running(tmp_path / "data", server, **hook(server, "webhook")) as run,
    ):
        await server.until(lambda: len(server.made("getWebhookInfo")) > 1)
        assert not run.bot.gone.done()
        server.token = "110201543:another-one"
        why = await asyncio.wait_for(asyncio.shield(run.bot.gone), 30)
    assert "telegram.token" in sentence(why)
    assert "BotFather" in sentence(why)


async def test_a_webhook_that_telegram_cannot_reach_is_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "SECONDS_BETWEEN_LOOKS", 0.01)
    async with TelegramServer() as server, running(tmp_path / "data", server, **hook(server, "webhook")):
        server.webhook |= {"last_error_date": 1_780_000_000, "last_error_message": "Connection refused"}
        seen = len(server.made("getWebhookInfo"))
        await server.until(lambda: len(server.made("getWebhookInfo")) > seen + 3)
        server.webhook["url"] = "https://elsewhere.example/hook"
        seen = len(server.made("getWebhookInfo"))
        await server.until(lambda: len(server.made("getWebhookInfo")) > seen + 3)
    said = [record.getMessage() for record in caplog.records if record.name == listening.__name__]
    assert said.count("Telegram could not reach the webhook: Connection refused") == 1
    assert any("leads elsewhere" in line for line in said)
