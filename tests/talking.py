"""People who talk to an open program about a small invented book: real storage, real agent, no fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.config import Config, load_config
from bot.markup import to_plain
from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from storage.values import SectionKind
from tests.books import Chapter, epub

PART_ONE = Chapter("Part One: Low Water", kind=SectionKind.PART)
PART_TWO = Chapter("Part Two: The Wedding at Saltgate", kind=SectionKind.PART)
CHAPTERS = (
    PART_ONE,
    Chapter(
        "Chapter 1: The Lamp",
        (
            "Oda Quillon lit the lamp above the harbour steps before anyone else in Velmarsh was awake.",
            "“You are early,” said Captain Brannoc, and he set down his basket of nets beside her.",
            "A skarn is a flat boat that no wind can turn over, and the captain had built nine of them.",
            "The bell of the tide house rang twice, as it did on every grey morning.",
        ),
        depth=1,
    ),
    Chapter(
        "Chapter 2: The Letter",
        (
            "Oda Quillon found the letter under the third stone of the bridge, where her brother left it.",
            "She read it in the rain, and then she burned it because her brother had asked her to.",
            "Captain Brannoc asked her nothing at all, which was his way of being kind.",
            "The bell of the tide house rang twice, as it did on every grey morning.",
        ),
        depth=1,
    ),
    Chapter(
        "Chapter 3: The Ferry",
        (
            "On the ferry to Oxcombe a man in a green coat sat down beside Oda Quillon and wept.",
            "He gave her a brass key and told her that it opened nothing any more.",
            "Oda Quillon kept the brass key on a string round her neck from that day.",
        ),
        depth=1,
    ),
    PART_TWO,
    Chapter(
        "Chapter 4: The Green Coat",
        (
            "The man in the green coat was Perrin Marrow, and he had been her father’s clerk.",
            "Perrin Marrow married Tilde Harrowby at Saltgate on the first dry day of the year.",
            "A mirrel is the ribbon that a bride ties to the prow, and Tilde tied hers with one hand.",
        ),
        depth=1,
    ),
    Chapter(
        "Chapter 5: The Drowned Clerk",
        (
            "Perrin Marrow drowned in the tide race below Dunholt with the lamp still burning in his boat.",
            "Captain Brannoc had cut the rope, and he told Oda Quillon so himself before the winter came.",
        ),
        depth=1,
    ),
)
INTRODUCTION = Chapter(
    "Introduction",
    ("This tale of how Captain Brannoc kills Perrin Marrow has long been admired.",),
    SectionKind.SEALED,
    "introduction",
)
TITLE = "The Lamp *and* the Rope"
MODEL_KEY = "sk-a-key-that-nobody-may-see"
BOOK = epub(CHAPTERS, title=TITLE, author="Hespa Ombrey", front=(INTRODUCTION,))


def offset_after(sentence: str, text: str) -> int:
    """Return where `sentence` ends in the reading text."""
    return text.index(sentence) + len(sentence)


def settings(data_dir: Path, model_address: str = "", **preparing: Any) -> Config:
    """Return settings for a quick program: words alone, no weights to load.

    With `model_address` a model drafts there; `preparing` changes what it does after a turn.
    """
    config, _ = load_config({}, data_dir=data_dir)
    embedder = replace(config.storage.embedder, kind="none")
    storage = replace(config.storage, embedder=embedder)
    config = replace(config, storage=storage, reader=replace(config.reader, owner="ada"))
    if not model_address:
        return config
    model = replace(
        config.model,
        base_url=model_address,
        model="m-1",
        key=MODEL_KEY,
        timeout_seconds=20.0,
        retry_wait_seconds=0.0,
    )
    return replace(config, model=model, preparing=replace(config.preparing, **preparing))


@asynccontextmanager
async def opened(data_dir: Path, model_address: str = "", **preparing: Any) -> AsyncIterator[App]:
    """Open the whole program over a data folder."""
    async with open_app(settings(data_dir, model_address, **preparing)) as app:
        yield app


@dataclass
class Person:
    """Somebody who talks to the program and remembers all that was shown."""

    app: App
    account: str = "ada"
    chat: str = "desk"
    platform: str = "terminal"

    async def says(self, text: str) -> list[OutgoingMessage]:
        """Return every message that came back, growing ones too."""
        message = IncomingMessage(Conversation(self.platform, self.chat), self.account, text)
        return [shown async for shown in self.app.companion.handle(message)]

    async def hears(self, text: str) -> str:
        """Return what was finally shown, as plain text."""
        return "\n\n".join(to_plain(shown.text) for shown in await self.says(text) if shown.final)

    async def begins(self) -> str:
        """Return the greeting."""
        message = IncomingMessage(Conversation(self.platform, self.chat), self.account, "")
        return "\n\n".join([to_plain(shown.text) async for shown in self.app.companion.greet(message)])

    async def is_asked(self, text: str) -> list[str]:
        """Return the labels of the choices that a message was answered with."""
        last = (await self.says(text))[-1]
        assert last.kind is Kind.QUESTION, last
        return [button.label for button in last.buttons]
