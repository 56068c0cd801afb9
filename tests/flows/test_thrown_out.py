"""A token that is revoked while the bots run: one line, that platform ends, the other goes on (C8)."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer

ROOT = Path(__file__).parents[2]


async def started(folder: Path, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "bots", "--data", str(folder),
        env={**os.environ, "PYTHONPATH": str(ROOT), "DOGEAR_STORAGE_EMBEDDER_KIND": "none", **environment},
        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def of_telegram(server: TelegramServer) -> dict[str, str]:
    return {"DOGEAR_TELEGRAM_TOKEN": server.token, "DOGEAR_TELEGRAM_BASE_URL": server.base_url}


def of_discord(server: DiscordServer) -> dict[str, str]:
    return {
        "DOGEAR_DISCORD_TOKEN": server.token,
        "DOGEAR_DISCORD_API_URL": server.api_url,
        "DOGEAR_DISCORD_GATEWAY_URL": server.gateway_url,
    }


async def throw_out(telegram: TelegramServer | None, discord: DiscordServer | None) -> None:
    if telegram is not None:
        telegram.token = "110201543:another-one"
        telegram.person("Eve").sends("hello")  # whoever polls asks anew
    if discord is not None:
        discord.token = "another one"
        await discord.drop_connections(4004)


@pytest.mark.parametrize("thrown_out", ["Telegram", "Discord"])
def test_one_is_thrown_out_and_the_other_goes_on_until_it_is_too(tmp_path: Path, thrown_out: str) -> None:
    async def walk() -> None:
        async with TelegramServer() as telegram, DiscordServer() as discord:
            ada, ben = telegram.person("Ada"), discord.person("ben")
            process = await started(tmp_path / "data", **of_telegram(telegram), **of_discord(discord))
            assert process.stderr is not None
            try:
                lines = [(await asyncio.wait_for(process.stderr.readline(), 60)).decode() for _ in range(2)]
                assert [line.split(":")[1].strip() for line in lines] == ["Telegram", "Discord"]
                if thrown_out == "Telegram":
                    await throw_out(telegram, None)
                    line = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
                    await ben.dm("hello")
                    await ben.sees("Send me the book")
                    await throw_out(None, discord)
                else:
                    await throw_out(None, discord)
                    line = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
                    ada.sends("/start")
                    await telegram.until(lambda: bool(ada.private.posts), 60)
                    await throw_out(telegram, None)
                _, rest = await asyncio.wait_for(process.communicate(), 60)
            finally:
                if process.returncode is None:
                    process.kill()
            assert line.startswith(f"dogear: {thrown_out} ended: The setting {thrown_out.lower()}.token")
            assert rest.decode().count("\n") == 1
            assert "token is not accepted" in rest.decode()
            assert process.returncode == 1
            told = line + rest.decode() + (tmp_path / "data" / "logs" / "dogear.log").read_text()
            assert "110201543:AAH" not in told

    asyncio.run(walk())
