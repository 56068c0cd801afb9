"""Both bots with a model, run as an operator runs them: no call leaves for a host that nobody named.

Every connection and every look-up of a name is written down by an audit hook, in the program and in the
processes that it starts.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tests.fakes import model_service
from tests.flows.test_first_start import WATCH
from tests.knowing_model import KnowingModel
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, MODEL_KEY

ROOT = Path(__file__).parents[2]
QUESTION = "What is a skarn?"


async def test_no_call_leaves_for_any_host_but_those_of_the_configuration(tmp_path: Path) -> None:
    hooks, seen = tmp_path / "hooks", tmp_path / "seen"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(WATCH)
    seen.write_text("")
    async with (
        TelegramServer() as telegram,
        DiscordServer() as discord,
        model_service(KnowingModel(("Saltgate",))) as model,
    ):
        mine = {key: value for key, value in os.environ.items() if not key.startswith("DOGEAR_")}
        settings = {
            "PYTHONPATH": os.pathsep.join([str(hooks), str(ROOT)]),
            "SEEN": str(seen),
            "DOGEAR_DATA": str(tmp_path / "data"),
            "DOGEAR_TELEGRAM_TOKEN": telegram.token,
            "DOGEAR_TELEGRAM_BASE_URL": telegram.base_url,
            "DOGEAR_TELEGRAM_FILE_URL": telegram.file_url,
            "DOGEAR_DISCORD_TOKEN": discord.token,
            "DOGEAR_DISCORD_API_URL": discord.api_url,
            "DOGEAR_DISCORD_GATEWAY_URL": discord.gateway_url,
            "DOGEAR_MODEL_MODEL": "m-1",
            "DOGEAR_MODEL_BASE_URL": model.base_url,
            "DOGEAR_MODEL_KEY": MODEL_KEY,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "bots", env=mine | settings, cwd=tmp_path
        )
        try:
            await discord.until(lambda: len(discord.identifies) == 1, "a bot")
            bo = telegram.person("Bo")

            def told(words: str) -> bool:
                return any(words in post.text for post in bo.private.posts)

            bo.uploads(BOOK, "lamp.epub")
            await telegram.until(lambda: told("Where are you in it?"), 60)
            bo.sends("/model yes")
            bo.sends("/at 3")
            bo.sends(QUESTION)
            bo.sends("/catchmeup")
            await telegram.until(lambda: told("flat boat") and len(model.requests) > 0, 60)
            ada = discord.person("ada")
            await ada.uploads("lamp.epub", BOOK)
            await ada.sees("Where are you in it?")
            await ada.dm("/at 3")
            await ada.sees("using:")
            await ada.dm(QUESTION)
            await ada.sees("flat boat")
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), 60)
        named = {
            urlsplit(address).port
            for address in (telegram.base_url, discord.api_url, discord.gateway_url, model.base_url)
        }
    # A path is a local socket; 0 is a port that the system chooses, which nobody is called at.
    made = [line for line in seen.read_text().splitlines() if not re.search(r"'/|\x00", line)]
    outside = [line for line in made if not re.search(r"\('(?:127\.0\.0\.1|localhost)',", line)]
    assert outside == []
    called = {int(port) for line in made for port in re.findall(r"'127\.0\.0\.1', (\d+)", line)}
    assert named <= called
