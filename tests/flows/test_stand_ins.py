"""The bots on servers that others wrote: a second opinion beside our fakes, where they are installed.

DOGEAR_STAND_INS names a folder with `npm install telegram-test-api@4.2 discord-digital-twin@0.1` in it (the
latter with "overrides": {"spiceflow": "1.19.0"}). Both were made for other clients, so a front mends what no
real server says; whatever it does is listed where it does it. Neither carries files: the book comes by its
address.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.app import open_app
from bot.bots import bots
from bot.config import Config, FetchingConfig
from tests.platform_fakes.file_server import FileServer
from tests.talking import BOOK, settings

FOLDER = os.environ.get("DOGEAR_STAND_INS", "")
FAKES = Path(__file__).parents[1] / "platform_fakes"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
QUESTION = "Where did Oda find the letter?"
ANSWER = "third stone"

pytestmark = [
    pytest.mark.skipif(not FOLDER, reason="DOGEAR_STAND_INS names no folder with the stand-ins"),
    pytest.mark.skipif(shutil.which("node") is None, reason="the stand-ins run on Node.js"),
]

Mend = Callable[[str, Any], Any]


@asynccontextmanager
async def stand_in(script: str) -> AsyncIterator[dict[str, Any]]:
    """Run a stand-in; yields what it says of itself."""
    process = await asyncio.create_subprocess_exec(
        "node", str(FAKES / script), FOLDER,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def front(port: int, mend: Mend) -> AsyncIterator[str]:
    """Stand before a stand-in and mend what it answers; yields the address."""

    async def answer(request: web.Request) -> web.Response:
        path = request.path.replace("/oauth2/applications/@me", "/applications/@me")  # what discord.py asks
        headers = {k: v for k, v in request.headers.items() if k in ("Content-Type", "Authorization")}
        body = await request.read() or None
        address = f"http://127.0.0.1:{port}{path}"
        async with session.request(
            request.method, address, data=body, headers=headers, params=request.query
        ) as said:
            text = await said.text()
        if said.status == 204:
            return web.Response(status=204)
        mended = mend(path.rpartition("/")[2], json.loads(text))
        is_refused = isinstance(mended, dict) and mended.get("ok") is False
        return web.Response(
            body=json.dumps(mended).encode(),
            status=mended["error_code"] if is_refused else said.status,
            headers={"Content-Type": "application/json"},  # without a charset, as Discord says it
        )

    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as session:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


async def until(look: Callable[[], Awaitable[list[Any]]], fits: Callable[[Any], bool]) -> Any:
    """Return the last of what `look` finds that fits, once there is one."""
    async with asyncio.timeout(60):
        while True:
            if found := [one for one in await look() if fits(one)]:
                return found[-1]
            await asyncio.sleep(0.05)


def aimed(config: Config, files: FileServer, **platform: Any) -> Config:
    """Return settings that fetch from a server of files on loopback."""
    return replace(config, fetching=FetchingConfig(trusted_origin=files.url), **platform)


def mend_telegram(method: str, said: Any) -> Any:
    """Mend what telegram-test-api 4.2 says otherwise than the Bot API."""
    if (
        "ok" not in said
    ):  # an error that is none of the Bot API: setMyCommands, sendChatAction are unknown there
        return {"ok": False, "error_code": 400, "description": "Bad Request: method is not supported"}
    result = said["result"]
    if method == "getMe":
        result["is_bot"] = True  # left out
    elif method == "sendMessage":
        result["date"] //= 1000  # in milliseconds
        result.pop("link_preview_options", None)  # given back as it was sent, as a string
    elif result is None:
        said["result"] = True  # "on success, True is returned", or the message
    return said


async def test_on_telegram_test_api_a_book_is_added_asked_about_and_removed(tmp_path: Path) -> None:
    ada = {"id": 77, "is_bot": False, "first_name": "Ada"}
    chat = {"id": 77, "type": "private", "first_name": "Ada"}
    async with (
        stand_in("stand_in_telegram.cjs") as server,
        front(server["port"], mend_telegram) as address,
        FileServer(BOOK) as files,
        ClientSession(f"http://127.0.0.1:{server['port']}") as people,
    ):

        async def act(what: str, **said: Any) -> Any:
            async with people.post(what, json={"botToken": TOKEN, "token": TOKEN, **said}) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        async def says(text: str) -> None:
            await act("/sendMessage", **{"from": ada}, chat=chat, date=int(time.time()), text=text)

        async def posted() -> list[Any]:
            history = (await act("/getUpdatesHistory"))["result"]
            return [one for one in history if "chat_id" in one.get("message", {})]

        async def sees(words: str) -> Any:
            return await until(posted, lambda one: words in one["message"]["text"])

        telegram = replace(settings(tmp_path).telegram, token=TOKEN, base_url=f"{address}/bot")
        config = aimed(settings(tmp_path), files, telegram=replace(telegram, messages_a_second=0))
        async with open_app(config) as app, bots(app):
            await says("/start")
            await sees("Send me the book")
            await says(f"{files.url}/book.epub")
            await sees("Where are you in it?")
            await says("/at 3")
            await sees("using:")
            await says(QUESTION)
            answer = await sees(ANSWER)
            button = answer["message"]["reply_markup"]["inline_keyboard"][0][0]
            shown = {"message_id": answer["messageId"], "chat": chat, "date": int(time.time())}
            await act("/sendCallback", **{"from": ada}, message=shown, data=button["callback_data"])
            await sees("ch. 1 ¶1 · 2")
            await says("/remove")
            await sees("This removes")
            await says("remove")
            await sees("is removed")


def mend_discord(path: str, said: Any) -> Any:
    """Mend what discord-digital-twin 0.1 leaves out."""
    if path == "commands":
        return [{"integration_types": [0, 1], "contexts": [0, 1, 2], **one} for one in said]
    if path == "@me" and "verify_key" in said:  # the application; discord.py looks for its owner
        owner = {"id": said["id"], "username": "operator", "discriminator": "0", "avatar": None}
        return {"rpc_origins": [], "owner": owner, **said}
    return said


async def test_on_the_digital_twin_a_book_is_added_asked_about_and_removed(tmp_path: Path) -> None:
    async with (
        stand_in("stand_in_discord.mjs") as server,
        front(server["port"], mend_discord) as address,
        FileServer(BOOK) as files,
        ClientSession(f"http://127.0.0.1:{server['door']}") as people,
    ):

        async def act(what: str, **said: Any) -> Any:
            async with people.post(what, json=said) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json(content_type=None)

        async def slash(name: str, **options: str) -> None:
            given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
            await act("/slash", name=name, options=given)

        async def sees(words: str) -> Any:
            return await until(lambda: act("/messages"), lambda one: words in one["content"])

        discord = replace(
            settings(tmp_path).discord,
            token="a-token-of-the-twin",
            api_url=f"{address}/api/v10",
            gateway_url=f"ws://127.0.0.1:{server['port']}/gateway",
        )
        config = aimed(settings(tmp_path), files, discord=discord)
        async with open_app(config) as app, bots(app):
            await slash("add", url=f"{files.url}/book.epub")
            await sees("Where are you in it?")
            await slash("at", place="3")
            await sees("using:")
            await slash("ask", question=QUESTION)
            answer = await sees(ANSWER)
            button = answer["components"][0]["components"][0]
            await act("/press", messageId=answer["id"], customId=button["custom_id"])
            await sees("ch. 1 ¶1 · 2")
            await slash("remove")
            await sees("This removes")
            await slash("ask", question="remove")
            await sees("is removed")
