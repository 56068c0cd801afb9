"""Starting and ending the Telegram bot: polling, webhook, tokens, restarts, both ends clean."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import open_app
from bot.bots import bots, has_bots
from bot.demo_book import build_demo_epub
from bot.replies.refusals import sentence
from bot.telegram_adapter import build_application, telegram_bot
from bot.telegram_adapter.application import default_builder
from storage.errors import ConfigError, PlatformUnreachable
from tests.flows.telegram_talks import running
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, settings

QUESTION = "Where did Oda find the letter?"
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def test_a_restart_keeps_the_open_book_the_place_and_the_buttons(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server) as run:
            await run.uploads(ada, BOOK, "lamp.epub")
            await run.says(ada, "/at 3")
            (before,) = await run.says(ada, QUESTION)
        async with running(tmp_path / "data", server) as run:
            (passages,) = await run.after(lambda: ada.presses("Passages", before), ada.private)
            assert "ch. 2 ¶1" in passages.text
            (answer,) = await run.says(ada, QUESTION)
            assert answer.text == before.text


async def test_what_came_while_nobody_listened_is_answered_once_after_a_start(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server) as run:
            await run.says(ada, "/start")
        update = ada.sends("/help")
        async with running(tmp_path / "data", server) as run:
            await run.settled()
            assert len(ada.private.posts) == 2
            server.repeat(update)
            await run.settled()
            assert len(ada.private.posts) == 2


async def test_a_turn_in_hand_is_finished_before_the_bot_ends(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server) as run:
            await run.uploads(ada, BOOK, "lamp.epub")
            await run.says(ada, "/at 3")
            ada.sends(QUESTION)
            await server.taken()
        assert "third stone" in ada.private.last.text


async def test_updates_come_by_webhook_and_only_with_the_secret(tmp_path: Path) -> None:
    port = free_port()
    async with TelegramServer() as server:
        server.proxy = f"http://127.0.0.1:{port}"
        hook = {"webhook_url": "https://dogear.example/hook", "webhook_port": port}
        async with running(tmp_path / "data", server, **hook) as run:
            ada = server.person("Ada")
            (hello,) = await run.says(ada, "/start")
            assert hello.text
            assert len(server.webhook["secret_token"]) >= 32
            forged = {"update_id": 1, "message": {"text": "/start"}}
            async with ClientSession() as session:
                for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
                    async with session.post(f"{server.proxy}/hook", json=forged, headers=headers) as answer:
                        assert answer.status == 403
            assert len(ada.private.posts) == 1
        (call,) = server.made("setWebhook")
        assert call.params["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "pre_checkout_query",
        ]
        assert server.made("getUpdates") == []


async def test_a_refused_token_is_one_clear_line_without_the_token(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        with pytest.raises(ConfigError) as refused:
            async with running(tmp_path / "data", server, token="110201543:wrong-token-of-somebody"):
                pass
    line = sentence(refused.value)
    assert "telegram.token" in line
    assert "BotFather" in line
    assert "wrong-token" not in line


async def test_a_webhook_that_telegram_does_not_take_is_one_clear_line(tmp_path: Path) -> None:
    hook = {"webhook_url": "http://dogear.example/hook", "webhook_port": free_port()}
    async with TelegramServer() as server:
        with pytest.raises(ConfigError) as refused:
            async with running(tmp_path / "data", server, **hook):
                pass
    assert "webhook_url" in sentence(refused.value)
    assert "https" in sentence(refused.value)


async def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        hook = {"webhook_url": "https://dogear.example/hook", "webhook_port": taken.getsockname()[1]}
        async with TelegramServer() as server:
            with pytest.raises(ConfigError, match="webhook_port"):
                async with running(tmp_path / "data", server, **hook):
                    pass


async def test_when_nobody_answers_it_says_so(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        with pytest.raises(PlatformUnreachable):
            async with running(tmp_path / "data", server, base_url=f"http://127.0.0.1:{free_port()}/bot"):
                pass


async def test_the_application_is_built_from_any_builder(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        config = settings(tmp_path / "data")
        aimed = replace(
            config.telegram, token=server.token, base_url=server.base_url, file_url=server.file_url
        )
        application = build_application(default_builder(aimed))
        async with open_app(config) as app, telegram_bot(app, application) as bot:
            assert bot.name == "@DogearBot"


async def test_bots_run_where_a_token_is_and_nowhere_else(tmp_path: Path) -> None:
    config = settings(tmp_path / "data")
    assert not has_bots(config)
    async with open_app(config) as app:
        with pytest.raises(ConfigError):
            async with bots(app):
                pass


def test_the_program_runs_bots_until_told_to_stop_and_ends_cleanly(tmp_path: Path) -> None:
    async def walk() -> None:
        async with TelegramServer() as server:
            environment = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "DOGEAR_TELEGRAM_TOKEN": server.token,
                "DOGEAR_TELEGRAM_BASE_URL": server.base_url,
                "DOGEAR_TELEGRAM_FILE_URL": server.file_url,
                "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--data", str(tmp_path / "data"),
                env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                ada = server.person("Ada")
                ada.uploads(BOOK, "lamp.epub")
                await server.until(
                    lambda: any("Where are you" in post.text for post in ada.private.posts), 60
                )
                ada.sends("/at 3")
                ada.sends(QUESTION)
                await server.taken()
                process.send_signal(signal.SIGTERM)
                _, said = await asyncio.wait_for(process.communicate(), 60)
            finally:
                if process.returncode is None:
                    process.kill()
            assert process.returncode == 0
            assert "third stone" in ada.private.last.text
            assert said.decode().splitlines() == ["dogear: Telegram: @DogearBot", "dogear: stopping"]

    asyncio.run(walk())


def test_a_bot_that_is_killed_while_it_reads_a_book_tells_its_reader_after_the_next_start(
    tmp_path: Path,
) -> None:
    async def walk() -> None:
        async with TelegramServer() as server:
            environment = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "DOGEAR_TELEGRAM_TOKEN": server.token,
                "DOGEAR_TELEGRAM_BASE_URL": server.base_url,
                "DOGEAR_TELEGRAM_FILE_URL": server.file_url,
                "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
            }

            async def started() -> asyncio.subprocess.Process:
                return await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "bots", "--data", str(tmp_path / "data"),
                    env=environment, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                )  # fmt: skip

            ada = server.person("Ada")
            ada.uploads(build_demo_epub(), "rope.epub")
            process = await started()
            try:
                await server.until(lambda: bool(ada.private.posts), 60)
                process.kill()
                await process.wait()
                process = await started()
                await server.until(
                    lambda: any("Where are you" in post.text for post in ada.private.posts), 60
                )
                ada.sends("/at 2")
                await server.until(lambda: "using" in ada.private.last.text, 60)
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), 60)
            finally:
                if process.returncode is None:
                    process.kill()
            assert sum("Where are you" in post.text for post in ada.private.posts) == 1

    asyncio.run(walk())


def test_a_wrong_token_ends_the_program_with_one_line(tmp_path: Path) -> None:
    async def walk() -> None:
        async with TelegramServer() as server:
            environment = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "DOGEAR_TELEGRAM_TOKEN": "110201543:wrong-token-of-somebody",
                "DOGEAR_TELEGRAM_BASE_URL": server.base_url,
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "bots", "--data", str(tmp_path / "data"),
                env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            _, said = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 1
            assert said.decode().count("\n") == 1
            assert "telegram.token" in said.decode()

    asyncio.run(walk())
