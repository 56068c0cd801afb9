"""A reader on Telegram, from the first word to the last, through the real library and a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.telegram_talks import Running, running
from tests.platform_fakes.telegram_server import Person, TelegramServer
from tests.talking import BOOK


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as opened:
        yield opened


@pytest.fixture
async def run(tmp_path: Path, server: TelegramServer) -> AsyncIterator[Running]:
    async with running(tmp_path / "data", server) as opened:
        yield opened


@pytest.fixture
async def ada(run: Running) -> Person:
    """A reader with the book on the shelf, who has read chapters 1 and 2."""
    person = run.server.person("Ada")
    await run.uploads(person, BOOK, "lamp.epub")
    await run.says(person, "/at 3")
    return person


async def test_a_question_is_answered(run: Running, ada: Person) -> None:
    (answer,) = await run.says(ada, "Where did Oda find the letter?")
    assert "third stone of the bridge" in answer.text
