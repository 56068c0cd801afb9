"""A bot's process that makes a picture, killed at a boundary if told so. Run by test_picture_making.py.

It is told the data folder, the picture service, where to be killed ("" nowhere), the database ("" SQLite) and
what it orders, if it does not only take up what was left. Prints what came of it as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.companion.scene import Messages
from bot.config import load_config
from bot.messages import Conversation, IncomingMessage
from storage.jobs import Jobs
from storage.pictures.pictures import PictureState
from tests.platform_fakes.picture_server import KEY, MODEL
from tests.portraits import FILE

PLACE = Conversation("telegram", "42", "7")
GIVEN = 20
ORDERS = {
    "orders": "/visualize Oda Quillon | go rendered",
    "orders a board": "/visualize chapter 1 | go rendered",
}


async def main(folder: Path, service: str, killed_at: str, database_url: str, order: str) -> None:
    environment = {"DOGEAR_STORAGE_DATABASE_URL": database_url} if database_url else {}
    config, _ = load_config(environment, data_dir=folder)
    what = ORDERS.get(order, "")
    storage = replace(config.storage, embedder=replace(config.storage.embedder, kind="none"))
    pictures = replace(
        config.pictures, renderer="replicate", model=MODEL, base_url=service, key=KEY, poll_seconds=0.05
    )
    config = replace(config, storage=storage, pictures=pictures)
    async with open_app(config) as app, Jobs(storage.url, folder) as jobs:
        told: list[str] = []
        done = asyncio.Event()

        async def show(message: IncomingMessage, messages: Messages) -> None:
            assert message.conversation == PLACE
            async for outgoing in messages:
                told.extend(["picture" if outgoing.picture else outgoing.text] * outgoing.final)
            done.set()

        reader = await app.companion.reader_id(PLACE.platform, "100")
        if what:
            await _prepare(app, reader, folder)
            _kill_at(app, jobs, killed_at)
        app.making.make_durable(jobs, app.companion.handle)
        await app.outlets.open(PLACE.platform, show)
        if what:
            await jobs.resume()
            message = IncomingMessage(PLACE, "100", what)
            await show(message, app.companion.handle(message))
        else:
            await jobs.resume()
            await app.making.take_up()
            left = await app.storage.pictures.unfinished()
            if left or killed_at == "waits":
                async with asyncio.timeout(60):
                    while len(told) < max(1, len(left)) or await app.storage.pictures.unfinished():
                        done.clear()
                        await done.wait()
        print(json.dumps(await _state(app, reader, told)), flush=True)


async def _prepare(app: App, reader: str, folder: Path) -> None:
    path = folder / "book.epub"
    path.write_bytes(FILE)
    added = await app.storage.library.add(path, owner_id=reader, filename="book.epub")
    for text in (f"/open {added.card.book_id}", "/at ch 2"):
        message = IncomingMessage(PLACE, "100", text)
        async for _ in app.companion.handle(message):
            pass
    await app.storage.wallets.grant(reader, GIVEN, intent=f"gift/{reader}", reason="a gift")


async def _state(app: App, reader: str, told: list[str]) -> dict[str, Any]:
    statement = await app.storage.wallets.statement(reader)
    (card,) = await app.storage.library.books(reader)
    horizon = await app.storage.progress.find_horizon(reader, card.book_id)
    assert horizon is not None
    kept = await app.storage.pictures.gallery(reader, horizon)
    files = [name async for name in app.storage.pictures.files.names()]
    return {
        "told": told,
        "balance": statement.balance,
        "reserved": statement.reserved,
        "pictures": len([one for one in kept if one.state is PictureState.DONE]),
        "files": len(files),
        "purged": await app.storage.pictures.purge(slack=timedelta()),
        "shown": [len(await app.storage.pictures.files.get(one.file)) > 0 for one in kept],
        "wrong": [str(one) for one in await app.storage.wallets.audit()],
    }


def _kill_at(app: App, jobs: Jobs, where: str) -> None:
    """Let the process be killed at a boundary: before what is named, or after it where that says so."""

    def die(*_: object, **__: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    making, pictures, wallets = app.making, app.storage.pictures, app.storage.wallets
    if where == "ordering":
        pictures.order = die  # type: ignore[method-assign]
    elif where == "ordering the last":
        order, ordered = pictures.order, []

        async def last(picture: Any) -> Any:
            ordered.append(picture)
            return die() if len(ordered) == 4 else await order(picture)

        pictures.order = last  # type: ignore[method-assign]
    elif where == "starting":
        jobs.start = die  # type: ignore[method-assign]
    elif where == "taken":  # the service has the order, and nobody wrote down under which id
        began = pictures.has_begun

        async def begun(picture_id: str, ticket: str) -> None:
            if ticket != "?":
                die()
            await began(picture_id, ticket)

        pictures.has_begun = begun  # type: ignore[method-assign]
    elif where == "rendering":
        for renderer in making._renderers.values():
            renderer.finish = die  # type: ignore[method-assign]
    elif where == "stored":
        put = pictures.files.put

        async def stored(png: bytes) -> str:
            await put(png)
            return str(die())

        pictures.files.put = stored  # type: ignore[method-assign]
    elif where == "settling":  # within the transaction: the picture is done, the charge is not taken
        wallets.settle = die  # type: ignore[method-assign]
    elif where == "settled":  # after it, before the step is known to be done
        ended = making._ended

        async def dies(*arguments: Any) -> Any:
            await ended(*arguments)
            return die()

        making._ended = dies  # type: ignore[method-assign]
    elif where == "telling":
        making._tell = die  # type: ignore[method-assign]
