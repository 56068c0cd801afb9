"""The composition root: the one place where storage, agent and companion are put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.agents import Agents
from bot.background import Background
from bot.book_reading import BookReading
from bot.config import Config, list_secrets
from bot.fetching import Fetching
from bot.logs import start_logging, stop_logging
from bot.outlets import Outlets
from bot.picture_making import PictureMaking
from bot.picture_settings import renderers_of
from bot.quiet import quiet_loop
from bot.replies import refusals
from bot.uploads import FOLDER
from storage.errors import StorageUnavailable
from storage.ids import content_hash

if TYPE_CHECKING:
    from bot.companion import Companion
    from storage import Storage

TERMINAL = "terminal"
"""The platform under which the owner of this machine is known, in the chat and on the command line."""


@dataclass(frozen=True, slots=True)
class App:
    """The program, open."""

    config: Config
    source: Path | None
    """The file that the settings came from, None when there was none."""
    storage: Storage
    agents: Agents
    background: Background
    companion: Companion
    outlets: Outlets
    reading: BookReading
    making: PictureMaking

    async def owner_id(self) -> str:
        """Return the reader who sits at this machine."""
        return await self.companion.reader_id(TERMINAL, self.config.reader.owner)


@asynccontextmanager
async def open_app(config: Config, source: Path | None = None) -> AsyncIterator[App]:
    """Open everything; raises `StorageUnavailable` when the data folder cannot be used."""
    try:
        config.storage.data_dir.mkdir(parents=True, exist_ok=True)
        handler = start_logging(
            config.storage.data_dir / "logs" / "dogear.log", config.log.level, list_secrets(config)
        )
    except OSError as error:
        raise StorageUnavailable(reason=f"{config.storage.data_dir} cannot be written") from error
    try:
        with quiet_loop():
            async with _composed(config, source) as app:
                yield app
    finally:
        stop_logging(handler)


@asynccontextmanager
async def _composed(config: Config, source: Path | None) -> AsyncIterator[App]:
    from bot.companion import Companion, Parts
    from storage import open_storage

    async with open_storage(
        config.storage,
        terms=config.credits.terms,
        licences=config.licences.terms,
        demo_hash=_demo_hash,
    ) as storage:
        agents, background = Agents(config.model), Background()
        outlets = Outlets()
        fetching = Fetching(config.fetching, config.storage.max_file_bytes, config.storage.data_dir / FOLDER)
        reading = BookReading(storage.library, fetching, storage.updates, outlets, refusals.sentence)
        pictures = config.pictures
        making = PictureMaking(
            storage, outlets, renderers_of(config), most_seconds=pictures.timeout_seconds * 2
        )
        parts = Parts(storage, agents, config, source, reading, making, background)
        try:
            yield App(config, source, storage, agents, background, Companion(parts), outlets, reading, making)
        finally:
            await background.close()
            await making.close()
            await agents.close()


@cache
def _demo_hash() -> str:
    """Return the sha256 of the demo's file; asked for only where its licence differs from an upload's."""
    from bot.demo_book import build_demo_epub

    return content_hash(build_demo_epub())
