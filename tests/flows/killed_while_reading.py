"""A bot's process that reads an upload, and is killed at a step if told so. Run by test_book_reading.py.

It is told the data folder, the file ("" to only take up what was left), the step at which to be killed
("" at none) and the database ("" SQLite).
Prints what the conversation was shown, one JSON text a line.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from bot.app import open_app
from bot.companion.scene import Messages
from bot.config import load_config
from bot.messages import Attachment, Conversation, IncomingMessage
from storage.jobs import Jobs

PLATFORM = "telegram"
PLACE = Conversation(PLATFORM, "42", "7")


async def main(folder: Path, file: str, killed_at: str, database_url: str) -> None:
    environment = {"DOGEAR_STORAGE_DATABASE_URL": database_url} if database_url else {}
    config, _ = load_config(environment, data_dir=folder)
    async with open_app(config) as app, Jobs(config.storage.url, folder) as jobs:
        told = asyncio.Event()

        async def show(message: IncomingMessage, messages: Messages) -> None:
            assert message.conversation == PLACE
            async for outgoing in messages:
                if outgoing.final:
                    print(json.dumps(outgoing.text), flush=True)
            told.set()

        if killed_at:
            _kill_at(app.reading, killed_at)
        app.reading.make_durable(jobs, app.companion.handle)
        await app.outlets.open(PLATFORM, show)
        await jobs.resume()
        if file:
            upload = IncomingMessage(PLACE, "100", "", True, (Attachment(Path(file), "a.epub"),))
            await show(upload, app.companion.handle(upload))
        await asyncio.wait_for(told.wait(), 60)


def _kill_at(reading: object, step: str) -> None:
    """Let the process be killed the moment before a step of the job would run, or inside the reading."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if step in ("parse", "index"):
        library = reading._library  # type: ignore[attr-defined]
        add = library.add

        async def dying(path: Path, *, owner_id: str, filename: str, progress: object) -> object:
            def report(at: str, _share: float) -> None:
                if at == step:
                    die()

            return await add(path, owner_id=owner_id, filename=filename, progress=report)

        library.add = dying
        return
    original: Callable[..., object] = getattr(reading, f"_{step}")
    assert callable(original)

    async def dies(*_: object) -> str:
        die()
        return ""

    setattr(reading, f"_{step}", dies)
