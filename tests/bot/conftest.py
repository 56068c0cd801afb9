"""The program over a small invented book, opened anew for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from tests.talking import BOOK, Person, opened


@pytest.fixture(scope="session")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the book on the shelf of "ada" and of nobody else; copied for each test."""
    folder = tmp_path_factory.mktemp("shelved")
    file = folder / "lamp.epub"
    file.write_bytes(BOOK)

    async def fill() -> None:
        async with opened(folder / "data") as app:
            reader = await app.companion.reader_id("terminal", "ada")
            await app.storage.library.add(file, owner_id=reader)

    asyncio.run(fill())
    return folder / "data"


@pytest.fixture
async def app(shelved: Path, tmp_path: Path) -> AsyncIterator[App]:
    """The program over a fresh copy of the shelved data."""
    shutil.copytree(shelved, tmp_path / "data")
    async with opened(tmp_path / "data") as app:
        yield app


@pytest.fixture
async def ada(app: App) -> Person:
    """The reader who owns the book, with the talk begun and no place stated."""
    person = Person(app)
    await person.begins()
    return person
